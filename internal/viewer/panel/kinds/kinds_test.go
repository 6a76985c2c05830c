package kinds_test

import (
	"fmt"
	"reflect"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/panel/kinds"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/view"
)

func TestEveryKindSaysWhatItIs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range kinds.All() {
		t.Run(k.Type, func(t *testing.T) {
			if k.Type == "" || k.Title == "" || k.Supports == "" {
				t.Errorf("the kind lacks its type, its title or its line in docs/grafana-support.md: %q, %q, %q", k.Type, k.Title, k.Supports)
			}
			if k.Draw != nil && k.Options == nil {
				t.Error("the kind does not say which options Grafana knows for it")
			}
			if seen[k.Type] {
				t.Error("two kinds have this type")
			}
			seen[k.Type] = true
			if found, known := kinds.Find(k.Type); !known || found.Title != k.Title {
				t.Errorf("it is found as %q", found.Title)
			}
		})
	}
	if _, known := kinds.Find("marcusolsson-hourly-heatmap-panel"); known {
		t.Error("a kind is found that there is not")
	}
}

// drawnParts are the names of the parts of a view that are set, of which the page draws one.
func drawnParts(v *view.View) []string {
	var out []string
	fields := reflect.ValueOf(*v)
	for i := range fields.NumField() {
		if f := fields.Field(i); f.Kind() == reflect.Pointer && !f.IsNil() {
			out = append(out, fields.Type().Field(i).Name)
		}
	}
	return out
}

// TestEveryPartOfAViewHasAKind fails if a kind was given a part of the view, and was not added to kinds.All.
func TestEveryPartOfAViewHasAKind(t *testing.T) {
	t.Parallel()
	drawnBy := map[string]string{}
	for _, k := range kinds.All() {
		if k.Draw == nil {
			continue
		}
		t.Run(k.Type, func(t *testing.T) {
			d, err := model.Parse(fmt.Appendf(nil, `{"panels": [{"id": 1, "type": %q, "gridPos": {"w": 12, "h": 8}, "options": {"content": "words"},
				"targets": [{"refId": "A", "format": "table", "rawSql": "SELECT 1"}]}]}`, k.Type))
			if err != nil {
				t.Fatal(err)
			}
			out := render.Panel(t.Context(), paneltest.MadeUp{}, d, 1, paneltest.Request(), annotation.Marks{})
			if out.View == nil || out.View.Kind != k.Type {
				t.Fatalf("the panel is drawn as %+v (%s)", out.View, out.Error)
			}
			parts := drawnParts(out.View)
			if len(parts) != 1 {
				t.Fatalf("it draws the parts %q of the view, and should draw one", parts)
			}
			if other, taken := drawnBy[parts[0]]; taken {
				t.Errorf("it draws the part %s of the view, as %s does", parts[0], other)
			}
			drawnBy[parts[0]] = k.Type
		})
	}
	all := reflect.TypeFor[view.View]()
	for i := range all.NumField() {
		if f := all.Field(i); f.Type.Kind() == reflect.Pointer && drawnBy[f.Name] == "" {
			t.Errorf("no kind in kinds.All draws the part %s of a view", f.Name)
		}
	}
}
