package judge_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/panel/kinds"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/timerange"
	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// kindQuestion is a panel of one of the kinds whose whole drawing is judged.
type kindQuestion struct {
	Kind        string        `json:"kind"`
	Panel       string        `json:"panel"`
	Frames      []judgedFrame `json:"frames"`
	FieldConfig struct {
		Defaults  settings.Object   `json:"defaults"`
		Overrides []settings.Object `json:"overrides"`
	} `json:"fieldConfig"`
	ReduceOptions []judgedReduce  `json:"reduceOptions,omitempty"`
	Options       settings.Object `json:"options,omitempty"`
	about         string
}

// kindDefaults are the field settings that a kind has if the panel's JSON does not set them.
func kindDefaults(name string) settings.Object {
	kind, _ := kinds.Find(name) // a kind that is not drawn has none
	return kind.Defaults()
}

// kindConfigs are settings of every sort for a kind of panel.
func kindConfigs(t *testing.T, panel string) map[string]judgedConfig {
	t.Helper()
	configs := judgedConfigs(t)
	configs["hidden"] = judgedSettings(t, []byte(`{"defaults": {"custom": {"hideFrom": {"viz": false}}}, "overrides": [
		{"matcher": {"id": "byName", "options": "w"}, "properties": [{"id": "custom.hideFrom", "value": {"viz": true, "legend": false, "tooltip": false}}]}]}`), nil)
	maps.Copy(configs, panelSettings(t, madePanels(t), panel))
	return configs
}

// kindQuestions combine all made-up data with all settings, in a stable order.
func kindQuestions(kind, panel string, configs map[string]judgedConfig) []*kindQuestion {
	frames := judgedFrames()
	maps.Copy(frames, kindFrames())
	var out []*kindQuestion
	for _, data := range slices.Sorted(maps.Keys(frames)) {
		for _, config := range slices.Sorted(maps.Keys(configs)) {
			q := &kindQuestion{Kind: kind, Panel: panel, Frames: travellingFrames(frames[data]), about: panel + ": " + data + " / " + config}
			q.FieldConfig.Defaults = configs[config].defaults.Over(kindDefaults(panel).Over(settings.StandardDefaults()))
			q.FieldConfig.Overrides = configs[config].overrides
			if q.oddDates(frames[data]) {
				continue
			}
			out = append(out, q)
		}
	}
	return out
}

// oddDates reports whether texts are shown as dates. Grafana leaves it to the browser to read such texts.
func (q *kindQuestion) oddDates(frames []judgedFrame) bool {
	if !unit.IsDate(q.FieldConfig.Defaults.Text("unit")) {
		return false
	}
	for _, fr := range frames {
		for _, f := range fr.Fields {
			if f.Type == frame.String {
				return true
			}
		}
	}
	return false
}

// kindFrames are made-up results that are difficult for these kinds. They are used together with judgedFrames.
func kindFrames() map[string][]judgedFrame {
	now := float64(judgeNow().UnixMilli())
	num := func(name string, v ...any) judgedField { return judgedField{Name: name, Type: frame.Number, Values: v} }
	times := judgedField{Name: "time", Type: frame.Time, Values: []any{now - 3e9, now - 2e9, nil, now}}
	whole := judgedField{Name: "time", Type: frame.Time, Values: []any{now - 3e9, now - 2e9, now - 1e9, now}}
	return map[string][]judgedFrame{
		"negative parts": {{RefID: "A", Fields: []judgedField{{Name: "name", Type: frame.String, Values: []any{"a", "b", "c", "d"}}, num("v",
			3.0, -5.0, 0.0, 2.5)}}},
		"all zero": {{RefID: "A", Fields: []judgedField{{Name: "name", Type: frame.String, Values: []any{"a", "b"}}, num("v", 0.0, 0.0)}}},
		"sum zero": {{RefID: "A", Fields: []judgedField{{Name: "name", Type: frame.String, Values: []any{"a", "b"}}, num("v", 5.0, -5.0)}}},
		"months": {{RefID: "A", Fields: []judgedField{times, num("Year", 4.0, nil, 1.0, -9.5), num("Dec", -1.5, 0.0, 2.0, nil),
			num("Jan", 12.25, 1e-10, 3.0, 0.049999)}}},
		"bounds": {{RefID: "A", Fields: []judgedField{times, num("+Inf", 1.0, 2.0, 3.0, 4.0), num("10", 5.0, 6.0, 7.0, 8.0), num("2.5",
			0.0, 1.0, nil, 3.0)}}},
		"number as x": {{RefID: "A", Fields: []judgedField{num("x", 10.0, 20.0, 30.0), num("low", 1.0, 2.0, 3.0), num("high", 30.0, 20.0,
			-10.0)}}},
		"three frames": {{Name: "p", RefID: "A", Fields: []judgedField{whole, num("20", 1.0, 2.0, 3.0, 4.0)}},
			{Name: "q", RefID: "B", Fields: []judgedField{{Name: "time", Type: frame.Time, Values: []any{now - 3e9, now - 15e8}}, num("3", 7.0,
				-8.0)}},
			{Name: "r", RefID: "C", Fields: []judgedField{whole, num("w", 9.0, 9.5, nil, nil)}}},
		"text, colour, number": {{RefID: "A", Fields: []judgedField{{Name: "status", Type: frame.String, Values: []any{"SUCCESS", "FAILED",
			"12"}},
			num("v", 1.0, 2.0, 6.0), num("w", 9.0, -3.0, nil)}}},
	}
}

func travellingFrames(frames []judgedFrame) []judgedFrame {
	var out []judgedFrame
	for _, fr := range frames {
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
		out = append(out, copied)
	}
	return out
}

// arrivedFrames undoes travellingFrames.
func arrivedFrames(frames []judgedFrame) []judgedFrame {
	var out []judgedFrame
	for _, fr := range frames {
		copied := fr
		copied.Fields = nil
		for _, f := range fr.Fields {
			values := make([]any, len(f.Values))
			for i, x := range f.Values {
				if m, ok := x.(map[string]string); ok {
					values[i] = js.NumberFromText(m["$"])
					if m["$"] == "NaN" {
						values[i] = notANumber()
					}
				} else {
					values[i] = x
				}
			}
			f.Values = values
			copied.Fields = append(copied.Fields, f)
		}
		out = append(out, copied)
	}
	return out
}

// draw has the viewer draw the question's panel with some options.
func (q *kindQuestion) draw(t *testing.T, theme palette.Theme, options settings.Object) *view.View {
	t.Helper()
	return q.drawFrames(t, theme, options, framesOf(arrivedFrames(q.Frames)))
}

// drawFrames has the viewer draw frames with the question's settings.
func (q *kindQuestion) drawFrames(t *testing.T, theme palette.Theme, options settings.Object, frames []*frame.Frame) *view.View {
	t.Helper()
	loc, err := time.LoadLocation(judgeZone)
	if err != nil {
		t.Fatal(err)
	}
	p := &model.Panel{ID: 1, Type: q.Panel, Options: options, GridPos: model.GridPos{W: 12, H: 10}}
	p.Fields.Defaults = q.FieldConfig.Defaults
	for _, o := range q.FieldConfig.Overrides {
		p.Fields.Overrides = append(p.Fields.Overrides, settings.ReadOverride(o))
	}
	j := &panel.Job{Dashboard: &model.Dashboard{}, Panel: p, Request: request.Request{Clock: timerange.Clock{Now: judgeNow(), Location: loc}, Theme: theme},
		Notices: notice.NewList(),
		From:    judgeNow().Add(-365 * 24 * time.Hour), To: judgeNow(), Frames: frames,
		Env: &fieldconfig.Env{Now: judgeNow(), Location: loc, Colors: palette.New(theme)}}
	kind, known := kinds.Find(q.Panel)
	if !known {
		t.Fatalf("%s is not known", q.Panel)
	}
	v, err := kind.View(j)
	if err != nil {
		t.Fatalf("%s: %v", q.about, err)
	}
	return v
}

// kindJudge says how a kind of panel is judged: which questions are asked about its settings, and how an answer is compared.
type kindJudge struct {
	questions func(map[string]judgedConfig) []*kindQuestion
	compare   func(*verdict, *kindQuestion, json.RawMessage, palette.Theme)
}

func kindJudges() map[string]kindJudge {
	return map[string]kindJudge{
		"gauge":    {singleQuestions("gauge"), compareGauge},
		"bargauge": {singleQuestions("bargauge"), compareBarGauge},
		"piechart": {singleQuestions("piechart"), comparePie},
		"barchart": {barQuestions, compareBars},
		"heatmap":  {heatQuestions, compareHeat},
	}
}

// judgedElsewhere names the test that judges each kind that kindJudges does not have.
func judgedElsewhere() map[string]string {
	return map[string]string{
		"stat":           "TestDisplayNamesColoursAndReductionsAreGrafanas",
		"timeseries":     "TestDisplayNamesColoursAndReductionsAreGrafanas and TestValueAxesEndWhereGrafanasDo",
		"state-timeline": "TestDisplayNamesColoursAndReductionsAreGrafanas",
		"table":          "TestTextsAreSortedAsGrafanaSortsThem and TestNumbersTimesAndTruthsAreSortedAsInGrafanasTable",
		"text":           "TestTextPanelsKeepWhatGrafanasSanitiserKeeps",
	}
}

func TestEveryKindIsJudged(t *testing.T) {
	t.Parallel()
	for _, k := range kinds.All() {
		if _, judged := kindJudges()[k.Type]; k.Draw != nil && !judged && judgedElsewhere()[k.Type] == "" {
			t.Errorf("kindJudges has no judge of %s", k.Type)
		}
	}
}

// judgeOwn judges a kind of panel with the project's own settings.
func judgeOwn(t *testing.T, kind string, least int) {
	t.Helper()
	judgeKind(t, least, kindConfigs(t, kind), kindJudges()[kind].questions, kindJudges()[kind].compare)
}

// judgeKind asks all questions in the dark theme, and every fifth in the light theme, which differs in its colours only.
// least is the least number of values that must be compared in the dark theme. compare compares one answer.
func judgeKind(t *testing.T, least int, configs map[string]judgedConfig, questions func(map[string]judgedConfig) []*kindQuestion,
	compare func(*verdict, *kindQuestion, json.RawMessage, palette.Theme)) {
	t.Helper()
	for _, theme := range []palette.Theme{palette.Dark, palette.Light} {
		t.Run(string(theme), func(t *testing.T) {
			t.Parallel()
			all, least := questions(configs), least
			if theme == palette.Light {
				for i := range len(all) / 5 {
					all[i] = all[5*i]
				}
				all, least = all[:len(all)/5], least/8
			}
			asked := make([]any, len(all))
			for i, q := range all {
				asked[i] = q
			}
			v := &verdict{t: t}
			for i, raw := range askJudge(t, theme, asked) {
				var failed struct{ Failed string }
				if json.Unmarshal(raw, &failed) == nil && failed.Failed != "" {
					t.Fatalf("%s: the judge failed: %s", all[i].about, failed.Failed)
				}
				compare(v, all[i], raw, theme)
			}
			v.done(least)
		})
	}
}

// colourless reports whether the colours can't be compared. In this colour mode Grafana's depend on earlier questions.
func (q *kindQuestion) colourless() bool {
	return q.FieldConfig.Defaults.Child("color").Text("mode") == "palette-classic-by-name"
}

// isUnrated reports whether the page shows a value without a colour because there is no number. Grafana gives it the colour of
// the lowest threshold. As in Grafana, a panel without rows has the number 0.
func isUnrated(got view.Value, number float64) bool {
	return got.Color == "" && !got.Status && (number == 0 || js.FiniteOrNil(number) == nil)
}

func (v *verdict) value(got view.Value, want judgedDisplay, skipColor bool, format string, args ...any) {
	v.t.Helper()
	v.same(got.Text, want.Text, format+" text", args...)
	v.same(got.Prefix, want.Prefix, format+" prefix", args...)
	v.same(got.Suffix, want.Suffix, format+" suffix", args...)
	number, _ := arrived(want.Numeric).(float64)
	if !skipColor && !isUnrated(got, number) {
		v.same(got.Color, want.Color, format+" colour", args...)
	}
	if f := js.FiniteOrNil(number); f == nil || got.Number == nil {
		v.same(got.Number == nil, f == nil, format+" has no number", args...)
	} else {
		v.same(*got.Number, number, format+" number", args...)
	}
}

func reduceProps(r judgedReduce) settings.Object {
	calcs := []any{}
	for _, c := range r.Calcs {
		calcs = append(calcs, c)
	}
	return settings.Object{"values": r.Values, "calcs": calcs, "fields": r.Fields, "limit": float64(r.Limit)}
}

func about(q *kindQuestion, what string, args ...any) string {
	return q.about + ": " + fmt.Sprintf(what, args...)
}
