package judge_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/panel/table"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// judgedTexts are texts as they stand in tables and legends.
func judgedTexts() [][]any {
	r := rand.New(rand.NewPCG(7, 11))
	words := []any{"FX_CARRY", "fx_carry", "FX_CARRY_2", "FX_CARRY_10", "FX_CARRY_1", "RATES_TREND", "rates trend", "Rates-Trend", "a",
		"A", "Ä", "ä", "á", "z", "Z", "é", "e", "E",
		"São Paulo", "Sao Paulo", "SAO PAULO", "são paulo", "10", "9", "2", "002", "x9", "x10", "x1a", "", "null", "Null", "nul",
		"nullify", nil, "Zürich", "Zurich", "Øre", "ore",
		"ção", "cao", "CDS5Y", "CDS10Y", "DI1F29", "DI1F30", "DI1F9", "naïve", "naive", "coop", "co-op", "true", "false"}
	out := [][]any{words}
	for range 60 {
		shuffled := slices.Clone(words)
		r.Shuffle(len(shuffled), func(a, b int) { shuffled[a], shuffled[b] = shuffled[b], shuffled[a] })
		out = append(out, shuffled[:10+r.IntN(len(shuffled)-10)])
	}
	return out
}

func TestTextsAreSortedAsGrafanaSortsThem(t *testing.T) {
	t.Parallel()
	var asked []any
	for _, values := range judgedTexts() {
		asked = append(asked, map[string]any{"kind": "order", "values": values})
	}
	v := &verdict{t: t}
	for i, answer := range askJudge(t, palette.Dark, asked) {
		var want struct{ Up, Down, Legend []int }
		if err := json.Unmarshal(answer, &want); err != nil {
			t.Fatal(err)
		}
		values := judgedTexts()[i]
		for _, descending := range []bool{false, true} {
			f := &frame.Field{Name: "name", Title: "name", Kind: frame.String, Values: values}
			j := &panel.Job{Panel: &model.Panel{Options: settings.Object{"sortBy": []any{map[string]any{"displayName": "name",
				"desc": descending}}}}, Notices: notice.NewList()}
			got := table.RowOrder(j, &frame.Frame{Fields: []*frame.Field{f}, Length: len(values)})
			order := want.Up
			if descending {
				order = want.Down
			}
			for k := range values {
				v.same(values[got[k]], values[order[k]], "table %d (down %t), row %d", i, descending, k)
			}
		}
		l := &view.Legend{Mode: "table"}
		for _, text := range values {
			l.Items = append(l.Items, view.LegendItem{Name: js.Spelled(text)})
		}
		panel.SortLegend(l, "Name", false)
		for k, item := range l.Items {
			v.same(item.Name, js.Spelled(values[want.Legend[k]]), "legend %d, line %d", i, k)
		}
	}
	v.done(5000)
}

func TestNumbersTimesAndTruthsAreSortedAsInGrafanasTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind   frame.Kind
		values []any
		up     []int
		down   []int
	}{
		{frame.Number, []any{2.0, nil, -1.0, 10.0, nil, 2.0}, []int{1, 4, 2, 0, 5, 3}, []int{3, 5, 0, 2, 4, 1}},
		{frame.Time, []any{5e12, nil, -1e12, 1e12}, []int{2, 1, 3, 0}, []int{0, 3, 1, 2}},
		{frame.Boolean, []any{true, false, nil, true}, []int{1, 2, 0, 3}, []int{3, 0, 2, 1}},
	} {
		for _, descending := range []bool{false, true} {
			f := &frame.Field{Name: "v", Title: "v", Kind: c.kind, Values: c.values}
			j := &panel.Job{Panel: &model.Panel{Options: settings.Object{"sortBy": []any{map[string]any{"displayName": "v",
				"desc": descending}}}}, Notices: notice.NewList()}
			want := c.up
			if descending {
				want = c.down
			}
			if got := table.RowOrder(j, &frame.Frame{Fields: []*frame.Field{f}, Length: len(c.values)}); !slices.Equal(got, want) {
				t.Errorf("%s, down %t: %v, want %v", c.kind, descending, got, want)
			}
		}
	}
}

// The colours are given by Grafana's names, by CSS's names, and in other notations.
func TestColourNamesAreGrafanas(t *testing.T) {
	t.Parallel()
	for _, theme := range []palette.Theme{palette.Dark, palette.Light} {
		var names []string
		if err := json.Unmarshal(askJudge(t, theme, []any{map[string]any{"kind": "names"}})[0], &names); err != nil {
			t.Fatal(err)
		}
		names = append(names, "green", "dark-red", "super-light-blue", "semi-dark-orange", "text", "transparent", "#abc", "#AABBCC",
			"#12345678", "rgb(1, 2, 3)", "rgba(10,20,30,0.5)",
			"hsl(120, 50%, 50%)", "Grey", "SlateGrey", "LIGHTGRAY", "DarkGrey")
		var want []string
		if err := json.Unmarshal(askJudge(t, theme, []any{map[string]any{"kind": "colors", "names": names}})[0], &want); err != nil {
			t.Fatal(err)
		}
		v, c := &verdict{t: t}, palette.New(theme)
		for i, name := range names {
			v.same(c.Hex(name), want[i], "%s in %s", name, theme)
		}
		v.done(160)
	}
}
