package panel

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// details say which runs the rows of the panel's queries stand for, by the texts of a row, which become
// the labels of its series, and by its instant. Such a query has, beside the times and texts that its
// series are made from, the columns started, ended and runs: when the first of the runs started, when
// the last of them ended, and how many there are. Grafana has nothing that draws them; a panel keeps
// them out of the drawing by a transformation, and the tooltips take them.
type details map[string]map[int64]detail

type detail struct {
	started int64
	ended   *int64 // nil where it is not known, or the run goes on
	runs    int
}

// readDetails takes the details from the frames as the queries returned them.
func readDetails(frames []*frame) details {
	out := details{}
	for _, fr := range frames {
		named := map[string]*field{}
		for _, f := range fr.fields {
			named[f.name] = f
		}
		time, started, ended, runs := fr.firstOf(typeTime), named["started"], named["ended"], named["runs"]
		if started == nil || ended == nil || runs == nil || time == started || started.kind != typeTime || ended.kind != typeTime {
			continue
		}
		texts := textFields(fr)
		for row := range fr.length {
			at, first, count := number(time.values[row]), number(started.values[row]), number(runs.values[row])
			if at == nil || first == nil || count == nil {
				continue
			}
			d := detail{started: int64(*first), runs: int(*count)}
			if last := number(ended.values[row]); last != nil {
				d.ended = ptr(int64(*last))
			}
			out.add(textsKey(texts, func(f *field) (string, string) { return f.name, spelled(f.values[row]) }), int64(*at), d)
		}
	}
	return out
}

func (d details) add(texts string, at int64, one detail) {
	if d[texts] == nil {
		d[texts] = map[int64]detail{}
	}
	d[texts][at] = one
}

// textFields are the columns of texts of a frame that become a series' labels, in the order of their names:
// all but the value that is drawn and what is told beside the drawing.
func textFields(fr *frame) []*field {
	var out []*field
	for _, f := range fr.fields {
		if f.kind == typeString && !slices.Contains([]string{"Value", "cut", "notice"}, f.name) {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b *field) int { return cmp.Compare(a.name, b.name) })
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

// of is what the rows of a series stand for, by their instants.
func (d details) of(f *field) map[int64]detail {
	if len(d) == 0 || len(f.labels) == 0 {
		return nil
	}
	return d[textsKey(slices.Sorted(maps.Keys(f.labels)), func(name string) (string, string) { return name, f.labels[name] })]
}

// sentence is "2026-01-05 09:02:05 – 09:05:17 (3.20 mins)" of a run, and of several "12 runs between
// 2026-01-05 09:00:10 and 09:14:50".
func (d detail) sentence(j *job) string {
	switch {
	case d.runs > 1 && d.ended != nil:
		from, to := j.stamps(d.started, *d.ended)
		return fmt.Sprintf("%d runs between %s and %s", d.runs, from, to)
	case d.ended == nil:
		return "started " + stamp(d.started, j.request)
	}
	from, to := j.stamps(d.started, *d.ended)
	return fmt.Sprintf("%s – %s (%s)", from, to, j.length(d.started, *d.ended))
}

// toldBeside is what the queries say in a column of a name, "" where they say nothing: the first text
// in it. The column cut says what they leave out ("latest 20 of 908"), the column notice what the reader
// must know beside. The panel hides both.
func toldBeside(frames []*frame, column string) string {
	for _, fr := range frames {
		for _, f := range fr.fields {
			if f.name != column || f.kind != typeString {
				continue
			}
			for _, v := range f.values {
				if text, _ := v.(string); text != "" {
					return text
				}
			}
		}
	}
	return ""
}
