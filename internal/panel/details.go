package panel

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// details say which runs the rows of the panel's queries stand for. Such a query has, beside the
// times and texts that its series are made from, the columns started, ended and runs: when the first
// of the runs started, when the last of them ended, and how many there are. Grafana has nothing that
// draws them; a panel keeps them out of the drawing by a transformation, and the tooltips take them.
type details map[string]detail

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
		for row := range fr.length {
			at, first, count := number(time.values[row]), number(started.values[row]), number(runs.values[row])
			if at == nil || first == nil || count == nil {
				continue
			}
			d := detail{started: int64(*first), runs: int(*count)}
			if last := number(ended.values[row]); last != nil {
				d.ended = ptr(int64(*last))
			}
			out[detailKey(int64(*at), textsOf(fr, row))] = d
		}
	}
	return out
}

// textsOf are the texts of a row by the names of their columns, which become a series' labels.
func textsOf(fr *frame, row int) map[string]string {
	texts := map[string]string{}
	for _, f := range fr.fields {
		if f.kind == typeString {
			texts[f.name] = spelled(f.values[row])
		}
	}
	return texts
}

func detailKey(at int64, texts map[string]string) string {
	var b strings.Builder
	fmt.Fprint(&b, at)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		fmt.Fprintf(&b, "\x00%s\x00%s", name, texts[name])
	}
	return b.String()
}

// of is what the row of a series at an instant stands for.
func (d details) of(f *field, at int64) (detail, bool) {
	if len(d) == 0 || len(f.labels) == 0 {
		return detail{}, false
	}
	found, ok := d[detailKey(at, f.labels)]
	return found, ok
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

// cutOf is what the queries say that they leave out ("latest 20 of 908"): the first text in a column
// that is called cut, "" where there is none. The panel hides the column.
func cutOf(frames []*frame) string {
	for _, fr := range frames {
		for _, f := range fr.fields {
			if f.name != "cut" || f.kind != typeString {
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
