package dashboard

import (
	"reflect"
	"strings"
	"testing"

	"macrowatch/internal/desk"
)

// A running Grafana drew the panels rightly with the settings that are checked here, and wrongly without any of them.

// overrideOf is a property's value in the override for a field.
func overrideOf(panel map[string]any, matcher, field, property string) any {
	overrides, _ := walk(panel, "fieldConfig", "overrides").([]any)
	for _, o := range overrides {
		if walk(o, "matcher", "id") != matcher || walk(o, "matcher", "options") != field {
			continue
		}
		for _, p := range walk(o, "properties").([]any) {
			if walk(p, "id") == property {
				return walk(p, "value")
			}
		}
	}
	return nil
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestTilesNameTheirFieldsAndColourTheStatusAlone(t *testing.T) {
	t.Parallel()
	doc := decoded(t)
	for i, c := range desk.BuiltInRules().Connectors() {
		p := panelNamed(t, doc, "stat", c.Title)
		equal(t, c.Title+": place", p["gridPos"], map[string]any{
			"x": float64(i % 3 * 8), "y": float64(1 + i/3*3), "w": 8.0, "h": 3.0,
		})
		equal(t, c.Title+": fields", walk(p, "options", "reduceOptions"), map[string]any{
			"values": false, "calcs": []any{"lastNotNull"},
			"fields": "/^(status|started_at|took)$/", // the other columns are for the tile's link
		})
		for option, want := range map[string]any{"colorMode": "value", "graphMode": "none", "textMode": "value", "orientation": "vertical"} {
			equal(t, c.Title+": "+option, walk(p, "options", option), want)
		}
		equal(t, c.Title+": default colour", walk(p, "fieldConfig", "defaults", "thresholds", "steps", 0, "color"), "text")
		equal(t, c.Title+": default mappings", walk(p, "fieldConfig", "defaults", "mappings"), []any{})
		options := walk(overrideOf(p, "byName", "status", "mappings"), 0, "options")
		for status, colour := range map[string]string{
			"SUCCESS": "green", "RUNNING": "yellow", "FAILED": "red", "STALE": "yellow", "NO RUNS": colourUnknown,
			"LATE": "yellow", "RETRYING": "yellow", "OVERDUE": "red", "MISSED": "red", "SKIPPED": colourUnknown,
		} {
			equal(t, c.Title+": text of "+status, walk(options, status, "text"), status)
			equal(t, c.Title+": colour of "+status, walk(options, status, "color"), colour)
		}
		equal(t, c.Title+": unit of started_at", overrideOf(p, "byName", "started_at", "unit"), "dateTimeFromNow")
		equal(t, c.Title+": text without a run", overrideOf(p, "byName", "took", "noValue"), "–")
		if sql := walk(p, "targets", 0, "rawSql").(string); !strings.Contains(sql, "'"+c.Name+"'") {
			t.Errorf("%s does not ask for %s", c.Title, c.Name)
		}
	}
}

func TestTimelineStacksBarsColouredByStatus(t *testing.T) {
	t.Parallel()
	p := panelNamed(t, decoded(t), "timeseries", "Pipeline Timeline")
	custom := walk(p, "fieldConfig", "defaults", "custom")
	equal(t, "draw style", walk(custom, "drawStyle"), "bars")
	equal(t, "stacking", walk(custom, "stacking"), map[string]any{"mode": "normal", "group": "A"})
	equal(t, "axis label", walk(custom, "axisLabel"), "Duration (s)")
	equal(t, "unit", walk(p, "fieldConfig", "defaults", "unit"), "s")
	drawsSeriesOf(t, p, "run")
	equal(t, "points", p["maxDataPoints"], 200.0)
	equal(t, "smallest interval", p["interval"], "1s")
	for status, colour := range map[string]string{"SUCCESS": "green", "RUNNING": "yellow", "FAILED": "red"} {
		equal(t, status, overrideOf(p, "byRegexp", "/ "+status+"$/", "color"), map[string]any{"mode": "thresholds"})
		equal(t, status, overrideOf(p, "byRegexp", "/ "+status+"$/", "thresholds"),
			map[string]any{"mode": "absolute", "steps": []any{map[string]any{"value": nil, "color": colour}}})
	}
}

// drawsSeriesOf checks that a panel draws the column Value alone, a series for each text of a column.
func drawsSeriesOf(t *testing.T, p any, column string) {
	t.Helper()
	equal(t, "format", walk(p, "targets", 0, "format"), "table")
	equal(t, "first transformation", walk(p, "transformations", 0, "id"), "filterFieldsByName")
	equal(t, "columns drawn", walk(p, "transformations", 0, "options", "include", "names"), []any{"time", column, "Value"})
	equal(t, "second transformation", walk(p, "transformations", 1, "id"), "partitionByValues")
	equal(t, "series by", walk(p, "transformations", 1, "options", "fields"), []any{column})
	equal(t, "texts as labels", walk(p, "transformations", 1, "options", "naming", "asLabels"), true)
}

func TestStepStatesAreTextsWithMappings(t *testing.T) {
	t.Parallel()
	p := panelNamed(t, decoded(t), "state-timeline", "Pipeline Timeline by Step")
	drawsSeriesOf(t, p, "step")
	equal(t, "nulls spanned", walk(p, "fieldConfig", "defaults", "custom", "spanNulls"), true)
	equal(t, "values merged", walk(p, "options", "mergeValues"), true)
	equal(t, "points", p["maxDataPoints"], 200.0)
	equal(t, "smallest interval", p["interval"], "1s")
	if mode := walk(p, "fieldConfig", "defaults", "color", "mode"); mode != "fixed" {
		t.Errorf("colour mode is %v: thresholds would merge states, and the default draws no legend", mode)
	}
	options := walk(p, "fieldConfig", "defaults", "mappings", 0, "options")
	for code, want := range map[string][2]string{
		"idle": {"", "transparent"}, "SUCCESS": {"SUCCESS", "green"}, "RUNNING": {"RUNNING", "yellow"}, "FAILED": {"FAILED", "red"},
		"CANCELLED": {"CANCELLED", "#8e8e8e"}, "SKIPPED": {"SKIPPED", "#8e8e8e"}, "QUEUED": {"QUEUED", "#8e8e8e"},
	} {
		equal(t, "text of "+code, walk(options, code, "text"), want[0])
		equal(t, "colour of "+code, walk(options, code, "color"), want[1])
	}
}

func TestStepStatesKeepTheirPanelToThemselves(t *testing.T) {
	t.Parallel()
	doc := decoded(t)
	p := panelNamed(t, doc, "state-timeline", "Pipeline Timeline by Step")
	equal(t, "rows on a page (0: all, without a pager)", walk(p, "options", "perPage"), 0.0)
	marks := walk(doc, "annotations", "list", 1)
	equal(t, "panels with failure marks", walk(marks, "filter"), map[string]any{"exclude": false, "ids": []any{float64(pipelineTimelineID)}})
	equal(t, "panels with readers' own notes", walk(doc, "annotations", "list", 0, "filter"), nil)
}

func TestErrorLogSaysSoWhereThereIsNothing(t *testing.T) {
	t.Parallel()
	p := panelNamed(t, decoded(t), "table", "Error Log")
	equal(t, "text of an empty log", walk(p, "fieldConfig", "defaults", "noValue"), "No failures in this range")
	equal(t, "format", walk(p, "targets", 0, "format"), "table")
	equal(t, "wrapped errors", overrideOf(p, "byName", "Error", "custom.cellOptions"), map[string]any{"type": "auto", "wrapText": true})
	equal(t, "header", walk(p, "options", "showHeader"), true)
}

// A row's key and the problem with it are long, and Grafana would cut them.
func TestRowsLeftOutAreReadInFull(t *testing.T) {
	t.Parallel()
	p := panelNamed(t, decoded(t), "table", "Rows Left Out")
	for _, column := range []string{"Row", "Problem"} {
		equal(t, column, overrideOf(p, "byName", column, "custom.cellOptions"), map[string]any{"type": "auto", "wrapText": true})
	}
}

func TestEveryPanelNamesTheProvisionedDatasource(t *testing.T) {
	t.Parallel()
	want := map[string]any{"type": "grafana-postgresql-datasource", "uid": "timescaledb"}
	for _, p := range decoded(t)["panels"].([]any) {
		if walk(p, "type") == "row" {
			continue
		}
		equal(t, walk(p, "title").(string), walk(p, "datasource"), want)
		equal(t, walk(p, "title").(string)+": query", walk(p, "targets", 0, "datasource"), want)
	}
}

func TestEachDashboardLinksToTheOthersAndKeepsTheRange(t *testing.T) {
	t.Parallel()
	one := pipelineDefinition(t)
	other := Definition{UID: "other", Slug: "the-other", Title: "The Other"}
	defs := []Definition{one, other}
	linkEachOther(defs)
	if n := len(defs[0].Dashboard.Links); n != 1 {
		t.Fatalf("%d links, want 1", n)
	}
	l := defs[0].Dashboard.Links[0]
	if l.Title != "The Other" || *l.Url != "/d/other/the-other" || !l.KeepTime || l.Type != "link" {
		t.Errorf("the link is %+v", l)
	}
	if back := defs[1].Dashboard.Links[0]; *back.Url != "/d/pipeline-health/pipeline-health" {
		t.Errorf("the link back is %+v", back)
	}
}
