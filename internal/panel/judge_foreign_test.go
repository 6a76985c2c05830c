package panel

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// foreignPanels are the panels of a kind in other projects' public dashboards.
func foreignPanels(t *testing.T, kind string) map[string]panelJSON {
	t.Helper()
	files, err := filepath.Glob("../../../shared/data/dashboards/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Log("other projects' dashboards are not here; their panels are not compared")
	}
	out := map[string]panelJSON{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d dashboardJSON
		if json.Unmarshal(raw, &d) != nil {
			continue // a form that ParseDashboard refuses with a sentence
		}
		var walk func([]panelJSON)
		walk = func(list []panelJSON) {
			for _, p := range list {
				if p.Type == kind {
					out[fmt.Sprintf("%s %d %s", filepath.Base(file), p.ID, p.Title)] = p
				}
				walk(p.Panels)
			}
		}
		walk(d.Panels)
	}
	return out
}

// foreignConfigs are those panels' settings for fields.
func foreignConfigs(t *testing.T, kind string) map[string]judgedConfig {
	t.Helper()
	out := map[string]judgedConfig{}
	for name, p := range foreignPanels(t, kind) {
		raw, err := json.Marshal(p.FieldConfig)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = judgedSettings(t, raw, kindDefaults(kind))
	}
	return out
}

func TestOtherProjectsPanelsAreDrawn(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"gauge", "bargauge", "barchart", "piechart", "heatmap"} {
		for name, p := range foreignPanels(t, kind) {
			for data, frames := range judgedFrames() {
				q := &kindQuestion{Panel: kind, Frames: travellingFrames(frames), about: name + " / " + data}
				q.FieldConfig.Defaults = p.FieldConfig.child("defaults")
				for _, o := range p.FieldConfig.list("overrides") {
					m, _ := o.(map[string]any)
					q.FieldConfig.Overrides = append(q.FieldConfig.Overrides, m)
				}
				v := q.draw(t, Dark, p.Options)
				if _, err := json.Marshal(v); err != nil {
					t.Errorf("%s: %v", q.about, err)
				}
				if v.Kind != kind && v.Kind != "empty" && v.Kind != "unsupported" {
					t.Errorf("%s: drawn as %s", q.about, v.Kind)
				}
				if data == "two numbers" { // what a reader of the log may want to look at
					t.Logf("%s %s: %s %s %q", kind, name, v.Kind, v.Message, v.Notices)
				}
			}
		}
	}
}
