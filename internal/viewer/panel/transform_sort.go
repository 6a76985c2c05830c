package panel

import (
	"math"
	"sort"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// sortBy sorts each frame's rows by one field, as Grafana does: further fields of the list are
// passed over.
func sortBy(frames []*frame, o props, p *pipeline) ([]*frame, error) {
	p.only("sortBy", o, "sort", "fields")
	list := o.list("sort")
	if len(list) == 0 {
		return frames, nil
	}
	if len(list) > 1 {
		p.notices.add("Rows are sorted by the first field only, as in Grafana.")
	}
	m, _ := list[0].(map[string]any)
	by := props(m)
	name, err := p.fill(by, "field", "")
	if err != nil {
		return nil, err
	}
	out := make([]*frame, len(frames))
	for i, fr := range frames {
		at := -1
		for k, f := range fr.fields {
			if displayName(f, fr, nil) == name {
				at = k
				break
			}
		}
		if n := by.number("index"); n != nil {
			at = int(*n)
		}
		out[i] = sorted(fr, at, by.flag("desc"))
	}
	return out, nil
}

// sorted gives the frame with its rows in the order of the field at an index; it is left as it is
// where there is no such field.
func sorted(fr *frame, at int, descending bool) *frame {
	if at < 0 || at >= len(fr.fields) {
		return fr
	}
	rows := make([]int, fr.length)
	for i := range rows {
		rows[i] = i
	}
	order := fieldOrder(fr.fields[at], descending)
	sort.SliceStable(rows, func(a, b int) bool { return order(rows[a], rows[b]) < 0 })
	fields := make([]*field, len(fr.fields))
	for i, f := range fr.fields {
		c := *f
		c.values = make([]any, fr.length)
		for k, row := range rows {
			c.values[k] = f.at(row)
		}
		fields[i] = &c
	}
	return fr.with(fields)
}

// fieldOrder compares two rows: below 0 where a comes first. A missing number counts as 0; empty
// texts, false and missing times come last.
func fieldOrder(f *field, descending bool) func(a, b int) float64 {
	v := f.values
	compare := func(a, b any) float64 { return coerce(a) - coerce(b) }
	switch f.kind {
	case typeNumber:
	case typeTime:
		if len(v) > 0 && missing(v[0]) {
			compare = func(a, b any) float64 {
				if !truthy(a) || a == (absent{}) || !truthy(b) || b == (absent{}) {
					return falsyLast(a, b)
				}
				return coerce(a) - coerce(b)
			}
		}
	case typeString:
		c := collate.New(language.AmericanEnglish)
		compare = func(a, b any) float64 {
			if missing(a) || missing(b) || !truthy(a) || !truthy(b) {
				return falsyLast(a, b)
			}
			return float64(c.CompareString(toText(a), toText(b)))
		}
	case typeBoolean:
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

func falsyLast(a, b any) float64 {
	x, y := truthy(a) && !missing(a), truthy(b) && !missing(b)
	switch {
	case !x && y:
		return 1
	case x && !y:
		return -1
	}
	return 0
}
