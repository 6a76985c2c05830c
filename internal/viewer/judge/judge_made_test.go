package judge_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/viewer/settings"
)

// maker makes up dashboards like those that people save, for databases and services, vehicles and plants, or the accounts of
// companies. The same seed makes the same dashboard.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 1139))} }

// madePanels are the panels of two made-up dashboards.
func madePanels(t *testing.T) []dashboardPanel {
	t.Helper()
	var all []dashboardPanel
	for seed := range uint64(2) {
		raw, err := json.Marshal(newMaker(seed).dashboard())
		if err != nil {
			t.Fatal(err)
		}
		list, err := dashboardPanels(t, fmt.Sprint("made up ", seed), raw)
		if err != nil {
			t.Fatalf("made-up dashboard %d: %v", seed, err)
		}
		all = append(all, list...)
	}
	return all
}

// madeKinds says how many panels of a kind a made-up dashboard has.
func madeKinds() map[string]int {
	return map[string]int{"stat": 16, "table": 12, "timeseries": 10, "gauge": 5, "bargauge": 5, "barchart": 4, "piechart": 4,
		"state-timeline": 4, "heatmap": 2, "text": 1, "geomap": 1, "xychart": 1, "trend": 1, "candlestick": 1}
}

func (m maker) dashboard() settings.Object {
	var panels, nested []any
	id := 0
	for _, kind := range slices.Sorted(maps.Keys(madeKinds())) {
		for n := range madeKinds()[kind] {
			id++
			p := m.panel(kind)
			p["id"], p["title"], p["gridPos"] = id, fmt.Sprintf("%s %d", kind, n+1), settings.Object{"x": 0, "y": id * 8, "w": 12, "h": 8}
			if n%5 == 4 {
				nested = append(nested, p)
			} else {
				panels = append(panels, p)
			}
		}
	}
	panels = append(panels, settings.Object{"id": id + 1, "type": "row", "title": "Details", "collapsed": true, "panels": nested})
	return settings.Object{"schemaVersion": m.one(34, 36, 39, 40, 41), "title": "Made up", "panels": panels,
		"templating": settings.Object{"list": []any{settings.Object{"name": "length_unit", "type": "custom", "query": "km, mi"}}}}
}

func (m maker) panel(kind string) settings.Object {
	columns := m.columns()
	p := settings.Object{"type": kind, "options": m.options(kind, columns),
		"fieldConfig": settings.Object{"defaults": m.defaults(kind), "overrides": m.overrides(kind, columns)},
		"datasource": m.one(nil, settings.Object{"type": "postgres", "uid": "x"}, settings.Object{"type": "grafana-postgresql-datasource",
			"uid": "${source}"})}
	targets := []any{m.target("A", kind, columns)}
	if kind == "table" {
		transformations := m.transformations(columns)
		p["transformations"] = transformations
		if len(transformations) > 0 && transformations[0].(settings.Object)["id"] == "merge" {
			targets = append(targets, m.target("B", kind, append(m.columns()[:1:1], columns[0])))
		}
	} else if m.maybe(4) {
		targets = append(targets, m.target("B", kind, m.columns()))
	}
	p["targets"] = targets
	if m.maybe(9) {
		p["timeFrom"], p["hideTimeOverride"] = "30d", true
	}
	return p
}

// columns are the names of a query's columns.
func (m maker) columns() []string {
	all := []string{"site", "Depot", "status", "Line item", "owner_team", "opened_at", "Start date", "last_seen_at", "size_total", "Hit ratio",
		"Load [%]", "Mean runtime", "Age", "distance_km", "distance_mi", "avg_speed_$length_unit", "Energy used", "Power", "Outdoor", "Heading",
		"Requests", "Price", "EPS (TTM)", "on", "visits", "Ø Consumption", "value", "metric", "pct", "P&L"}
	m.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:2+m.IntN(6)]
}

func (m maker) target(ref, kind string, columns []string) settings.Object {
	var list []string
	for n, name := range columns {
		list = append(list, fmt.Sprintf("c%d AS %q", n, name))
	}
	over := []string{"timeseries", "state-timeline", "heatmap", "trend"}
	format := "table"
	if slices.Contains(over, kind) {
		format = "time_series"
	}
	if format == "time_series" {
		list = append([]string{"$__time(at)"}, list...)
	}
	sql := "SELECT " + strings.Join(list, ",\n  ") + "\nFROM readings WHERE $__timeFilter(at) ORDER BY 1"
	return settings.Object{"refId": ref, "format": format, "rawQuery": true, "rawSql": sql}
}

func (m maker) transformations(columns []string) []any {
	step := func(id string, options settings.Object) settings.Object {
		return settings.Object{"id": id, "options": options}
	}
	organize := step("organize", settings.Object{"excludeByName": settings.Object{columns[1]: m.maybe(2)}, "includeByName": settings.Object{},
		"indexByName": settings.Object{columns[0]: 1, columns[1]: 0}, "renameByName": settings.Object{columns[0]: "First of all"}})
	switch m.IntN(10) {
	case 0, 1:
		return []any{step("merge", settings.Object{"reducers": []any{}})}
	case 2:
		return []any{step("merge", settings.Object{}), organize}
	case 3:
		return []any{organize}
	case 4:
		return []any{step("groupingToMatrix", settings.Object{"rowField": columns[0], "columnField": columns[1],
			"valueField": columns[len(columns)-1]}),
			step("organize", settings.Object{"excludeByName": settings.Object{}, "indexByName": settings.Object{}, "renameByName": settings.Object{columns[0] + `\` + columns[1]: "Item"}})}
	case 5:
		return []any{step("filterFieldsByName", settings.Object{"include": settings.Object{"names": []any{columns[0], columns[1]}}})}
	case 6:
		return []any{step("sortBy", settings.Object{"sort": []any{settings.Object{"field": columns[0], "desc": m.maybe(2)}}}), organize}
	case 7:
		return []any{step("reduce", settings.Object{"reducers": []any{"max", "lastNotNull"}})}
	case 8:
		return []any{step("configFromData", settings.Object{"configRefId": "B", "applyTo": settings.Object{"id": "byFrameRefID", "options": "A"},
			"mappings": []any{settings.Object{"fieldName": columns[1], "handlerKey": "threshold1"}}})}
	}
	return []any{}
}

func (m maker) maybe(oneIn int) bool { return m.IntN(oneIn) == 0 }

func (m maker) one(list ...any) any { return list[m.IntN(len(list))] }

func (m maker) texts(list ...string) []any {
	out := make([]any, len(list))
	for n, text := range list {
		out[n] = text
	}
	return out
}

func TestMadeUpDashboardsAreGrafanas(t *testing.T) {
	t.Parallel()
	judgePanels(t, madePanels(t), 200_000)
}

func TestMadeUpDashboardsAreDrawn(t *testing.T) {
	t.Parallel()
	list := madePanels(t)
	if drawn := allAreDrawn(t, list); drawn < 600 {
		t.Errorf("only %d panels were drawn", drawn)
	}
	said := otherKindsSaySo(t, list)
	for _, kind := range []string{"geomap", "xychart", "trend", "candlestick"} {
		if said[kind] != 2 {
			t.Errorf("%d panels of the kind %s, want 2", said[kind], kind)
		}
	}
}
