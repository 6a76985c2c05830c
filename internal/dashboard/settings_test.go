package dashboard

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/desk"
)

// decodedOf is a dashboard's JSON as Grafana reads it.
func decodedOf(t *testing.T, uid string) map[string]any {
	t.Helper()
	text, err := JSON(definitionOf(t, uid))
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// Ids stand in bookmarks: these lists only ever grow. Rows come before their panels.
func TestDeskDashboardsAreAsSpecified(t *testing.T) {
	t.Parallel()
	for uid, want := range map[string]struct {
		file, title string
		panels      []string
		ids         []float64
	}{
		signalUID: {"signal_overview.json", "Signal Overview", []string{
			"row Signal Heatmap", "table Stance by Asset Class", "table Signal Heatmap", "table Signal Heatmap: Rates and Inflation", "table Signal Heatmap: Cupom and Cross-Asset",
			"row Signal Strength Distribution", "bargauge Signal Strength Distribution",
			"row Signal Flip Timeline", "timeseries Signal Flip Timeline", "table Latest Flips",
			"row Signals", "table Latest Signals",
		}, []float64{101, 8, 1, 5, 6, 102, 2, 103, 3, 4, 104, 7}},
		portfolioUID: {"portfolio_performance.json", "Portfolio Performance", []string{
			"row Portfolio Summary Stats", "stat NAV", "stat Day", "stat Month to Date", "stat Year to Date", "stat Current Drawdown", "stat Total Return", "stat Sharpe Ratio", "stat Current Leverage", "stat Active Positions",
			"row Equity Curve", "timeseries Equity Curve", "timeseries Drawdown",
			"row Strategy Attribution", "piechart Strategy Attribution",
			"row Monthly Returns Heatmap", "heatmap Monthly Returns Heatmap", "table Monthly Returns",
			"row Asset Class Allocation Over Time", "timeseries Asset Class Allocation Over Time",
		}, []float64{101, 11, 12, 13, 14, 15, 1, 2, 3, 4, 102, 5, 6, 103, 7, 104, 8, 9, 105, 10}},
	} {
		t.Run(uid, func(t *testing.T) {
			def, doc := definitionOf(t, uid), decodedOf(t, uid)
			equal(t, uid+": file", def.File, want.file)
			equal(t, uid+": title", doc["title"], want.title)
			equal(t, uid+": from", walk(doc, "time", "from"), "now-7d")
			equal(t, uid+": to", walk(doc, "time", "to"), "now")
			var panels []string
			var ids []float64
			for _, p := range doc["panels"].([]any) {
				panels = append(panels, walk(p, "type").(string)+" "+walk(p, "title").(string))
				ids = append(ids, walk(p, "id").(float64))
			}
			equal(t, uid+": panels", panels, want.panels)
			equal(t, uid+": ids", ids, want.ids)
			links := doc["links"].([]any)
			if len(links) < 2 {
				t.Errorf("%s links to %d dashboards, want all others", uid, len(links))
			}
		})
	}
}

func TestMatrixIsAPivotWhoseEmptyCellsAreEmpty(t *testing.T) {
	t.Parallel()
	for _, g := range (builder{rules: desk.BuiltInRules()}).matrixGroups() {
		isAPivot(t, panelNamed(t, decodedOf(t, signalUID), "table", g.title))
	}
}

func isAPivot(t *testing.T, p map[string]any) {
	t.Helper()
	equal(t, "transformations", p["transformations"], []any{map[string]any{"id": "groupingToMatrix", "options": map[string]any{
		"columnField": "strategy_id", "rowField": "Asset class", "valueField": "signed_confidence", "emptyValue": "null",
	}}})
	defaults := walk(p, "fieldConfig", "defaults")
	for i, match := range []string{"null", "empty"} {
		equal(t, match, walk(defaults, "mappings", i), map[string]any{"type": "special", "options": map[string]any{
			"match": match, "result": map[string]any{"color": "transparent", "text": "", "index": float64(i)},
		}})
	}
	equal(t, "a cell of directions that are not known", walk(defaults, "mappings", 2), map[string]any{"type": "special", "options": map[string]any{
		"match": "nan", "result": map[string]any{"color": "purple", "text": "?", "index": 2.0},
	}})
	equal(t, "cells", walk(defaults, "custom", "cellOptions"), map[string]any{"type": "color-background", "mode": "basic"})
	equal(t, "thresholds", walk(defaults, "thresholds", "steps"), []any{
		map[string]any{"value": nil, "color": "red"}, map[string]any{"value": -0.3, "color": "yellow"}, map[string]any{"value": 0.3, "color": "green"},
	})
	const names = "/Asset class/"
	equal(t, "name", overrideOf(p, "byRegexp", names, "displayName"), "Asset class")
	equal(t, "cells of names", overrideOf(p, "byRegexp", names, "custom.cellOptions"), map[string]any{"type": "color-text"})
	mapped, _ := overrideOf(p, "byRegexp", names, "mappings").([]any)
	for i, word := range []string{"STALE", "unknown"} {
		if len(mapped) != 2 || walk(mapped[i], "type") != "regex" || !strings.Contains(walk(mapped[i], "options", "pattern").(string), word) {
			t.Errorf("the names' mappings are %v, want one for %s", mapped, word)
		}
	}
}

func TestBarsAndPieShowAllRows(t *testing.T) {
	t.Parallel()
	want := map[string]any{"values": true, "limit": 100.0, "calcs": []any{"lastNotNull"}, "fields": ""}
	bars := panelNamed(t, decodedOf(t, signalUID), "bargauge", "Signal Strength Distribution")
	equal(t, "bars", walk(bars, "options", "reduceOptions"), want)
	equal(t, "unit of bars", walk(bars, "fieldConfig", "defaults", "unit"), "percentunit")
	pie := panelNamed(t, decodedOf(t, portfolioUID), "piechart", "Strategy Attribution")
	equal(t, "pie", walk(pie, "options", "reduceOptions"), want)
	equal(t, "kind of pie", walk(pie, "options", "pieType"), "donut")
}

func TestStatsNameTheirFields(t *testing.T) {
	t.Parallel()
	doc := decodedOf(t, portfolioUID)
	for title, want := range map[string][2]string{
		"Total Return": {"/^total_return_pct$/", "percent"}, "Sharpe Ratio": {"/^(sharpe_ratio|basis)$/", "none"},
		"Current Leverage": {"/^gross_leverage$/", "suffix:x"}, "Active Positions": {"/^active_positions$/", "none"},
	} {
		p := panelNamed(t, doc, "stat", title)
		equal(t, title+": fields", walk(p, "options", "reduceOptions", "fields"), want[0])
		equal(t, title+": unit", walk(p, "fieldConfig", "defaults", "unit"), want[1])
	}
	says := panelNamed(t, doc, "stat", "Current Leverage")["description"].(string)
	if !strings.Contains(says, "netted across strategies") {
		t.Errorf("the leverage does not say how it differs from netting: %s", says)
	}
}

func TestMonthsAreRedBelowZeroAndGreenAbove(t *testing.T) {
	t.Parallel()
	doc := decodedOf(t, portfolioUID)
	heat := panelNamed(t, doc, "heatmap", "Monthly Returns Heatmap")
	equal(t, "own range", heat["timeFrom"], "${history}")
	for option, want := range map[string]any{"scheme": "RdYlGn", "reverse": true, "min": -10.0, "max": 10.0, "mode": "scheme"} {
		equal(t, option, walk(heat, "options", "color", option), want)
	}
	equal(t, "hidden", walk(heat, "options", "filterValues"), map[string]any{"le": -1e9})
	equal(t, "calculated", walk(heat, "options", "calculate"), false)
	table := panelNamed(t, doc, "table", "Monthly Returns")
	defaults := walk(table, "fieldConfig", "defaults")
	equal(t, "colours", walk(defaults, "color", "mode"), "continuous-RdYlGr")
	equal(t, "least", walk(defaults, "min"), -10.0)
	equal(t, "greatest", walk(defaults, "max"), 10.0)
	equal(t, "unit of the years", overrideOf(table, "byName", "Year", "unit"), "string")
	equal(t, "mappings of the years", overrideOf(table, "byName", "Year", "mappings"), []any{})
}

// Where all values are zero Grafana's axis would go up to 100 %, and the line would lie at its foot.
func TestDrawdownHangsFromTheTop(t *testing.T) {
	t.Parallel()
	defaults := walk(panelNamed(t, decodedOf(t, portfolioUID), "timeseries", "Drawdown"), "fieldConfig", "defaults")
	equal(t, "greatest", walk(defaults, "max"), 0.0)
	equal(t, "least where nothing is below", walk(defaults, "custom", "axisSoftMin"), -1.0)
}

func TestHistoryIsAHiddenVariableThatIsAskedForOnLoad(t *testing.T) {
	t.Parallel()
	v := walk(decodedOf(t, portfolioUID), "templating", "list", 0)
	for key, want := range map[string]any{
		"name": "history", "type": "query", "hide": 2.0, "refresh": 1.0, "skipUrlSync": true,
		"datasource": map[string]any{"type": "grafana-postgresql-datasource", "uid": "timescaledb"},
	} {
		equal(t, key, walk(v, key), want)
	}
	equal(t, "saved value", walk(v, "current", "value"), "6y/y")
	if q, _ := walk(v, "query").(string); !strings.Contains(q, "portfolio_state") {
		t.Errorf("the query is %v", walk(v, "query"))
	}
}

func TestHistoryBeginsWithTheFirstYear(t *testing.T) {
	t.Parallel()
	at := local
	inZones(t, func(t *testing.T, db *database) {
		for _, c := range []struct{ first, to, want string }{
			{"2021-06-17 18:00:00", "2026-11-20 12:00:00", "5y/y"},
			{"2026-06-17 18:00:00", "2026-11-20 12:00:00", "1y/y"},
			{"2022-01-01 12:00:00", "2026-11-20 12:00:00", "5y/y"}, // a Saturday: it belongs to 2021
			{"2022-01-03 00:00:00", "2026-12-31 23:59:59", "4y/y"},
			{"2027-01-04 12:00:00", "2026-11-20 12:00:00", "1y/y"}, // none by then
		} {
			t.Run("from "+c.first+" at "+c.to, func(t *testing.T) {
				db := db.in(t)
				db.exec("TRUNCATE portfolio_state")
				db.exec("INSERT INTO portfolio_state VALUES ($1, 'CASH', 'BRL', 0, 100)", at(t, c.first))
				to := at(t, c.to)
				got := query[struct{ History string }](db, historySQL(t), span{to.AddDate(0, 0, -7), to})
				if len(got) != 1 || got[0].History != c.want {
					t.Errorf("from %s at %s: %v, want %s", c.first, c.to, got, c.want)
				}
			})
		}
	})
}

func TestClassesKeepTheirColoursAcrossCharts(t *testing.T) {
	t.Parallel()
	flips := panelNamed(t, decodedOf(t, signalUID), "timeseries", "Signal Flip Timeline")
	areas := panelNamed(t, decodedOf(t, portfolioUID), "timeseries", "Asset Class Allocation Over Time")
	var seen []any
	for _, class := range desk.BuiltInRules().EveryClass() {
		colour := walk(overrideOf(flips, "byName", class, "color"), "fixedColor")
		equal(t, class, walk(overrideOf(areas, "byName", class, "color"), "fixedColor"), colour)
		if colour == nil || slices.Contains(seen, colour) || slices.Contains([]any{colourGood, colourWatch, colourBad}, colour) {
			t.Errorf("%s has the colour %v, which another class has, or a meaning", class, colour)
		}
		seen = append(seen, colour)
	}
}
