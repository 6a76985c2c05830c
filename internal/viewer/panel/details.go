package panel

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Details say which runs the rows of the panel's queries stand for, by the texts of a row, which become
// the labels of its series, and by its instant. Such a query has, beside the times and texts that its
// series are made from, the columns started, ended and runs: when the first of the runs started, when
// the last of them ended, and how many there are. Grafana has nothing that draws them; a panel keeps
// them out of the drawing by a transformation, and the tooltips take them.
type Details map[string]map[int64]Detail

type Detail struct {
	started int64
	ended   *int64 // nil where it is not known, or the run goes on
	Runs    int
}

// readDetails takes the details from the frames as the queries returned them.
func readDetails(frames []*Frame) Details {
	out := Details{}
	for _, fr := range frames {
		named := map[string]*Field{}
		for _, f := range fr.Fields {
			named[f.Name] = f
		}
		time, started, ended, runs := fr.FirstOf(typeTime), named["started"], named["ended"], named["runs"]
		if started == nil || ended == nil || runs == nil || time == started || started.Kind != typeTime || ended.Kind != typeTime {
			continue
		}
		texts := textFields(fr)
		for row := range fr.Length {
			at, first, count := number(time.Values[row]), number(started.Values[row]), number(runs.Values[row])
			if at == nil || first == nil || count == nil {
				continue
			}
			d := Detail{started: int64(*first), Runs: int(*count)}
			if last := number(ended.Values[row]); last != nil {
				d.ended = new(int64(*last))
			}
			out.add(textsKey(texts, func(f *Field) (string, string) { return f.Name, spelled(f.Values[row]) }), int64(*at), d)
		}
	}
	return out
}

func (d Details) add(texts string, at int64, one Detail) {
	if d[texts] == nil {
		d[texts] = map[int64]Detail{}
	}
	d[texts][at] = one
}

// textFields are the columns of texts of a frame that become a series' labels, in the order of their names:
// all but the value that is drawn and what is told beside the drawing.
func textFields(fr *Frame) []*Field {
	var out []*Field
	for _, f := range fr.Fields {
		if f.Kind == typeString && !slices.Contains([]string{"Value", "cut", "notice"}, f.Name) {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b *Field) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// textsKey joins names and texts, which part reads from each of the items.
func textsKey[T any](items []T, part func(T) (name, text string)) string {
	var b strings.Builder
	for _, item := range items {
		name, text := part(item)
		b.WriteString(name + "\x00" + text + "\x00")
	}
	return b.String()
}

// Of is what the rows of a series stand for, by their instants.
func (d Details) Of(f *Field) map[int64]Detail {
	if len(d) == 0 || len(f.Labels) == 0 {
		return nil
	}
	return d[textsKey(slices.Sorted(maps.Keys(f.Labels)), func(name string) (string, string) { return name, f.Labels[name] })]
}

// Sentence is "2026-01-05 09:02:05 – 09:05:17 (3.20 mins)" of a run, and of several "12 runs between
// 2026-01-05 09:00:10 and 09:14:50".
func (d Detail) Sentence(j *Job) string {
	switch {
	case d.Runs > 1 && d.ended != nil:
		from, to := j.stamps(d.started, *d.ended)
		return fmt.Sprintf("%d runs between %s and %s", d.Runs, from, to)
	case d.ended == nil:
		return "started " + stamp(d.started, j.Request)
	}
	from, to := j.stamps(d.started, *d.ended)
	return fmt.Sprintf("%s – %s (%s)", from, to, j.length(d.started, *d.ended))
}

// toldBeside is what the queries say in a column of a name, "" where they say nothing: the first text
// in it. The column cut says what they leave out ("latest 20 of 908"), the column notice what the reader
// must know beside. The panel hides both.
func toldBeside(frames []*Frame, column string) string {
	for _, fr := range frames {
		for _, f := range fr.Fields {
			if f.Name != column || f.Kind != typeString {
				continue
			}
			for _, v := range f.Values {
				if text, _ := v.(string); text != "" {
					return text
				}
			}
		}
	}
	return ""
}
