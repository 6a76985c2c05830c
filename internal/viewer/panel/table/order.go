package table

import (
	"cmp"
	"sort"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
)

// RowOrder returns the rows in the order that the panel's sortBy asks for. As in Grafana rows that are equal by all
// criteria stay in their order, or are reversed if the first criterion is descending.
func RowOrder(j *panel.Job, fr *frame.Frame) []int {
	rows := make([]int, fr.Length)
	for i := range rows {
		rows[i] = i
	}
	type criterion struct {
		field   *frame.Field
		compare func(a, b any) int
		sign    int
	}
	var by []criterion
	for _, entry := range j.Panel.Options.List("sortBy") {
		m, _ := entry.(map[string]any)
		for _, f := range fr.Fields {
			if f.Title == settings.Object(m).Text("displayName") {
				sign := 1
				if settings.Object(m).Flag("desc") {
					sign = -1
				}
				by = append(by, criterion{f, cellOrder(f.Kind), sign})
				break
			}
		}
	}
	if len(by) == 0 {
		return rows
	}
	sort.SliceStable(rows, func(a, b int) bool {
		for _, c := range by {
			if order := c.compare(c.field.Values[rows[a]], c.field.Values[rows[b]]); order != 0 {
				return order*c.sign < 0
			}
		}
		return (rows[a]-rows[b])*by[0].sign < 0
	})
	return rows
}

// cellOrder returns the function by which Grafana's table compares the values of a column:
//
//   - numbers by size, with missing ones first;
//   - times by age, where a missing time counts as the beginning of 1970;
//   - everything else as text, in the order of American English without regard to case and accents. A missing text counts
//     as the word "null".
func cellOrder(kind frame.Kind) func(a, b any) int {
	switch kind {
	case frame.Number:
		return func(a, b any) int { return js.CompareNumbers(js.NumberOrNil(a), js.NumberOrNil(b)) }
	case frame.Time:
		return func(a, b any) int { return cmp.Compare(js.OrZero(js.NumberOrNil(a)), js.OrZero(js.NumberOrNil(b))) }
	}
	texts := collate.New(language.AmericanEnglish, collate.Loose)
	return func(a, b any) int { return texts.CompareString(js.Spelled(a), js.Spelled(b)) }
}
