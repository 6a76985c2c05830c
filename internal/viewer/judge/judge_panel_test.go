package judge_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/panel/single"
	"macrowatch/internal/viewer/reducer"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/transform"
	"macrowatch/internal/viewer/unit"
)

type judgedField struct {
	Name   string            `json:"name"`
	Type   frame.Kind        `json:"type"`
	Labels map[string]string `json:"labels,omitempty"`
	Values []any             `json:"values"`
	Config settings.Object   `json:"config,omitempty"`
}

type judgedFrame struct {
	Name   string        `json:"name"`
	RefID  string        `json:"refId"`
	Fields []judgedField `json:"fields"`
}

type judgedReduce struct {
	Values bool     `json:"values"`
	Calcs  []string `json:"calcs"`
	Fields string   `json:"fields"`
	Limit  int      `json:"limit,omitempty"`
}

// panelQuestion is one panel's data and settings.
type panelQuestion struct {
	Kind        string        `json:"kind"`
	Frames      []judgedFrame `json:"frames"`
	FieldConfig struct {
		Defaults  settings.Object   `json:"defaults"`
		Overrides []settings.Object `json:"overrides"`
	} `json:"fieldConfig"`
	Transformations []settings.Object `json:"transformations,omitempty"`
	Variables       map[string]string `json:"variables,omitempty"`
	Reducers        []string          `json:"reducers"`
	ReduceOptions   []judgedReduce    `json:"reduceOptions"`
	about           string
}

type judgedDisplay struct {
	Title, Text, Prefix, Suffix, Color string
	Numeric                            any
}

type panelAnswer struct {
	Failed string
	// Frames are what Grafana's transformations made. If Grafana could not transform the frames, Refused says why.
	Refused string
	Frames  []transformedFrame
	Fields  [][]struct {
		Name, Series string
		Values       []judgedDisplay
		Reduced      map[string]struct {
			Raw   any
			Shown judgedDisplay
		}
	}
	Values [][]judgedDisplay
}

func judgedReducers() []string {
	return []string{"lastNotNull", "last", "firstNotNull", "first", "min", "max", "mean", "median", "variance", "stdDev", "sum", "count",
		"range", "delta", "step", "diff", "logmin", "allIsZero", "allIsNull", "changeCount", "distinctCount", "diffperc",
		"allValues", "uniqueValues", "p1", "p25", "p50", "p95", "p99"}
}

func judgedReductions() []judgedReduce {
	return []judgedReduce{
		{Calcs: []string{"lastNotNull"}},
		{Calcs: []string{"mean", "max"}, Fields: ""},
		{Calcs: []string{"lastNotNull"}, Fields: "/.*/"},
		{Calcs: []string{}, Fields: "/^status$/"},
		{Calcs: []string{"first", "count"}, Fields: "/a/i"},
		{Calcs: []string{"lastNotNull"}, Fields: "v"},
		{Values: true, Calcs: []string{"lastNotNull"}},
		{Values: true, Calcs: []string{"lastNotNull"}, Limit: 100},
		{Values: true, Calcs: []string{"lastNotNull"}, Limit: 3, Fields: "/.*/"},
	}
}

// judgedFrames are made-up results: with gaps, negative numbers, equal numbers, more than 25 rows, one row, no row, two
// texts, booleans, times, labels, and repeated names.
func judgedFrames() map[string][]judgedFrame {
	r := rand.New(rand.NewPCG(7, 11))
	now := float64(judgeNow().UnixMilli())
	column := func(n int, make func(i int) any) []any {
		out := []any{}
		for i := range n {
			out = append(out, make(i))
		}
		return out
	}
	random := func(scale float64) func(int) any {
		return func(int) any {
			switch r.IntN(8) {
			case 0:
				return nil
			case 1:
				return 0.0
			}
			return (r.Float64() - 0.4) * scale
		}
	}
	times := func(step float64) func(int) any { return func(i int) any { return now - 1e8 + float64(i)*step } }
	words := []any{"SUCCESS", "FAILED", "RUNNING", "", nil, "12", "0x10", "true", "a-17", "Infinity", "3.50", "2025-01-02T03:04:05Z"}
	word := func(i int) any { return words[i%len(words)] }
	num := func(name string, v []any) judgedField { return judgedField{Name: name, Type: frame.Number, Values: v} }
	return map[string][]judgedFrame{
		"wide": {{RefID: "A", Fields: []judgedField{{Name: "Time", Type: frame.Time, Values: column(40, times(6e5))},
			num("fred SUCCESS", column(40, random(100))), num("bcb FAILED", column(40, random(1e-3))), num("Value", column(40, random(1e7)))}}},
		"labels": {{RefID: "A", Fields: []judgedField{{Name: "Time", Type: frame.Time, Values: column(12, times(1e3))},
			{Name: "v", Type: frame.Number, Labels: map[string]string{"step": "fred"}, Values: column(12, random(10))},
			{Name: "v", Type: frame.Number, Labels: map[string]string{"step": "bcb"}, Values: column(12, random(10))}}}},
		"two labels": {{RefID: "A", Fields: []judgedField{{Name: "Time", Type: frame.Time, Values: column(5, times(1e6))},
			{Name: "Value", Type: frame.Number, Labels: map[string]string{"b": "x", "a": "y"}, Values: column(5, random(10))},
			{Name: "Value", Type: frame.Number, Labels: map[string]string{"b": "z"}, Values: column(5, random(10))}}}},
		"one row": {{RefID: "A", Fields: []judgedField{{Name: "status", Type: frame.String, Values: []any{"SUCCESS"}},
			{Name: "started_at", Type: frame.Time, Values: []any{now - 3.6e6}}, num("duration_seconds", []any{42.5})}}},
		"one row of nulls": {{RefID: "A", Fields: []judgedField{{Name: "status", Type: frame.String, Values: []any{nil}},
			{Name: "started_at", Type: frame.Time, Values: []any{nil}}, num("duration_seconds", []any{nil}),
			{Name: "up", Type: frame.Boolean, Values: []any{nil}}}}},
		"no rows":   {{RefID: "A", Fields: []judgedField{num("v", []any{}), {Name: "status", Type: frame.String, Values: []any{}}}}},
		"no fields": {{RefID: "A", Fields: []judgedField{}}},
		"texts": {{RefID: "A", Fields: []judgedField{{Name: "a", Type: frame.String, Values: column(30, word)},
			{Name: "status", Type: frame.String, Values: column(30, func(i int) any { return word(i / 2) })}, num("v", column(30, random(50)))}}},
		"two numbers": {{RefID: "A", Fields: []judgedField{{Name: "name", Type: frame.String, Values: column(6, word)},
			num("v", column(6, random(5))), num("w", column(6, random(500)))}}},
		"ties": {{RefID: "A", Fields: []judgedField{{Name: "name", Type: frame.String, Values: column(9,
			func(i int) any { return fmt.Sprint("n", i) })},
			num("v", column(9, func(i int) any { return float64(i / 3) }))}}},
		"empty at the end": {{RefID: "A", Fields: []judgedField{{Name: "a", Type: frame.String, Values: []any{"SUCCESS", ""}},
			{Name: "status", Type: frame.String, Values: []any{"7", "   "}}, {Name: "name", Type: frame.String, Values: []any{"", nil}},
			num("v", []any{4.0, 3.0})}}},
		"flat":     {{RefID: "A", Fields: []judgedField{num("v", []any{5.0, 5.0, 5.0}), num("zero", []any{0.0, 0.0, 0.0})}}},
		"infinite": {{RefID: "A", Fields: []judgedField{num("v", []any{1.0, infinity(1), -2.0}), num("n", []any{notANumber(), 3.0, nil})}}},
		"booleans": {{RefID: "A", Fields: []judgedField{{Name: "up", Type: frame.Boolean, Values: []any{true, false, nil, true}}, num("v",
			[]any{1.0, 2.0, 3.0, 4.0})}}},
		"repeated": {{RefID: "A", Fields: []judgedField{num("v", []any{1.0, 2.0}), num("v", []any{3.0, 4.0}), num("v", []any{-5.0, 6.0})}}},
		"two times": {{RefID: "A", Fields: []judgedField{{Name: "time", Type: frame.Time, Values: column(4, times(30e3))}, {Name: "timeend",
			Type: frame.Time, Values: column(4, times(5e3))}}}},
		"two frames": {{Name: "left", RefID: "A", Fields: []judgedField{{Name: "Time", Type: frame.Time, Values: column(3, times(1e6))},
			num("Value", []any{1.0, nil, 3.0})}},
			{Name: "right", RefID: "B", Fields: []judgedField{{Name: "Time", Type: frame.Time, Values: column(3, times(1e6))}, num("Value",
				[]any{-10.0, 20.0, 30.0}), num("v", []any{100.0, 0.5, nil})}}},
	}
}

// judge computes the same with the viewer and compares.
func judgePanel(v *verdict, q *panelQuestion, raw json.RawMessage, theme palette.Theme) {
	v.t.Helper()
	var want panelAnswer
	if err := json.Unmarshal(raw, &want); err != nil {
		v.t.Fatalf("%s: %v", q.about, err)
	}
	if want.Failed != "" {
		v.t.Fatalf("%s: the judge failed: %s", q.about, want.Failed)
	}
	fc := settings.FieldConfig{Defaults: q.FieldConfig.Defaults}
	for _, o := range q.FieldConfig.Overrides {
		fc.Overrides = append(fc.Overrides, settings.ReadOverride(o))
	}
	loc, err := time.LoadLocation(judgeZone)
	if err != nil {
		v.t.Fatal(err)
	}
	e := &fieldconfig.Env{Now: judgeNow(), Location: loc, Colors: palette.New(theme)}
	if refused(v, q, want) {
		return
	}
	build := func() []*frame.Frame {
		frames := q.built(v.t)
		fieldconfig.Apply(frames, fc, e)
		return frames
	}
	frames := build()
	for i, fr := range frames {
		for k, f := range fr.Fields {
			w := want.Fields[i][k]
			where := fmt.Sprintf("%s: frame %d field %d (%s)", q.about, i, k, f.Name)
			v.same(f.Title, w.Name, "%s: name", where)
			v.same(fieldconfig.SeriesColor(f, e.Colors), w.Series, "%s: series colour", where)
			for row, value := range f.Values {
				if oddDate(f, value) {
					continue
				}
				v.display(f.Show(value, nil), w.Values[row], "%s: row %d", where, row)
			}
			for _, id := range q.Reducers {
				got, _ := reducer.Reduce(f, id)
				if _, p := reducer.PercentileOf(id); p && f.Kind == frame.String || oddDate(f, got) {
					continue // the order of texts that are no numbers is not defined
				}
				if len(q.Transformations) > 0 && transform.CountsAbsent(id) {
					continue // what a join leaves out is null here
				}
				v.same(got, arrived(w.Reduced[id].Raw), "%s: %s", where, id)
				v.display(f.Show(got, nil), w.Reduced[id].Shown, "%s: %s shown", where, id)
			}
		}
	}
	for i, r := range q.ReduceOptions {
		got, err := single.DisplayValues(build(), single.ReduceOptions{Values: r.Values, Calcs: r.Calcs, Fields: r.Fields, Limit: r.Limit}, fc, e)
		if err != nil {
			v.t.Fatalf("%s: %v", q.about, err)
		}
		where := fmt.Sprintf("%s: single values %+v", q.about, r)
		if want.Values[i] == nil {
			continue // Grafana itself fails on this
		}
		v.same(float64(len(got)), float64(len(want.Values[i])), "%s: count", where)
		for k := range min(len(got), len(want.Values[i])) {
			if f := got[k].Field; f != nil && f.Kind == frame.String && unit.IsDate(f.Config.Unit) {
				continue
			}
			if !unit.IsDate(fc.Defaults.Text("unit")) { // texts in titles may be odd dates
				v.same(got[k].Title, want.Values[i][k].Title, "%s: title %d", where, k)
			}
			if fc.Defaults.Child("color").Text("mode") == "palette-classic-by-name" {
				// Grafana's colour depends on whether the field's name has been computed before.
				want.Values[i][k].Color = got[k].Display.Color
			}
			if f := got[k].Field; f != nil && len(q.Transformations) > 0 && got[k].Row >= 0 && f.Values[got[k].Row] == nil {
				// In Grafana's palettes a value that a join leaves undefined has another colour than null.
				want.Values[i][k].Color = got[k].Display.Color
			}
			v.display(got[k].Display, want.Values[i][k], "%s: value %d", where, k)
		}
	}
}

// oddDate reports whether a text that is shown as a date is not in ISO 8601. Grafana leaves it to the browser to read it.
func oddDate(f *frame.Field, v any) bool {
	s, ok := v.(string)
	return ok && f.Kind == frame.String && unit.IsDate(f.Config.Unit) && s != "2025-01-02T03:04:05Z"
}

func (v *verdict) display(got frame.Display, want judgedDisplay, format string, args ...any) {
	v.t.Helper()
	if infinite, _, _ := strings.Cut(strings.TrimPrefix(want.Text, "-"), "."); infinite == "Infinity" && want.Text != infinite && want.Text != "-"+infinite {
		// When Grafana rounds this number, a product becomes infinite. The viewer shows the number itself.
		number, _ := arrived(want.Numeric).(float64)
		v.same(got.Text, unit.Plain(number), format+" text", args...)
	} else {
		v.same(got.Text, want.Text, format+" text", args...)
	}
	v.same(got.Prefix, want.Prefix, format+" prefix", args...)
	v.same(got.Suffix, want.Suffix, format+" suffix", args...)
	v.same(got.Color, want.Color, format+" colour", args...)
	v.same(got.Numeric, arrived(want.Numeric), format+" number", args...)
}

func framesOf(from []judgedFrame) []*frame.Frame {
	var out []*frame.Frame
	for _, src := range from {
		fr := &frame.Frame{Name: src.Name, RefID: src.RefID}
		for _, f := range src.Fields {
			fr.Fields = append(fr.Fields, &frame.Field{Name: f.Name, Kind: f.Type, Labels: f.Labels, DataSettings: f.Config,
				Values: append([]any(nil), f.Values...)})
			fr.Length = len(f.Values)
		}
		out = append(out, fr)
	}
	return out
}

// ask is the question as the judge reads it.
func (q *panelQuestion) ask() any {
	out := *q
	out.Frames = []judgedFrame{}
	for _, fr := range q.Frames {
		copied := fr
		copied.Fields = []judgedField{}
		for _, f := range fr.Fields {
			values := make([]any, len(f.Values))
			for i, x := range f.Values {
				values[i] = travelling(x)
			}
			f.Values = values
			copied.Fields = append(copied.Fields, f)
		}
		out.Frames = append(out.Frames, copied)
	}
	return out
}

func TestDisplayNamesColoursAndReductionsAreGrafanas(t *testing.T) {
	t.Parallel()
	for _, theme := range []palette.Theme{palette.Dark, palette.Light} {
		t.Run(string(theme), func(t *testing.T) {
			t.Parallel()
			var questions []*panelQuestion
			for dataName, frames := range judgedFrames() {
				for configName, fc := range judgedConfigs(t) {
					q := &panelQuestion{Kind: "panel", Frames: frames, Reducers: judgedReducers(), ReduceOptions: judgedReductions(),
						about: dataName + " / " + configName}
					q.FieldConfig.Defaults, q.FieldConfig.Overrides = fc.defaults, fc.overrides
					questions = append(questions, q)
				}
			}
			asked := make([]any, len(questions))
			for i, q := range questions {
				asked[i] = q.ask()
			}
			v := &verdict{t: t}
			for i, answer := range askJudge(t, theme, asked) {
				judgePanel(v, questions[i], answer, theme)
			}
			v.done(500_000)
		})
	}
}
