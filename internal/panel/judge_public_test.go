package panel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// publicPanel is one panel of another project's dashboard.
type publicPanel struct {
	*Panel
	raw  panelJSON
	file string
}

// publicPanels are the panels that this package draws, from dashboards of other projects on
// PostgreSQL; refused are the files that it does not read, with what it says.
func publicPanels(t *testing.T) (list []publicPanel, refused map[string]string) {
	t.Helper()
	files, err := filepath.Glob("../../../shared/data/dashboards/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the public dashboards are not here")
	}
	refused = map[string]string{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		d, err := ParseDashboard(raw)
		if err != nil {
			refused[name] = err.Error()
			continue
		}
		var j dashboardJSON
		if err := json.Unmarshal(raw, &j); err != nil {
			t.Fatal(err)
		}
		byID := map[int]panelJSON{}
		for _, p := range j.Panels {
			byID[p.ID] = p
			for _, nested := range p.Panels {
				byID[nested.ID] = nested
			}
		}
		for _, p := range d.Panels {
			list = append(list, publicPanel{p, byID[p.ID], name})
		}
	}
	return list, refused
}

func TestPublicDashboardsOfOtherFormsSaySo(t *testing.T) {
	t.Parallel()
	_, refused := publicPanels(t)
	for name, want := range map[string]string{"examples_shortterm-monitoring": "schema version 22", "pgwatch_v13_global-health": "the form of a resource"} {
		if !strings.Contains(refused[name], want) {
			t.Errorf("%s: %q", name, refused[name])
		}
		delete(refused, name)
	}
	if len(refused) > 0 {
		t.Errorf("not read: %v", refused)
	}
}

// Every kind that is not drawn and every transformation that is not done says so in the panel.
func TestPublicPanelsOfOtherKindsSaySo(t *testing.T) {
	t.Parallel()
	list, _ := publicPanels(t)
	said := map[string]int{}
	for _, p := range list {
		if _, known := kind(p.Type); known {
			continue
		}
		said[p.Type]++
		out := Render(t.Context(), madeUp{}, &Dashboard{Panels: []*Panel{p.Panel}}, p.ID, Request{Now: judgeNow(), From: judgeNow(), To: judgeNow()}, Annotations{})
		if out.View == nil || out.View.Message != fmt.Sprintf("Panels of the type %q are not supported.", p.Type) {
			t.Errorf("%s: panel %d (%s) says %q and %+v", p.file, p.ID, p.Type, out.Error, out.View)
		}
	}
	t.Logf("not drawn: %v", said)
}

// columns are the names that a query's columns, or what the panel says of them, have.
func (p publicPanel) columns(t target) []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) && len(names) < 14 {
			names = append(names, name)
		}
	}
	for _, tr := range p.transformations {
		for _, key := range []string{"rowField", "columnField", "valueField", "byField"} {
			add(tr.options.text(key))
		}
		for _, key := range []string{"excludeByName", "renameByName", "indexByName"} {
			for _, name := range sortedKeys(tr.options.child(key)) {
				if !strings.Contains(name, `\`) {
					add(name)
				}
			}
		}
		for _, name := range tr.options.child("include").texts("names") {
			add(name)
		}
	}
	types := " text int integer float float8 numeric date timestamp timestamptz interval bigint varchar double not materialized boolean real char select "
	for _, m := range regexp.MustCompile(`(?i)\bas\s+(?:"([^"]+)"|([a-z_]\w*))`).FindAllStringSubmatch(t.sql, -1) {
		if name := m[1] + m[2]; !strings.Contains(types, " "+strings.ToLower(name)+" ") {
			add(name)
		}
	}
	for _, o := range p.fields.overrides {
		if name, ok := o.options.(string); ok && o.matcherID == "byName" {
			add(name)
		}
	}
	if len(names) < 2 {
		names = append(names, "name", "value")
	}
	return names
}

// kindOf guesses what a column holds from its name and from what the panel does with it.
func (p publicPanel) kindOf(name string) fieldType {
	for _, tr := range p.transformations {
		switch name {
		case tr.options.text("rowField"), tr.options.text("columnField"):
			return typeString
		case tr.options.text("valueField"):
			return typeNumber
		}
	}
	for _, o := range p.fields.overrides {
		if o.options != any(name) {
			continue
		}
		for _, prop := range o.properties {
			switch u, _ := prop.value.(string); {
			case prop.id == "unit" && (strings.HasPrefix(u, "date") || strings.HasPrefix(u, "time:")):
				return typeTime
			case prop.id == "unit" && u != "string":
				return typeNumber
			}
		}
	}
	lower := strings.ToLower(name)
	for _, part := range []string{"time", "date", "_at"} {
		if strings.Contains(lower, part) {
			return typeTime
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	if h.Sum32()%3 == 0 {
		return typeString
	}
	return typeNumber
}

// words are the texts that the panel gives a meaning to, and some that it does not.
func (p publicPanel) words() []any {
	words := []any{"alpha", "beta", "", nil, "12", "ok"}
	add := func(mappings []any) {
		for _, m := range mappings {
			entry, _ := m.(map[string]any)
			for _, key := range sortedKeys(props(entry).child("options")) {
				words = append(words, key)
			}
		}
	}
	add(p.fields.defaults.list("mappings"))
	for _, o := range p.fields.overrides {
		for _, prop := range o.properties {
			if list, ok := prop.value.([]any); ok && prop.id == "mappings" {
				add(list)
			}
		}
	}
	return words
}

// frames make up what the panel's queries return, rows rows of each.
func (p publicPanel) frames(rows int) []judgedFrame {
	r := rand.New(rand.NewPCG(uint64(p.ID), uint64(rows)))
	words := p.words()
	pivots := ""
	for _, tr := range p.transformations {
		pivots += tr.options.text("columnField") + "\n"
	}
	values := func(name string, kind fieldType) []any {
		out := []any{}
		for i := range rows {
			switch {
			case kind == typeTime:
				out = append(out, float64(judgeNow().UnixMilli())-float64(rows-i)*36e5)
			case name != "" && strings.Contains(pivots, name+"\n"): // a column can't be named from nothing
				out = append(out, []any{"2023", "2024", "2025"}[r.IntN(3)])
			case kind == typeString:
				out = append(out, words[r.IntN(len(words))])
			case r.IntN(7) == 0:
				out = append(out, nil)
			default:
				out = append(out, []any{float64(r.IntN(8)), r.Float64() * 100, (r.Float64() - 0.3) * 1e6, r.Float64() / 100}[r.IntN(4)])
			}
		}
		return out
	}
	var out []judgedFrame
	for _, t := range p.targets {
		if t.hide || t.sql == "" {
			continue
		}
		fr := judgedFrame{RefID: t.refID}
		overTime := t.format == "time_series" || p.Type == "timeseries" || p.Type == "state-timeline" || p.Type == "heatmap"
		if overTime {
			fr.Fields = append(fr.Fields, judgedField{Name: "Time", Type: typeTime, Values: values("", typeTime)})
		}
		for _, name := range p.columns(t) {
			kind := p.kindOf(name)
			if overTime && (kind == typeTime || p.Type != "state-timeline") {
				kind = typeNumber
			}
			fr.Fields = append(fr.Fields, judgedField{Name: name, Type: kind, Values: values(name, kind)})
		}
		out = append(out, fr)
	}
	return out
}

// question asks about the panel as it is, with made-up rows.
func (p publicPanel) question(rows int) *panelQuestion {
	q := &panelQuestion{Kind: "panel", Frames: p.frames(rows), Transformations: p.raw.Transformations, Reducers: []string{"lastNotNull", "mean", "max", "sum", "count", "last", "first"},
		about: fmt.Sprintf("%s: panel %d (%s %q) with %d rows", p.file, p.ID, p.Type, p.Title, rows)}
	var ownDefaults props
	switch p.Type {
	case "timeseries":
		ownDefaults = timeSeriesDefaults()
	case "state-timeline":
		ownDefaults = stateTimelineDefaults()
	default:
		ownDefaults = kindDefaults(p.Type)
	}
	q.FieldConfig.Defaults = p.fields.defaults.over(ownDefaults.over(standardDefaults()))
	q.FieldConfig.Overrides = []props{}
	for _, o := range p.raw.FieldConfig.list("overrides") {
		m, _ := o.(map[string]any)
		q.FieldConfig.Overrides = append(q.FieldConfig.Overrides, m)
	}
	if o := p.options.child("reduceOptions"); o != nil {
		r := judgedReduce{Values: o.flag("values"), Calcs: o.texts("calcs"), Fields: o.text("fields"), Limit: int(o.numberOr("limit", 0))}
		if r.Calcs == nil {
			r.Calcs = []string{}
		}
		q.ReduceOptions = append(q.ReduceOptions, r)
	}
	q.ReduceOptions = append(q.ReduceOptions, judgedReductions()[2], judgedReductions()[6])
	return q
}

func TestPublicPanelsAreGrafanas(t *testing.T) {
	t.Parallel()
	list, _ := publicPanels(t)
	var questions []*panelQuestion
	var panels []publicPanel
	refused := map[string]int{}
	for _, p := range list {
		if draw, known := kind(p.Type); !known || draw == nil || p.Type == "text" {
			continue
		}
		for _, rows := range []int{0, 1, 8, 40} {
			q := p.question(rows)
			if _, err := q.transform(); err != nil {
				if !errors.As(err, new(unsupportedError)) {
					t.Errorf("%s: %v", q.about, err)
				}
				refused[err.Error()]++
				continue
			}
			questions, panels = append(questions, q), append(panels, p)
		}
	}
	asked := make([]any, len(questions))
	for i, q := range questions {
		asked[i] = q.ask()
	}
	v := &verdict{t: t}
	for i, answer := range askJudge(t, Dark, asked) {
		// Node's newest tables write a narrow space before AM and PM, which browsers took back.
		answer = bytes.ReplaceAll(answer, []byte("\u202f"), []byte(" "))
		judgePanel(v, questions[i], answer, Dark)
		judgeShown(v, panels[i], questions[i], answer)
	}
	t.Logf("%d panels with four sets of rows each; refused: %v", len(questions)/4, refused)
	v.done(200_000)
}

// judgeShown lets the panel be drawn whole and compares what stands in it.
func judgeShown(v *verdict, p publicPanel, q *panelQuestion, raw json.RawMessage) {
	v.t.Helper()
	var want panelAnswer
	if err := json.Unmarshal(raw, &want); err != nil {
		v.t.Fatal(err)
	}
	k := &kindQuestion{Panel: p.Type, about: q.about}
	k.FieldConfig = q.FieldConfig
	view := k.drawFrames(v.t, Dark, p.options, q.built(v.t))
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
		index := int(p.options.numberOr("frameIndex", 0))
		if index >= len(want.Fields) {
			index = 0
		}
		cells := map[string][]judgedDisplay{}
		for _, f := range want.Fields[index] {
			cells[f.Name] = f.Values
		}
		for c, column := range view.Table.Columns {
			w, there := cells[column.Title]
			v.same(there, true, "%s: column %q", q.about, column.Title)
			if len(p.options.list("sortBy")) > 0 || !there {
				continue
			}
			for row := range view.Table.Rows {
				cell := view.Table.Rows[row][c]
				v.same(cell.Prefix+cell.Text+cell.Suffix, w[row].Prefix+w[row].Text+w[row].Suffix, "%s: column %q row %d", q.about, column.Title, row)
				if cell.Background != "" {
					v.same(cell.Background, w[row].Color, "%s: column %q row %d background", q.about, column.Title, row)
				}
			}
		}
	}
}
