package panel

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/unit"
)

// Details say which runs of the pipeline are behind each row of a panel's queries. The first key is made of the row's
// texts, which become the labels of its series. The second key is the row's instant.
//
// A query has such details if it returns the columns started, ended and runs: when the first run started, when the
// last one ended, and how many runs there are. Grafana can't draw these columns, so the panel removes them by a
// transformation. The tooltips show them.
//
// A row may also stand for runs that were expected and did not come. The query then returns the column expected too: a text
// that names the holiday on which they were not needed, empty if they were needed, and null for rows of runs. Such a row
// says in started when the first of them was due, and in ended when it was too late for the last.
type Details map[string]map[int64]Detail

// Detail says which runs are behind one row.
type Detail struct {
	started int64
	ended   *int64 // nil if it is not known, or the run goes on
	Runs    int
	// expected is the text of the column expected; nil for runs.
	expected *string
}

// ReadDetails reads the details in the frames that the queries returned. Call it before any transformation.
func ReadDetails(frames []*frame.Frame) Details {
	out := Details{}
	for _, fr := range frames {
		named := map[string]*frame.Field{}
		for _, f := range fr.Fields {
			named[f.Name] = f
		}
		time, started, ended, runs := fr.FirstOf(frame.Time), named["started"], named["ended"], named["runs"]
		if started == nil || ended == nil || runs == nil || time == started || started.Kind != frame.Time || ended.Kind != frame.Time {
			continue
		}
		texts := textFields(fr)
		for row := range fr.Length {
			at, first, count := js.NumberOrNil(time.Values[row]), js.NumberOrNil(started.Values[row]), js.NumberOrNil(runs.Values[row])
			if at == nil || first == nil || count == nil {
				continue
			}
			d := Detail{started: int64(*first), Runs: int(*count), expected: textOf(named["expected"], row)}
			if last := js.NumberOrNil(ended.Values[row]); last != nil {
				d.ended = new(int64(*last))
			}
			out.add(textsKey(texts, func(f *frame.Field) (string, string) { return f.Name, js.Spelled(f.Values[row]) }), int64(*at), d)
		}
	}
	return out
}

// textOf returns the text in a row of a field, nil if there is none.
func textOf(f *frame.Field, row int) *string {
	if f == nil || f.Kind != frame.String {
		return nil
	}
	if text, isText := f.Values[row].(string); isText {
		return &text
	}
	return nil
}

func (d Details) add(texts string, at int64, one Detail) {
	if d[texts] == nil {
		d[texts] = map[int64]Detail{}
	}
	d[texts][at] = one
}

// textFields are the text columns of a frame that become labels of a series, sorted by name. The column Value is
// drawn, expected is part of the details, and cut and notice are shown beside the drawing, so these four are left out.
func textFields(fr *frame.Frame) []*frame.Field {
	var out []*frame.Field
	for _, f := range fr.Fields {
		if f.Kind == frame.String && !slices.Contains([]string{"Value", "expected", "cut", "notice"}, f.Name) {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b *frame.Field) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// textsKey joins the names and the texts of items into one key. The function `part` reads both from an item.
func textsKey[T any](items []T, part func(T) (name, text string)) string {
	var b strings.Builder
	for _, item := range items {
		name, text := part(item)
		b.WriteString(name + "\x00" + text + "\x00")
	}
	return b.String()
}

// Of returns the details of a series' rows, by their instants.
func (d Details) Of(f *frame.Field) map[int64]Detail {
	if len(d) == 0 || len(f.Labels) == 0 {
		return nil
	}
	return d[textsKey(slices.Sorted(maps.Keys(f.Labels)), func(name string) (string, string) { return name, f.Labels[name] })]
}

// Sentence says when the runs were. One run reads "Mon 5 Jan 2026, 09:02:05 – 09:05:17 (3.20 mins)", several read
// "12 runs between Mon 5 Jan 2026, 09:00:10 and 09:14:50".
func (d Detail) Sentence(j *Job) string {
	switch {
	case d.expected != nil:
		return d.due(j)
	case d.Runs > 1 && d.ended != nil:
		from, to := request.Stamps(d.started, *d.ended, j.Request)
		return fmt.Sprintf("%d runs between %s and %s", d.Runs, from, to)
	case d.ended == nil:
		return "started " + request.Stamp(d.started, j.Request)
	}
	from, to := request.Stamps(d.started, *d.ended, j.Request)
	return fmt.Sprintf("%s – %s (%s)", from, to, j.length(d.started, *d.ended))
}

// due says when runs were due that did not come: "due Mon 5 Jan 2026, 09:00; nothing started by 09:15", "3 due between Mon 5
// Jan 2026, 09:00 and 11:15", "due Mon 16 Feb 2026, 06:00, on a holiday: Carnival".
func (d Detail) due(j *Job) string {
	text := "due " + request.Stamp(d.started, j.Request)
	if d.ended != nil {
		from, to := request.Stamps(d.started, *d.ended, j.Request)
		if text = fmt.Sprintf("due %s; nothing started by %s", from, to); d.Runs > 1 {
			text = fmt.Sprintf("%d due between %s and %s", d.Runs, from, to)
		}
	}
	if *d.expected != "" {
		text += ", on a holiday: " + *d.expected
	}
	return text
}

// FirstText returns the first text in the column of the given name, "" if there is none. Queries use two such columns,
// which the panel hides: cut says what the query leaves out ("latest 20 of 908"), and notice says what else the reader
// must know.
func FirstText(frames []*frame.Frame, column string) string {
	for _, fr := range frames {
		for _, f := range fr.Fields {
			if f.Name != column || f.Kind != frame.String {
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

// SpanText writes a span of time and its length: "Mon 5 Jan 2026, 06:00 – 06:00:42 (42 s)".
func (j *Job) SpanText(from, to int64) string {
	a, b := request.Stamps(from, to, j.Request)
	return fmt.Sprintf("%s – %s (%s)", a, b, j.length(from, to))
}

// length writes the time between two instants: "3.20 mins".
func (j *Job) length(from, to int64) string {
	return unit.Lookup("ms")(float64(to-from), nil, unit.Env{}).String()
}
