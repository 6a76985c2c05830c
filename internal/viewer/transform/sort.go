package transform

import (
	"math"
	"sort"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/settings"
)

// sortBy sorts each frame's rows by the first field of a list. As in Grafana the other fields of the list have no
// effect.
func sortBy() Transformation {
	return Transformation{ID: "sortBy", run: runSortBy, Options: []string{"sort", "fields"},
		Supports: "sorts by the first field of the list, as in Grafana; the panel says so if there are more",
		Outline: func(o settings.Object, before Columns) Outline {
			return Outline{Columns: entryTexts(o.List("sort"), "field"), After: before}
		}}
}

func runSortBy(frames []*frame.Frame, o settings.Object, p *Pipeline) ([]*frame.Frame, error) {
	list := o.List("sort")
	if len(list) == 0 {
		return frames, nil
	}
	if len(list) > 1 {
		p.Notices.Add("Rows are sorted by the first field only, as in Grafana.")
	}
	m, _ := list[0].(map[string]any)
	by := settings.Object(m)
	name, err := p.fill(by, "field", "")
	if err != nil {
		return nil, err
	}
	out := make([]*frame.Frame, len(frames))
	for i, fr := range frames {
		at := -1
		for k, f := range fr.Fields {
			if frame.DisplayName(f, fr, nil) == name {
				at = k
				break
			}
		}
		if n := by.Number("index"); n != nil {
			at = int(*n)
		}
		out[i] = sorted(fr, at, by.Flag("desc"))
	}
	return out, nil
}

// sorted is the frame with its rows sorted by the field at an index. If there is no such field, it is the frame as it is.
func sorted(fr *frame.Frame, at int, descending bool) *frame.Frame {
	if at < 0 || at >= len(fr.Fields) {
		return fr
	}
	rows := make([]int, fr.Length)
	for i := range rows {
		rows[i] = i
	}
	order := fieldOrder(fr.Fields[at], descending)
	sort.SliceStable(rows, func(a, b int) bool { return order(rows[a], rows[b]) < 0 })
	fields := make([]*frame.Field, len(fr.Fields))
	for i, f := range fr.Fields {
		c := *f
		c.Values = make([]any, fr.Length)
		for k, row := range rows {
			c.Values[k] = f.At(row)
		}
		fields[i] = &c
	}
	return fr.WithFields(fields)
}

// fieldOrder returns the function that compares two rows by a field. Its result is below 0 if row a comes first. A
// missing number counts as 0. Empty texts, false and missing times come last.
func fieldOrder(f *frame.Field, descending bool) func(a, b int) float64 {
	v := f.Values
	compare := func(a, b any) float64 { return js.Coerce(a) - js.Coerce(b) }
	switch f.Kind {
	case frame.Number:
	case frame.Time:
		if len(v) > 0 && js.Missing(v[0]) {
			compare = func(a, b any) float64 {
				if !js.Truthy(a) || a == (js.Undefined{}) || !js.Truthy(b) || b == (js.Undefined{}) {
					return falsyLast(a, b)
				}
				return js.Coerce(a) - js.Coerce(b)
			}
		}
	case frame.String:
		c := collate.New(language.AmericanEnglish)
		compare = func(a, b any) float64 {
			if js.Missing(a) || js.Missing(b) || !js.Truthy(a) || !js.Truthy(b) {
				return falsyLast(a, b)
			}
			return float64(c.CompareString(js.Text(a), js.Text(b)))
		}
	case frame.Boolean:
		compare = falsyLast
	default:
		compare = nil
	}
	return func(a, b int) float64 {
		if descending {
			a, b = b, a
		}
		if compare == nil {
			return float64(a - b)
		}
		if d := compare(v[a], v[b]); !math.IsNaN(d) {
			return d
		}
		return 0
	}
}

// falsyLast sorts values that are false in JavaScript's sense after those that are true.
func falsyLast(a, b any) float64 {
	x, y := js.Truthy(a) && !js.Missing(a), js.Truthy(b) && !js.Missing(b)
	switch {
	case !x && y:
		return 1
	case x && !y:
		return -1
	}
	return 0
}
