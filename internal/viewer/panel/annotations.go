package panel

import (
	"context"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// annotationQuery marks its rows on the dashboard's charts.
type annotationQuery struct {
	name, color, sql string
	datasource       props
	// exclude and panels say on which panels the marks stand: on those, or on all but those.
	exclude bool
	panels  []int
	mapped  map[string]props // Grafana's field mappings by event field
}

// Annotations are the marks of a dashboard over one range. Fetch them once and give them to every
// Render of that range.
type Annotations struct {
	sets []annotationSet
	// Errors say, a sentence each, which annotation queries failed.
	Errors []string
}

type annotationSet struct {
	query annotationQuery
	marks []view.Annotation
}

func readAnnotations(p props) []annotationQuery {
	var out []annotationQuery
	for _, entry := range p.list("list") {
		m, _ := entry.(map[string]any)
		a := props(m)
		if a.numberOr("builtIn", 0) != 0 || a.flag("builtIn") || !a.flagOr("enable", true) {
			continue
		}
		q := annotationQuery{name: a.text("name"), color: a.text("iconColor"), datasource: a.child("datasource"),
			sql:    a.child("target").textOr("rawSql", a.textOr("rawQuery", a.child("target").text("rawQuery"))),
			mapped: map[string]props{}}
		filter := a.child("filter")
		q.exclude = filter == nil || filter.flag("exclude")
		for _, id := range filter.list("ids") {
			q.panels = append(q.panels, int(toNumber(id)))
		}
		for key := range a.child("mappings") {
			q.mapped[key] = a.child("mappings").child(key)
		}
		if q.sql != "" {
			out = append(out, q)
		}
	}
	return out
}

// FetchAnnotations runs the dashboard's annotation queries over the range of the request.
func FetchAnnotations(ctx context.Context, q Querier, d *Dashboard, r Request) Annotations {
	var out Annotations
	if len(d.annotations) == 0 {
		return out
	}
	r, err := r.withVariables(ctx, q, d)
	if err != nil {
		out.Errors = append(out.Errors, "The annotations are missing. "+sentence(err))
		return out
	}
	interval := macro.Interval(r.From, r.To, r.width(), time.Minute)
	for _, a := range d.annotations {
		if !isPostgres(a.datasource) {
			continue // other datasources are Grafana's own business
		}
		sql, _, err := macro.Expand(a.sql, d.macros(r, r.From, r.To, interval))
		if err == nil {
			var marks []view.Annotation
			if marks, err = fetchMarks(ctx, q, a, sql, r); err == nil {
				out.sets = append(out.sets, annotationSet{a, marks})
				continue
			}
		}
		out.Errors = append(out.Errors, "The annotations "+a.name+" are missing. "+sentence(err))
	}
	return out
}

func fetchMarks(ctx context.Context, q Querier, a annotationQuery, sql string, r Request) ([]view.Annotation, error) {
	answer, err := q.Query(ctx, sql, "table", nil)
	if err != nil {
		return nil, err
	}
	fr, err := fromData(answer, "Anno")
	if err != nil {
		return nil, err
	}
	times := a.column(fr, "time", typeTime)
	if times == nil {
		return nil, nil
	}
	ends, texts := a.column(fr, "timeend", ""), a.column(fr, "text", typeString)
	titles, tags := a.column(fr, "title", ""), a.column(fr, "tags", "")
	counts := a.column(fr, "count", "")
	color := newColors(r.Theme).hex(a.color)
	var marks []view.Annotation
	for i := range fr.length {
		at := number(times.values[i])
		if at == nil {
			continue
		}
		m := view.Annotation{Time: int64(*at), Name: a.name, Color: color, Text: a.text(texts, i)}
		if title := a.text(titles, i); title != "" {
			m.Text = strings.TrimSpace(title + "\n" + m.Text)
		}
		m.TimeText = stamp(m.Time, r)
		if ends != nil {
			if end := number(ends.values[i]); end != nil && *end > *at {
				m.TimeEnd = int64(*end)
				m.TimeText += " – " + stamp(m.TimeEnd, r)
			}
		}
		if counts != nil {
			if n := number(counts.values[i]); n != nil && *n > 1 {
				m.Count = int(*n)
			}
		}
		if tags != nil {
			for _, t := range strings.Split(toText(tags.values[i]), ",") {
				if t = strings.TrimSpace(t); t != "" {
					m.Tags = append(m.Tags, t)
				}
			}
		}
		marks = append(marks, m)
	}
	return marks, nil
}

// column finds what an event field is read from: a mapped column, a column of that name, or the
// first of the fallback kind.
func (a annotationQuery) column(fr *frame, key string, fallback fieldType) *field {
	for name, m := range a.mapped {
		if strings.EqualFold(name, key) {
			switch m.text("source") {
			case "skip":
				return nil
			case "text":
				v := m.text("value")
				f := &field{kind: typeString, values: make([]any, fr.length)}
				for i := range f.values {
					f.values[i] = v
				}
				return f
			case "field", "":
				if want := m.text("value"); want != "" {
					key = want
				}
			}
		}
	}
	for _, f := range fr.fields {
		if strings.EqualFold(f.name, key) {
			return f
		}
	}
	if fallback == "" {
		return nil
	}
	return fr.firstOf(fallback)
}

func (annotationQuery) text(f *field, i int) string {
	if f == nil {
		return ""
	}
	return toText(f.values[i])
}

// on are the marks that stand on a panel, in the order of time.
func (a Annotations) on(panel int) []view.Annotation {
	var out []view.Annotation
	for _, s := range a.sets {
		if slices.Contains(s.query.panels, panel) != s.query.exclude {
			out = append(out, s.marks...)
		}
	}
	slices.SortStableFunc(out, func(a, b view.Annotation) int {
		switch {
		case a.Time < b.Time:
			return -1
		case a.Time > b.Time:
			return 1
		}
		return 0
	})
	return out
}

func stamp(ms int64, r Request) string {
	at := time.UnixMilli(ms).In(r.location())
	if year := at.Year(); year >= 1000 && year <= 9999 {
		return at.Format(time.DateTime) // the same, for a tenth of the work
	}
	return unit.FormatTime(at, "YYYY-MM-DD HH:mm:ss")
}
