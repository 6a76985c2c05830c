package judge_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/transform"
	"macrowatch/internal/viewer/view"
)

// configCase is what a query says about a dial, and the field settings that must come of it.
type configCase struct {
	about    string
	config   []judgedField
	mappings string
	settings string
}

// configCases have everything that the transformation can set. None of Grafana's packages contains this transformation, so
// the expected settings are written down here, by Grafana's rules. The judge says what such settings make of a dial.
func configCases() []configCase {
	num := func(name string, v ...any) judgedField { return judgedField{Name: name, Type: frame.Number, Values: v} }
	text := func(name string, v ...any) judgedField { return judgedField{Name: name, Type: frame.String, Values: v} }
	const marks = `[{"fieldName": "base", "handlerKey": "threshold1", "handlerArguments": {"threshold": {"color": "green"}}},
		{"fieldName": "watch", "handlerKey": "threshold1", "handlerArguments": {"threshold": {"color": "yellow"}}},
		{"fieldName": "limit", "handlerKey": "threshold1"}, {"fieldName": "most", "handlerKey": "max"}]`
	const texts = `[{"fieldName": "v", "handlerKey": "mappings.value"}, {"fieldName": "t", "handlerKey": "mappings.text"}, {"fieldName": "c", "handlerKey": "mappings.color"}]`
	return []configCase{
		{"marks", []judgedField{num("base", -1e9), num("watch", 0.43), num("limit", 1.0), num("most", 2.0)}, marks,
			`{"max": 2, "thresholds": {"mode": "absolute", "steps": [{"value": -1e9, "color": "green"}, {"value": 0.43, "color": "yellow"}, {"value": 1, "color": "red"}]}}`},
		{"a limit alone, and no end", []judgedField{num("base", nil), num("watch", nil), num("limit", 3.0), num("most", nil)}, marks,
			`{"thresholds": {"mode": "absolute", "steps": [{"value": 3, "color": "red"}]}}`},
		{"nothing", []judgedField{num("base", nil), num("limit")}, marks, `{}`},
		{"the last of two rows that is not null", []judgedField{num("watch", 1.0, 2.0), num("limit", 3.0, nil)}, marks,
			`{"thresholds": {"mode": "absolute", "steps": [{"value": 2, "color": "yellow"}, {"value": 3, "color": "red"}]}}`},
		{"a reduction", []judgedField{num("limit", 1.0, 4.0, 2.0)}, `[{"fieldName": "limit", "handlerKey": "max", "reducerId": "mean"}]`, fmt.Sprintf(`{"max": %v}`, 7.0/3)},
		{"texts that are numbers", []judgedField{text("limit", "4.5"), text("most", "six")}, marks, `{"thresholds": {"mode": "absolute", "steps": [{"value": 4.5, "color": "red"}]}}`},
		{"names that say it", []judgedField{num("Max", 50.0), num("min", -50.0), text("UNIT", "ms"), num("decimals", 1.0), text("other", "x")}, `[]`,
			`{"max": 50, "min": -50, "unit": "ms", "decimals": 1}`},
		{"decimals that are none", []judgedField{num("decimals", 1.5), num("max", 3.0)}, `[{"fieldName": "max", "handlerKey": "__ignore"}]`, `{}`},
		{"a name and a colour", []judgedField{text("n", "Loss"), text("color", "purple")}, `[{"fieldName": "n", "handlerKey": "displayName"}]`,
			`{"displayName": "Loss", "color": {"fixedColor": "purple", "mode": "fixed"}}`},
		{"a text for no number", []judgedField{text("v", "NaN"), text("t", "23 of 60 returns"), text("c", "#808080")}, texts,
			`{"mappings": [{"type": "value", "options": {"NaN": {"index": 0, "text": "23 of 60 returns", "color": "#808080"}}}]}`},
		{"texts for numbers", []judgedField{num("v", 1.25, nil, 0.0), text("t", "one and a bit", "no", "none")}, texts,
			`{"mappings": [{"type": "value", "options": {"1.25": {"index": 0, "text": "one and a bit"}, "0": {"index": 2, "text": "none"}}}]}`},
	}
}

// dialData are values for a dial: a loss, a missing value, NaN, zero, and values beyond the scale.
func dialData() map[string]any {
	return map[string]any{"a loss": 1.25, "nothing": nil, "no number": math.NaN(), "zero": 0.0, "far": 77.5, "a gain": -3.0}
}

// asJSON is a value after it has been written as JSON and read again.
func asJSON(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// asJudged are frames for the judge, with the settings that a transformation made.
func asJudged(t *testing.T, frames []*frame.Frame) []judgedFrame {
	t.Helper()
	var out []judgedFrame
	for _, fr := range frames {
		made := judgedFrame{Name: fr.Name, RefID: fr.RefID, Fields: []judgedField{}}
		for _, f := range fr.Fields {
			config, _ := asJSON(t, f.DataSettings).(map[string]any)
			made.Fields = append(made.Fields, judgedField{Name: f.Name, Type: f.Kind, Labels: f.Labels, Values: f.Values, Config: config})
		}
		out = append(out, made)
	}
	return out
}

// configured runs the transformation on a dial's data and on a query about the dial.
func (c configCase) configured(t *testing.T, value any) []*frame.Frame {
	t.Helper()
	var mappings []any
	if err := json.Unmarshal([]byte(c.mappings), &mappings); err != nil {
		t.Fatal(err)
	}
	frames := framesOf([]judgedFrame{
		{RefID: "A", Fields: []judgedField{{Name: "name", Type: frame.String, Values: []any{"x"}}, {Name: "v", Type: frame.Number,
			Values: []any{value}}}},
		{RefID: "B", Fields: c.config},
	})
	list := []settings.Transformation{{ID: "configFromData", Options: settings.Object{"configRefId": "B", "mappings": mappings}}}
	out, err := applied(list, frames)
	if err != nil || len(out) != 1 || out[0].RefID != "A" || len(out[0].Fields[0].DataSettings) > 0 {
		t.Fatalf("%s: %d frames, %v", c.about, len(out), err)
	}
	return out
}

// applied applies transformations whose options hold no variables.
func applied(list []settings.Transformation, frames []*frame.Frame) ([]*frame.Frame, error) {
	return transform.Apply(list, frames, &transform.Pipeline{Notices: notice.NewList(),
		Interpolate: func(s string) (string, error) { return s, nil }})
}

func TestAQuerySetsWhatItsMappingsSay(t *testing.T) {
	t.Parallel()
	for _, c := range configCases() {
		got := asJSON(t, c.configured(t, 1.0)[0].Fields[1].DataSettings)
		var want any
		if err := json.Unmarshal([]byte(c.settings), &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", c.about, got, want)
		}
	}
}

// The frames stay as they are if there is no such query, or if no field matches.
func TestAQueryThatSetsNothingLeavesTheFrames(t *testing.T) {
	t.Parallel()
	frames := func() []*frame.Frame {
		return framesOf([]judgedFrame{{RefID: "A", Fields: []judgedField{{Name: "v", Type: frame.Number, Values: []any{1.0}}, {Name: "max",
			Type: frame.Number, Values: []any{9.0}}}}})
	}
	run := func(o settings.Object) ([]*frame.Frame, error) {
		return applied([]settings.Transformation{{ID: "configFromData", Options: o}}, frames())
	}
	if out, err := run(settings.Object{"configRefId": "B"}); err != nil || len(out) != 1 || out[0].Fields[0].DataSettings != nil {
		t.Errorf("no such query: %v, %v", out, err)
	}
	// A query may set its own fields. Its frame then stays, because it is the only one.
	out, err := run(settings.Object{"configRefId": "A", "applyTo": map[string]any{"id": "byName", "options": "v"}})
	if err != nil || len(out) != 1 || out[0].Fields[0].DataSettings["max"] != 9.0 || out[0].Fields[1].DataSettings != nil {
		t.Errorf("a query about itself: %v, %v", out, err)
	}
	if _, err := run(settings.Object{"configRefId": "A", "mappings": []any{map[string]any{"fieldName": "v", "handlerKey": "min",
		"reducerId": "nonsense"}}}); err == nil {
		t.Error("a reduction that there is not")
	}
	if _, err := run(settings.Object{"configRefId": "A", "applyTo": map[string]any{"id": "nonsense"}}); err == nil {
		t.Error("a matcher that there is not")
	}
}

// A dial whose settings come from a query looks as in Grafana.
func TestDialsWithSettingsFromAQueryAreGrafanas(t *testing.T) {
	t.Parallel()
	questions := func(map[string]judgedConfig) []*kindQuestion {
		var all []*kindQuestion
		data := dialData()
		for _, c := range configCases() {
			for name, value := range data {
				for _, calc := range []string{"lastNotNull", "last"} {
					q := &kindQuestion{Kind: "single", Panel: "gauge", Frames: travellingFrames(asJudged(t, c.configured(t, value))),
						ReduceOptions: []judgedReduce{{Calcs: []string{calc}, Fields: "/^(v|Loss)$/"}}, about: c.about + ", " + name + ", " + calc}
					q.FieldConfig.Overrides = []settings.Object{}
					q.FieldConfig.Defaults = settings.Object{"unit": "percent", "decimals": 2.0, "min": 0.0, "max": 8.0,
						"color": map[string]any{"mode": "thresholds"}, "noValue": "Not computed",
						"mappings": []any{}, "thresholds": map[string]any{"mode": "absolute", "steps": []any{map[string]any{"value": nil,
							"color": "green"}, map[string]any{"value": 5.0, "color": "red"}}}}
					all = append(all, q)
				}
			}
		}
		slices.SortFunc(all, func(a, b *kindQuestion) int {
			if a.about < b.about {
				return -1
			}
			return 1
		})
		return all
	}
	judgeKind(t, 1500, nil, questions, func(v *verdict, q *kindQuestion, raw json.RawMessage, theme palette.Theme) {
		eachReduction(v, q, raw, theme, nil, func(got *view.View, want []judgedSingle, where string) {
			titled(q, want)
			v.same(float64(len(got.Gauge.Items)), float64(len(want)), "%s: count", where)
			for i, w := range want[:min(len(want), len(got.Gauge.Items))] {
				item := got.Gauge.Items[i]
				v.value(item.Value, w.judgedDisplay, false, "%s: value %d", where, i)
				v.place(item.Min.Number, w.Min, "%s: least %d", where, i)
				v.place(item.Max.Number, w.Max, "%s: greatest %d", where, i)
				for k, color := range w.Bands {
					v.same(bandAt(item.Bands, (float64(k)+0.5)/16), color, "%s: band %d at %d/16", where, i, k)
				}
			}
		})
	})
}
