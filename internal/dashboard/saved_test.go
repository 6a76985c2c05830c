package dashboard

import (
	"cmp"
	"reflect"
	"testing"
)

// What Grafana would add or leave out when it saves a dashboard is a change that nobody made. The settings are
// those that a running Grafana 11.5 showed in its save drawer.
func TestFilesHoldWhatGrafanaFillsIn(t *testing.T) {
	t.Parallel()
	for _, uid := range []string{Home, signalUID, riskUID, portfolioUID} {
		doc := decodedOf(t, uid)
		equal(t, uid+": preload", doc["preload"], false)
		equal(t, uid+": time picker", doc["timepicker"], map[string]any{})
		equal(t, uid+": first day of the week", doc["weekStart"], "monday")
		for _, p := range walk(doc, "panels").([]any) {
			panel := p.(map[string]any)
			if panel["type"] == "row" {
				continue
			}
			title := uid + ", " + panel["title"].(string)
			for _, key := range []string{"repeatDirection", "transparent"} {
				if _, there := panel[key]; there {
					t.Errorf("%s has the key %s, which Grafana leaves out", title, key)
				}
			}
			if hasNull(panel["options"]) {
				t.Errorf("%s has an option without a value", title)
			}
			switch panel["type"] {
			case "timeseries":
				custom := walk(panel, "fieldConfig", "defaults", "custom")
				marks := map[string]string{"Utilization over Time": "dashed"}
				thresholds := map[string]any{"mode": cmp.Or(marks[panel["title"].(string)], "off")}
				for key, want := range map[string]any{"axisColorMode": "text", "barAlignment": 0.0, "insertNulls": false, "thresholdsStyle": thresholds} {
					equal(t, title+": "+key, walk(custom, key), want)
				}
				equal(t, title+": hidden zeros", walk(panel, "options", "tooltip", "hideZeros"), false)
			case "table":
				equal(t, title+": footer", walk(panel, "options", "footer", "reducer"), []any{"sum"})
			case "stat", "gauge", "bargauge", "barchart", "piechart":
				if _, is := walk(panel, "fieldConfig", "defaults", "mappings").([]any); !is {
					t.Errorf("%s has no list of mappings", title)
				}
			case "heatmap":
				for _, key := range []string{"unit", "decimals", "noValue"} {
					equal(t, title+": "+key, walk(panel, "fieldConfig", "defaults", key), nil)
				}
			}
		}
	}
}

func hasNull(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		for _, e := range v {
			if hasNull(e) {
				return true
			}
		}
	}
	return false
}

// What the definition sets is never replaced by a default, at any depth; lists are taken as they are.
func TestFillingInReplacesNothing(t *testing.T) {
	t.Parallel()
	to := map[string]any{"a": 1.0, "b": map[string]any{"c": false}, "list": []any{}, "text": ""}
	addMissing(to, map[string]any{"a": 2.0, "b": map[string]any{"c": true, "d": "new"}, "list": []any{1.0}, "text": "x", "more": map[string]any{"e": nil}})
	want := map[string]any{"a": 1.0, "b": map[string]any{"c": false, "d": "new"}, "list": []any{}, "text": "", "more": map[string]any{"e": nil}}
	if !reflect.DeepEqual(to, want) {
		t.Errorf("got %v, want %v", to, want)
	}
}
