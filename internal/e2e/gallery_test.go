package e2e

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/server"
	"macrowatch/web"
)

// exhibit is one panel of the gallery: a kind of panel in a state. Its title is both, such as "piechart: negative".
type exhibit struct {
	ID                   int
	Kind, State          string
	SQL, Format          string
	Options, FieldConfig string
}

// title returns the panel's title.
func (e exhibit) title() string { return e.Kind + ": " + e.State }

// longName has no blank at which it could be broken.
const longName = "MACRO_STRATEGY_WITH_A_NAME_THAT_IS_LONGER_THAN_ANY_PANEL_IS_WIDE_AND_GOES_ON_AND_ON_WITHOUT_A_SINGLE_BLANK"

// namedRows has the rows of the kinds that show a value for each name, by state.
func namedRows() map[string]string {
	values := func(rows string) string {
		return "SELECT * FROM (VALUES " + rows + ") r(name, v)"
	}
	return map[string]string{
		"one value":  values("('USDBRL', 42.5::float8)"),
		"several":    values("('Rates', 12.5::float8), ('FX', 55.25), ('Inflation', 91.75)"),
		"huge":       values("('NAV', 123456789012345.678::float8), ('Notional', -98765432109876), ('Beyond', 1e300)"),
		"negative":   values("('Rates', -12.5::float8), ('FX', -55.25), ('Inflation', -0.001)"),
		"long names": values("('" + longName + "', 12.5::float8), ('A name of several words that is much too long for the room that it has in a panel of this width', 85.0), ('FX', 95.0)"),
		"fifty":      "SELECT 'STRATEGY_' || n AS name, (n * 7919 % 101)::float8 AS v FROM generate_series(1, 50) n",
		"gaps":       values("('Rates', NULL::float8), ('FX', 'NaN'), ('Inflation', 91.75)"),
		"no rows":    values("('Rates', 1.0::float8)") + " WHERE false",
		"broken":     "SELECT nonsense",
	}
}

// timedRows has the rows of the kinds that show values over time, by state.
func timedRows() map[string]string {
	hours := func(value, metric, where string) string {
		return "SELECT timestamptz '2026-03-03 15:00Z' + n * interval '1 hour' AS time, " + metric + " AS metric, (" + value + ")::float8 AS v FROM generate_series(0, 24) n, generate_series(1, 3) s " + where + " ORDER BY 1, 2"
	}
	plain := "'series ' || s"
	return map[string]string{
		"one value":  hours("42.5", plain, "WHERE n = 12 AND s = 1"),
		"several":    hours("50 + 40 * sin(n / 3.0 + s)", plain, ""),
		"huge":       hours("s * 1e14 * (n - 8)", plain, ""),
		"negative":   hours("-s * (5 + n)", plain, ""),
		"long names": hours("50 + 10 * s * sin(n)", "s || '"+longName+"'", ""),
		"fifty":      strings.Replace(hours("s + sin(n + s)", plain, ""), "(1, 3)", "(1, 50)", 1),
		"gaps":       hours("CASE WHEN (n + s) % 5 = 0 THEN 'NaN'::float8 WHEN (n + s) % 7 < 2 THEN NULL ELSE n END", plain, ""),
		"no rows":    hours("1", plain, "WHERE false"),
		"broken":     "SELECT nonsense",
	}
}

// states lists the states in the order in which the gallery shows them.
func states() []string {
	return []string{"one value", "several", "huge", "negative", "long names", "fifty", "gaps", "no rows", "broken"}
}

const (
	everyRow   = `"reduceOptions": {"values": true, "calcs": ["lastNotNull"], "fields": ""}`
	thresholds = `"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "green"}, {"value": 50, "color": "yellow"}, {"value": 90, "color": "red"}]}`
)

// exhibits returns the panels of the gallery: every kind of panel in every state.
func exhibits() (all []exhibit) {
	add := func(kind string, rows map[string]string, format, options, config string) {
		for _, s := range states() {
			all = append(all, exhibit{len(all) + 1, kind, s, rows[s], format, options, config})
		}
	}
	named, timed := namedRows(), timedRows()
	add("stat", named, "table", `{`+everyRow+`}`, thresholds+`, "decimals": 2`)
	add("gauge", named, "table", `{`+everyRow+`, "showThresholdLabels": true}`, thresholds+`, "unit": "percent"`)
	add("bargauge", named, "table", `{`+everyRow+`, "displayMode": "basic", "orientation": "horizontal"}`, thresholds)
	add("piechart", named, "table", `{`+everyRow+`, "displayLabels": ["name", "percent"], "legend": {"displayMode": "table", "placement": "right", "values": ["value", "percent"]}}`, thresholds)
	add("barchart", named, "table", `{"orientation": "horizontal"}`, `"custom": {"gradientMode": "scheme", "fillOpacity": 80}, `+thresholds)
	add("table", named, "table", `{}`, `"custom": {"cellOptions": {"type": "color-text"}}, `+thresholds)
	add("timeseries", timed, "time_series", `{"tooltip": {"mode": "multi"}}`, `"unit": "percent"`)
	add("state-timeline", timed, "time_series", `{}`, thresholds)
	add("heatmap", timed, "time_series", `{"calculate": false, "color": {"scheme": "RdYlGn", "steps": 64}}`, `"unit": "short"`)
	all = append(all,
		exhibit{len(all) + 1, "stat", "sparkline", timed["gaps"], "time_series", `{"reduceOptions": {"calcs": ["lastNotNull"]}, "graphMode": "area"}`, thresholds + `, "unit": "percent"`},
		exhibit{len(all) + 2, "timeseries", "stacked bars", timed["several"], "time_series", `{"tooltip": {"mode": "multi"}}`,
			`"unit": "percent", "custom": {"drawStyle": "bars", "fillOpacity": 80, "stacking": {"mode": "normal", "group": "A"}}`},
		exhibit{len(all) + 3, "barchart", "stacked", "SELECT * FROM (VALUES ('Taper', 30.0::float8, 10.0::float8), ('Rally', 25.0, 75.0)) r(name, equity, rates)", "table", `{"stacking": "normal", "tooltip": {"mode": "multi"}}`, `"color": {"mode": "palette-classic"}`},
		exhibit{len(all) + 4, "text", "several", "", "", `{"mode": "markdown", "content": "# About\nA *text* with a [link](https://example.org)."}`, ""},
	)
	return all
}

// galleryJSON writes the exhibits as a dashboard of Grafana.
func galleryJSON(t testing.TB) []byte {
	t.Helper()
	const wide, high, columns = 8, 8, 3
	var panels []string
	for i, e := range exhibits() {
		target, err := json.Marshal(map[string]any{"refId": "A", "format": e.Format, "rawQuery": true, "rawSql": e.SQL})
		if err != nil {
			t.Fatal(err)
		}
		targets := string(target)
		if e.SQL == "" {
			targets = ""
		}
		overrides := ""
		if e.Kind == "table" {
			overrides = `{"matcher": {"id": "byName", "options": "v"}, "properties": [{"id": "description", "value": "How it reads."}]}`
		}
		panels = append(panels, fmt.Sprintf(`{"id": %d, "type": %q, "title": %q, "description": "An exhibit.", "gridPos": {"x": %d, "y": %d, "w": %d, "h": %d},
			"datasource": {"type": "grafana-postgresql-datasource", "uid": "timescaledb"}, "targets": [%s], "options": %s, "fieldConfig": {"defaults": {%s}, "overrides": [%s]}}`,
			e.ID, e.Kind, e.title(), i%columns*wide, i/columns*high, wide, high, targets, e.Options, e.FieldConfig, overrides))
	}
	return []byte(`{"uid": "gallery", "title": "Gallery", "schemaVersion": 39, "time": {"from": "now-24h", "to": "now"}, "templating": {"list": []},
		"annotations": {"list": [{"name": "Events", "enable": true, "iconColor": "blue", "datasource": {"type": "grafana-postgresql-datasource", "uid": "timescaledb"},
		"target": {"refId": "Anno", "format": "table", "rawQuery": true, "rawSql": "SELECT timestamptz '2026-03-04 05:20Z' AS time, 'The central bank raised its rate' AS text"}}]},
		"panels": [` + strings.Join(panels, ",") + `]}`)
}

// gallery serves the exhibits, and returns the address of the page.
func gallery(t testing.TB) string {
	t.Helper()
	return onlyDashboard(t, "gallery", "Gallery", galleryJSON(t))
}

// onlyDashboard serves a single dashboard on an empty database and a clock that stands still, and returns the address of its page.
func onlyDashboard(t testing.TB, uid, title string, text []byte) string {
	t.Helper()
	page, err := web.Dist()
	if err != nil {
		t.Fatal(err)
	}
	pool := pgtest.New(t)
	s, err := server.New(server.Config{
		Dashboards: []server.Dashboard{{UID: uid, Slug: uid, Title: title, JSON: text}},
		Querier:    query.NewRunner(pool, query.Options{}), Ping: pool.Ping, Page: page,
		AsOf: time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC), Zone: "America/Sao_Paulo", Version: "1.2.3", Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(s)
	t.Cleanup(ts.Close)
	return pageOf(ts.URL, uid, "")
}
