package dashboard

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// decoded is the JSON of Pipeline Health as Grafana reads it.
func decoded(t *testing.T) map[string]any {
	t.Helper()
	text, err := JSON(pipelineDefinition(t))
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// walk goes along a path of keys and places into decoded JSON. It returns nil where a key or a place is missing.
func walk(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

// panelNamed returns the panel with a type and a title. The type is needed because a row may have the same
// title as a panel.
func panelNamed(t *testing.T, doc map[string]any, kind, title string) map[string]any {
	t.Helper()
	for _, p := range walk(doc, "panels").([]any) {
		if walk(p, "title") == title && walk(p, "type") == kind {
			return p.(map[string]any)
		}
	}
	t.Fatalf("there is no %s called %q", kind, title)
	return nil
}

func TestJSONIsTheSameAtEveryCall(t *testing.T) {
	t.Parallel()
	first, err := JSON(pipelineDefinition(t))
	if err != nil {
		t.Fatal(err)
	}
	second, err := JSON(pipelineDefinition(t))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two calls gave different files")
	}
}

func TestJSONHasOneKeyALine(t *testing.T) {
	t.Parallel()
	text, err := JSON(pipelineDefinition(t))
	if err != nil {
		t.Fatal(err)
	}
	var flat, want bytes.Buffer
	if err := json.Compact(&flat, text); err != nil {
		t.Fatal(err)
	}
	if err := json.Indent(&want, flat.Bytes(), "", "  "); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSuffix(string(text), "\n"); got != want.String() {
		t.Error("the file is not indented with one key a line")
	}
}

func TestJSONHasWhatEveryGrafanaFileNeeds(t *testing.T) {
	t.Parallel()
	doc := decoded(t)
	for key, want := range map[string]any{
		"uid": "pipeline-health", "title": "Pipeline Health", "schemaVersion": 39.0,
		"timezone": "browser", "refresh": "15m", "weekStart": "monday",
	} {
		if doc[key] != want {
			t.Errorf("%s is %v, want %v", key, doc[key], want)
		}
	}
	if walk(doc, "time", "from") != "now-24h" || walk(doc, "time", "to") != "now" {
		t.Errorf("time is %v, want the last 24 hours", doc["time"])
	}
	if _, there := doc["id"]; there {
		t.Error("the file has a database id")
	}
	if m, ok := doc["__elements"].(map[string]any); !ok || len(m) != 0 {
		t.Errorf("__elements is %v, want {}", doc["__elements"])
	}
	if l, ok := doc["__inputs"].([]any); !ok || len(l) != 0 {
		t.Errorf("__inputs is %v, want []", doc["__inputs"])
	}
	if l, ok := walk(doc, "templating", "list").([]any); !ok || len(l) != 1 || walk(l[0], "name") != "step" {
		t.Errorf("templating.list is %v, want the variable step", walk(doc, "templating", "list"))
	}
	var required []string
	for _, r := range doc["__requires"].([]any) {
		required = append(required, walk(r, "type").(string)+" "+walk(r, "id").(string))
	}
	want := []string{"grafana grafana", "datasource grafana-postgresql-datasource", "panel stat", "panel state-timeline", "panel table", "panel timeseries"}
	if !slices.Equal(required, want) {
		t.Errorf("__requires is %v, want %v", required, want)
	}
}

func TestJSONHasTheBuiltInAnnotationsAndTheFailures(t *testing.T) {
	t.Parallel()
	list := walk(decoded(t), "annotations", "list").([]any)
	if len(list) != 3 || walk(list[2], "name") != "Alerts" {
		t.Fatalf("%d annotations, want Grafana's own, the failures and the alerts", len(list))
	}
	if walk(list[0], "builtIn") != 1.0 || walk(list[0], "datasource", "uid") != "-- Grafana --" {
		t.Errorf("the first is %v, want Grafana's own", list[0])
	}
	if walk(list[1], "name") != "Failures" || walk(list[1], "enable") != true || walk(list[1], "iconColor") != "red" ||
		walk(list[1], "datasource", "uid") != "timescaledb" || walk(list[1], "target", "format") != "table" ||
		!strings.Contains(walk(list[1], "target", "rawSql").(string), "FAILED") {
		t.Errorf("the second is %v, want the failures by a PostgreSQL query", list[1])
	}
}

func TestPanelsAndRowsStandInTheSpecifiedOrder(t *testing.T) {
	t.Parallel()
	var got []string
	for _, p := range decoded(t)["panels"].([]any) {
		got = append(got, walk(p, "type").(string)+" "+walk(p, "title").(string))
		if ps, ok := walk(p, "panels").([]any); ok && len(ps) > 0 || walk(p, "collapsed") == true {
			t.Errorf("the row %v holds panels", walk(p, "title"))
		}
	}
	want := []string{
		"row Connector Status Grid",
		"stat BCB SGS", "stat FRED", "stat Yahoo Finance", "stat BCB PTAX", "stat B3 Market Data", "stat Treasury Gov",
		"stat Today", "stat Today by Group", "stat Every Step",
		"row Error Log", "table Error Log",
		"row Pipeline Timeline", "timeseries Pipeline Timeline", "state-timeline Pipeline Timeline by Step",
		// These come after the specified panels, because Grafana has no notices that could name such rows on each panel.
		"row Rows Left Out", "table Rows Left Out",
	}
	if !slices.Equal(got, want) {
		t.Errorf("panels are\n%v, want\n%v", got, want)
	}
}

// Ids stand in bookmarks: this list only ever grows.
func TestPanelIdsDoNotChange(t *testing.T) {
	t.Parallel()
	doc := decoded(t)
	for title, id := range map[string]float64{
		"stat BCB SGS": 1, "stat FRED": 2, "stat Yahoo Finance": 3, "stat BCB PTAX": 4, "stat B3 Market Data": 5, "stat Treasury Gov": 6,
		"timeseries Pipeline Timeline": 7, "state-timeline Pipeline Timeline by Step": 8, "table Error Log": 9,
		"row Connector Status Grid": 101, "row Pipeline Timeline": 102, "row Error Log": 103,
	} {
		kind, name, _ := strings.Cut(title, " ")
		if got := panelNamed(t, doc, kind, name)["id"]; got != id {
			t.Errorf("%s has id %v, want %v", title, got, id)
		}
	}
}
