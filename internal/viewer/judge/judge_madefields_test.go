package judge_test

import (
	"slices"

	"macrowatch/internal/viewer/settings"
)

// unit is a unit that dashboards use. Grafana does not know some of them. Units of dates are for columns of times only, since
// Grafana leaves it to the browser to read a text as a date.
func (m maker) unit() any {
	return m.one(m.texts("short", "short", "none", "percent", "percentunit", "bytes", "decbytes", "dtdurations", "dtdhms",
		"km", "mi", "trips", "%", "Wh/km", "kwatt", "kwatth", "ms", "s", "m", "lengthkm", "lengthmi", "lengthm", "lengthft", "velocitykmh",
		"velocitymph", "degree",
		"celsius", "pressurebar", "reqps", "ops", "currencyEUR", "currencyBRL", "bool_on_off", "bool_yes_no", "locale", "string",
		"suffix:p", "prefix:~", "si:g", "count:rows", "Mbits", "hertz", "sci")...)
}

func (m maker) color() any {
	named := m.one(m.texts("red", "green", "super-light-orange", "light-yellow", "semi-dark-purple", "dark-blue", "#6ed0e0", "#C7D0D9",
		"#3b82f680", "rgb(120, 0, 64)", "text", "transparent")...)
	if m.maybe(3) {
		return settings.Object{"mode": "fixed", "fixedColor": named}
	}
	mode := m.one(m.texts("thresholds", "thresholds", "thresholds", "palette-classic", "continuous-GrYlRd", "continuous-YlRd",
		"continuous-RdYlGr",
		"continuous-greens", "continuous-BlPu", "shades")...)
	color := settings.Object{"mode": mode}
	if mode == "shades" {
		color["fixedColor"] = "orange"
	}
	return color
}

func (m maker) thresholds() any {
	colors := m.texts("red", "#EAB839", "semi-dark-green", "light-red", "rgba(245, 54, 54, 0.9)", "super-light-blue", "#299c46")
	steps := []any{settings.Object{"color": m.one(colors...), "value": nil}}
	value := []float64{0, 10, 0.65, -5, 50}[m.IntN(5)]
	for range m.IntN(4) {
		steps = append(steps, settings.Object{"color": m.one(colors...), "value": value})
		value += []float64{1, 10, 0.34, 30}[m.IntN(4)]
	}
	return settings.Object{"mode": m.one("absolute", "absolute", "absolute", "percentage"), "steps": steps}
}

func (m maker) mappings() any {
	switch m.IntN(6) {
	case 0, 1:
		return []any{settings.Object{"type": "special", "options": settings.Object{"match": "null", "result": settings.Object{"text": "N/A"}}}}
	case 2:
		return []any{settings.Object{"type": "value", "options": settings.Object{"0": settings.Object{"text": "idle", "color": "#6ED0E0",
			"index": 0},
			"1": settings.Object{"text": "busy", "color": "#8F3BB8", "index": 1}, "alpha": settings.Object{"text": "first", "index": 2},
			"null": settings.Object{"text": "N/A", "index": 3}}}}
	case 3:
		return []any{settings.Object{"type": "range", "options": settings.Object{"from": -1, "to": 3,
			"result": settings.Object{"text": "small", "color": "green"}}},
			settings.Object{"type": "regex", "options": settings.Object{"pattern": "/^b(.*)$/", "result": settings.Object{"text": "B $1",
				"index": 1}}}}
	case 4:
		return []any{settings.Object{"type": "special", "options": settings.Object{"match": "empty", "result": settings.Object{"text": "–",
			"color": "dark-red"}}},
			settings.Object{"type": "value", "options": settings.Object{"ok": settings.Object{"color": "green", "text": "✓"}}}}
	}
	return []any{}
}

// custom are the settings that only this kind of panel has.
func (m maker) custom(kind string) settings.Object {
	hide := settings.Object{"legend": false, "tooltip": false, "viz": false}
	switch kind {
	case "table":
		return settings.Object{"align": m.one("auto", "left", "right", "center"), "inspect": m.maybe(2), "filterable": m.maybe(3),
			"minWidth": 90, "width": m.one(120, nil),
			"cellOptions": settings.Object{"type": m.one("auto", "color-text", "color-background", "gauge"), "mode": m.one("basic", "gradient",
				"lcd")}}
	case "timeseries":
		return settings.Object{"drawStyle": m.one("line", "bars", "points"), "lineInterpolation": m.one("linear", "smooth", "stepAfter"),
			"lineWidth":   m.IntN(4),
			"fillOpacity": m.one(0, 6, 30, 100), "gradientMode": m.one("none", "opacity", "hue"), "spanNulls": m.one(true, false, 3600000),
			"showPoints": m.one("never", "auto", "always"),
			"pointSize":  5, "stacking": settings.Object{"group": "A", "mode": m.one("none", "none", "normal", "percent")},
			"axisPlacement": m.one("auto", "left", "right", "hidden"),
			"axisLabel":     m.one("", "Revenue"), "axisSoftMin": m.one(nil, 0), "scaleDistribution": settings.Object{"type": m.one("linear",
				"linear", "log"), "log": 10},
			"thresholdsStyle": settings.Object{"mode": m.one("off", "line", "area")}, "hideFrom": hide, "barAlignment": m.one(0, -1, 1)}
	case "state-timeline":
		return settings.Object{"fillOpacity": 100, "lineWidth": m.IntN(2), "spanNulls": m.maybe(2), "insertNulls": false, "hideFrom": hide}
	case "barchart":
		return settings.Object{"axisPlacement": m.one("auto", "hidden"), "axisSoftMin": 0, "fillOpacity": 80, "gradientMode": m.one("none",
			"scheme", "hue"),
			"lineWidth": 1, "hideFrom": hide,
			"axisCenteredZero": m.maybe(3)}
	}
	return settings.Object{"hideFrom": hide}
}

func (m maker) defaults(kind string) settings.Object {
	p := settings.Object{"custom": m.custom(kind), "mappings": m.mappings(), "thresholds": m.thresholds(), "color": m.color()}
	if !m.maybe(3) {
		p["unit"] = m.unit()
	}
	if m.maybe(2) {
		p["decimals"] = m.IntN(4)
	}
	if m.maybe(3) {
		p["noValue"] = m.one("-", "--", "0", "none")
	}
	if m.maybe(3) {
		p["min"] = m.one(0, -10, 0.5)
		if m.maybe(2) {
			p["max"] = m.one(100, 1.15, 260)
		}
	}
	p["fieldMinMax"] = m.maybe(5)
	if m.maybe(10) {
		p["displayName"] = m.one("", "${__field.name}", "Total")
	}
	return p
}

// overrides are for single columns, for columns whose names fit a pattern, and for a whole query.
func (m maker) overrides(kind string, columns []string) []any {
	list := []any{}
	for range m.IntN(len(columns) + 1) {
		name := m.one(m.texts(columns...)...)
		matcher, properties := settings.Object{"id": "byName", "options": name}, m.properties(kind)
		if slices.Contains(m.texts("opened_at", "Start date", "last_seen_at"), name) {
			properties = append(properties, settings.Object{"id": "unit", "value": m.one("dateTimeAsIso", "dateTimeAsSystem", "dateTimeFromNow",
				"time: YYYY-MM-DD HH:mm:ss")})
			list = append(list, settings.Object{"matcher": matcher, "properties": properties})
			continue
		}
		switch m.IntN(9) {
		case 0:
			matcher = settings.Object{"id": "byRegexp", "options": m.one("/^(d|a)/i", "/.*_km$/", "/\\[%\\]|ratio/", "/Start|status/")}
		case 1:
			matcher = settings.Object{"id": "byFrameRefID", "options": m.one("A", "B")}
		case 2:
			matcher = settings.Object{"id": "byType", "options": m.one("number", "string", "time")}
		}
		list = append(list, settings.Object{"matcher": matcher, "properties": properties})
	}
	return list
}

func (m maker) properties(kind string) []any {
	all := []any{
		settings.Object{"id": "unit", "value": m.unit()}, settings.Object{"id": "decimals", "value": m.IntN(4)},
		settings.Object{"id": "displayName", "value": m.one("Distance", "Ø Speed", "Period [$length_unit]", "Depreciated [%]",
			"${__field.name}")},
		settings.Object{"id": "color", "value": m.color()}, settings.Object{"id": "thresholds", "value": m.thresholds()},
		settings.Object{"id": "mappings", "value": m.mappings()},
		settings.Object{"id": "min", "value": 0}, settings.Object{"id": "max", "value": 1.15}, settings.Object{"id": "min"},
		settings.Object{"id": "noValue", "value": "nothing"},
		settings.Object{"id": "links", "value": []any{settings.Object{"title": "Trip", "url": "d/x?from=${__data.fields.opened_at}"}}},
		settings.Object{"id": "custom.width"}, settings.Object{"id": "custom.width", "value": 180}, settings.Object{"id": "custom.align",
			"value": "left"},
		settings.Object{"id": "custom.cellOptions", "value": settings.Object{"type": "gauge", "mode": "lcd"}},
		settings.Object{"id": "custom.hidden", "value": m.maybe(2)},
		settings.Object{"id": "custom.axisPlacement", "value": "right"}, settings.Object{"id": "custom.axisLabel", "value": "EPS"},
		settings.Object{"id": "custom.lineWidth", "value": 2},
		settings.Object{"id": "custom.fillOpacity", "value": 0},
	}
	if kind != "table" && kind != "timeseries" {
		all = all[:11]
	}
	m.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:1+m.IntN(4)]
}

func (m maker) options(kind string, columns []string) settings.Object {
	reduce := settings.Object{"values": m.maybe(3),
		"calcs": m.one(m.texts("mean"), m.texts("lastNotNull"), m.texts("firstNotNull"), m.texts("last"), m.texts("sum"), m.texts("diff"),
			[]any{}),
		"fields": m.one("", "", "", "/.*/", "/^"+columns[0]+"$/")}
	legend := settings.Object{"displayMode": m.one("list", "table"), "placement": m.one("bottom", "right"), "showLegend": !m.maybe(3),
		"calcs":  m.one([]any{}, m.texts("max", "min"), m.texts("lastNotNull", "mean")),
		"values": m.texts("value", "percent")}
	switch kind {
	case "stat":
		return settings.Object{"colorMode": m.one("value", "background", "none"), "graphMode": m.one("none", "area"), "justifyMode": "auto",
			"orientation":   m.one("auto", "horizontal", "vertical"),
			"reduceOptions": reduce, "textMode": m.one("auto", "value", "value_and_name", "name", "none"),
			"wideLayout": true, "fieldOptions": settings.Object{"calcs": m.texts("mean")}}
	case "gauge":
		return settings.Object{"orientation": "auto", "reduceOptions": reduce, "showThresholdLabels": m.maybe(2),
			"showThresholdMarkers": m.maybe(2), "sizing": "auto"}
	case "bargauge":
		return settings.Object{"displayMode": m.one("gradient", "lcd", "basic"), "orientation": m.one("horizontal", "vertical"),
			"reduceOptions": reduce, "showUnfilled": m.maybe(2),
			"valueMode": m.one("color", "text", "hidden"), "namePlacement": "auto", "legend": legend, "text": settings.Object{}}
	case "piechart":
		return settings.Object{"displayLabels": m.one([]any{}, m.texts("percent", "name"), m.texts("value")), "legend": legend,
			"pieType": m.one("pie", "donut"), "reduceOptions": reduce}
	case "barchart":
		return settings.Object{"orientation": m.one("auto", "horizontal", "vertical"), "showValue": m.one("always", "never", "auto"),
			"stacking": m.one("none", "normal", "percent"),
			"legend":   legend,
			"xField":   m.one(nil, columns[0]), "barWidth": 0.97, "groupWidth": 0.7, "barRadius": 0, "xTickLabelRotation": m.one(0, -45)}
	case "table":
		return settings.Object{"showHeader": true, "cellHeight": m.one("sm", "md"),
			"footer": settings.Object{"show": m.maybe(2), "reducer": m.texts("sum"), "fields": "", "countRows": m.maybe(3)},
			"sortBy": m.one([]any{}, []any{settings.Object{"displayName": columns[0], "desc": true}})}
	case "state-timeline":
		return settings.Object{"alignValue": m.one("left", "center"), "legend": legend, "mergeValues": m.maybe(2), "rowHeight": 0.9,
			"showValue": m.one("auto", "always", "never")}
	case "heatmap":
		return settings.Object{"calculate": false, "color": settings.Object{"mode": "scheme", "scheme": m.one("RdYlGn", "Oranges", "Turbo"),
			"steps": m.one(64, 11)},
			"cellValues": settings.Object{"unit": "short"}}
	}
	return settings.Object{"legend": legend, "tooltip": settings.Object{"mode": "multi", "sort": "none"}}
}
