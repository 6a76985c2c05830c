package judge_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/panel/kinds"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/timerange"
	"macrowatch/internal/viewer/transform"
)

// dashboardPanel is one panel of a dashboard that is judged as it is saved.
type dashboardPanel struct {
	*model.Panel
	raw  model.PanelJSON
	file string
}

// dashboardPanels are a dashboard's panels. It returns an error if the viewer can't read the dashboard.
func dashboardPanels(t *testing.T, name string, raw []byte) ([]dashboardPanel, error) {
	t.Helper()
	d, err := model.Parse(raw)
	if err != nil {
		return nil, err
	}
	var j model.DashboardJSON
	if err := json.Unmarshal(raw, &j); err != nil {
		t.Fatal(err)
	}
	model.NumberPanels(j.Panels) // as model.Parse has
	byID := map[int]model.PanelJSON{}
	for _, p := range j.Panels {
		byID[p.ID] = p
		for _, nested := range p.Panels {
			byID[nested.ID] = nested
		}
	}
	var list []dashboardPanel
	for _, p := range d.Panels {
		list = append(list, dashboardPanel{p, byID[p.ID], name})
	}
	return list, nil
}

func (p dashboardPanel) isDrawn() bool {
	kind, known := kinds.Find(p.Type)
	return known && !kind.NoQueries
}

// settings are the panel's field settings.
func (p dashboardPanel) settings(t *testing.T) judgedConfig {
	t.Helper()
	raw, err := json.Marshal(p.raw.FieldConfig)
	if err != nil {
		t.Fatal(err)
	}
	return judgedSettings(t, raw, kindDefaults(p.Type))
}

// panelSettings are the field settings of all panels of a kind.
func panelSettings(t *testing.T, list []dashboardPanel, kind string) map[string]judgedConfig {
	t.Helper()
	out := map[string]judgedConfig{}
	for _, p := range list {
		if p.Type == kind {
			out[fmt.Sprintf("%s %d %s", p.file, p.ID, p.Title)] = p.settings(t)
		}
	}
	return out
}

// question asks about the panel as it is, with made-up rows.
func (p dashboardPanel) question(rows int) *panelQuestion {
	q := &panelQuestion{Kind: "panel", Frames: p.frames(rows), Transformations: p.raw.Transformations, Reducers: []string{"lastNotNull",
		"mean", "max", "sum", "count", "last", "first"},
		about: fmt.Sprintf("%s: panel %d (%s %q) with %d rows", p.file, p.ID, p.Type, p.Title, rows)}
	q.FieldConfig.Defaults = p.Fields.Defaults.Over(kindDefaults(p.Type).Over(settings.StandardDefaults()))
	q.FieldConfig.Overrides = p.overrides()
	switch p.Type {
	case "stat", "gauge", "bargauge", "piechart":
		// If the panel does not name a calculation, Grafana's default for these kinds is the last value that is not null.
		o := p.Options.Child("reduceOptions")
		r := judgedReduce{Values: o.Flag("values"), Calcs: []string{"lastNotNull"}, Fields: o.Text("fields"), Limit: int(o.NumberOr("limit", 0))}
		if o["calcs"] != nil {
			r.Calcs = append([]string{}, o.Texts("calcs")...)
		}
		q.ReduceOptions = append(q.ReduceOptions, r)
	}
	q.ReduceOptions = append(q.ReduceOptions, judgedReductions()[2], judgedReductions()[6])
	return q
}

func (p dashboardPanel) overrides() []settings.Object {
	list := []settings.Object{}
	for _, o := range p.raw.FieldConfig.List("overrides") {
		m, _ := o.(map[string]any)
		list = append(list, m)
	}
	return list
}

// judgePanels asks Grafana about each panel with four sets of rows in both themes. It compares every value, and what the
// drawn panel shows. If the viewer does not support a transformation, it must say so.
func judgePanels(t *testing.T, list []dashboardPanel, least int) {
	t.Helper()
	for _, theme := range []palette.Theme{palette.Dark, palette.Light} {
		t.Run(string(theme), func(t *testing.T) {
			t.Parallel()
			judgePanelsIn(t, list, theme, least)
		})
	}
}

func judgePanelsIn(t *testing.T, list []dashboardPanel, theme palette.Theme, least int) {
	t.Helper()
	var questions []*panelQuestion
	var panels []dashboardPanel
	refused := map[string]int{}
	for _, p := range list {
		if !p.isDrawn() {
			continue
		}
		for _, rows := range []int{0, 1, 8, 40} {
			q := p.question(rows)
			frames, err := q.transform()
			if err != nil {
				if !errors.As(err, new(transform.UnsupportedError)) {
					t.Errorf("%s: %v", q.about, err)
				}
				refused[err.Error()]++
				continue
			}
			if slices.ContainsFunc(p.Transformations, func(t settings.Transformation) bool { return t.ID == "configFromData" }) {
				// Grafana's package does not have this one; the fields are judged with the settings that it makes.
				q.Frames, q.Transformations = asJudged(t, frames), nil
			}
			questions, panels = append(questions, q), append(panels, p)
		}
	}
	asked := make([]any, len(questions))
	for i, q := range questions {
		asked[i] = q.ask()
	}
	v := &verdict{t: t}
	for i, answer := range askJudge(t, theme, asked) {
		// The newest versions of Node write a narrow space before AM and PM, which browsers no longer do.
		answer = bytes.ReplaceAll(answer, []byte("\u202f"), []byte(" "))
		judgePanel(v, questions[i], answer, theme)
		judgeShown(v, panels[i], questions[i], answer, theme)
	}
	t.Logf("%d panels with four sets of rows each; refused: %v", len(questions)/4, refused)
	v.done(least)
}

// otherKindsSaySo checks that every panel of an unsupported kind tells the reader that it is not supported.
func otherKindsSaySo(t *testing.T, list []dashboardPanel) (said map[string]int) {
	t.Helper()
	said = map[string]int{}
	for _, p := range list {
		if _, known := kinds.Find(p.Type); known {
			continue
		}
		said[p.Type]++
		out := render.Panel(t.Context(), paneltest.MadeUp{}, &model.Dashboard{Panels: []*model.Panel{p.Panel}}, p.ID,
			request.Request{Clock: timerange.Clock{Now: judgeNow()}, Range: timerange.Range{From: judgeNow(), To: judgeNow()}}, annotation.Marks{})
		if out.View == nil || out.View.Message != fmt.Sprintf("Panels of the type %q are not supported.", p.Type) {
			t.Errorf("%s: panel %d (%s) says %q and %+v", p.file, p.ID, p.Type, out.Error, out.View)
		}
	}
	return said
}

// allAreDrawn draws each panel of a judged kind with every made-up result.
func allAreDrawn(t *testing.T, list []dashboardPanel) (drawn int) {
	t.Helper()
	for _, p := range list {
		if !strings.Contains(" gauge bargauge barchart piechart heatmap ", " "+p.Type+" ") {
			continue
		}
		for data, frames := range judgedFrames() {
			q := &kindQuestion{Panel: p.Type, Frames: travellingFrames(frames), about: fmt.Sprintf("%s: panel %d (%s) / %s", p.file, p.ID,
				p.Type, data)}
			q.FieldConfig.Defaults = p.raw.FieldConfig.Child("defaults")
			q.FieldConfig.Overrides = p.overrides()
			v := q.draw(t, palette.Dark, p.Options)
			if _, err := json.Marshal(v); err != nil {
				t.Errorf("%s: %v", q.about, err)
			}
			if v.Kind != p.Type && v.Kind != "empty" && v.Kind != "unsupported" {
				t.Errorf("%s: drawn as %s", q.about, v.Kind)
			}
			drawn++
		}
	}
	return drawn
}

// judgeShown draws the whole panel and compares what it shows.
func judgeShown(v *verdict, p dashboardPanel, q *panelQuestion, raw json.RawMessage, theme palette.Theme) {
	v.t.Helper()
	var want panelAnswer
	if err := json.Unmarshal(raw, &want); err != nil {
		v.t.Fatal(err)
	}
	k := &kindQuestion{Panel: p.Type, about: q.about}
	k.FieldConfig = q.FieldConfig
	view := k.drawFrames(v.t, theme, p.Options, q.built(v.t))
	one := func(got []string, titles []string) {
		values := want.Values[0]
		if values == nil {
			return
		}
		v.same(float64(len(got)), float64(len(values)), "%s: shown values", q.about)
		for i := range min(len(got), len(values)) {
			w := values[i]
			v.same(got[i], w.Prefix+w.Text+w.Suffix, "%s: shown value %d", q.about, i)
			if len(values) > 1 {
				v.same(titles[i], w.Title, "%s: shown title %d", q.about, i)
			}
		}
	}
	var texts, titles []string
	switch {
	case view.Stat != nil:
		for _, i := range view.Stat.Items {
			texts, titles = append(texts, i.Value.Prefix+i.Value.Text+i.Value.Suffix), append(titles, i.Title)
		}
		one(texts, titles)
	case view.Gauge != nil:
		for _, i := range view.Gauge.Items {
			texts, titles = append(texts, i.Value.Prefix+i.Value.Text+i.Value.Suffix), append(titles, i.Title)
		}
		one(texts, titles)
	case view.BarGauge != nil:
		for _, i := range view.BarGauge.Items {
			texts, titles = append(texts, i.Value.Prefix+i.Value.Text+i.Value.Suffix), append(titles, i.Title)
		}
		one(texts, titles)
	case view.TimeSeries != nil:
		names := map[string]bool{}
		for _, fr := range want.Fields {
			for _, f := range fr {
				names[f.Name] = true
			}
		}
		for _, s := range view.TimeSeries.Series {
			v.same(names[s.Name], true, "%s: series %q", q.about, s.Name)
		}
	case view.Table != nil && len(want.Fields) > 0:
		index := int(p.Options.NumberOr("frameIndex", 0))
		if index >= len(want.Fields) {
			index = 0
		}
		// Two columns may have the same title, so columns are compared by their places. Hidden ones don't count.
		frame := q.drawnFrame(v.t, index, theme)
		var cells [][]judgedDisplay
		var names []string
		for k, f := range want.Fields[index] {
			if custom := frame.Fields[k].Config.Custom; !custom.Flag("hidden") && !custom.Child("hideFrom").Flag("viz") {
				cells, names = append(cells, f.Values), append(names, f.Name)
			}
		}
		v.same(float64(len(view.Table.Columns)), float64(len(cells)), "%s: columns", q.about)
		for c, column := range view.Table.Columns[:min(len(view.Table.Columns), len(cells))] {
			v.same(column.Title, names[c], "%s: column %d", q.about, c)
			if len(p.Options.List("sortBy")) > 0 {
				continue
			}
			for row := range view.Table.Rows {
				cell, w := view.Table.Rows[row][c], cells[c][row]
				v.same(cell.Prefix+cell.Text+cell.Suffix, w.Prefix+w.Text+w.Suffix, "%s: column %d (%q) row %d", q.about, c, column.Title, row)
				if cell.Background != "" {
					v.same(cell.Background, w.Color, "%s: column %d (%q) row %d background", q.about, c, column.Title, row)
				}
			}
		}
	}
}

// drawnFrame is a frame of the question with the panel's settings applied.
func (q *panelQuestion) drawnFrame(t *testing.T, index int, theme palette.Theme) *frame.Frame {
	t.Helper()
	loc, err := time.LoadLocation(judgeZone)
	if err != nil {
		t.Fatal(err)
	}
	fc := settings.FieldConfig{Defaults: q.FieldConfig.Defaults}
	for _, o := range q.FieldConfig.Overrides {
		fc.Overrides = append(fc.Overrides, settings.ReadOverride(o))
	}
	frames := q.built(t)
	fieldconfig.Apply(frames, fc, &fieldconfig.Env{Now: judgeNow(), Location: loc, Colors: palette.New(theme)})
	return frames[index]
}
