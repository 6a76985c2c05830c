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

// AnnotationQuery marks its rows on the dashboard's charts.
type AnnotationQuery struct {
	Name, Color, SQL string
	Datasource       Object
	// Exclude and panels say on which panels the marks stand: on those, or on all but those.
	Exclude bool
	Panels  []int
	Mapped  map[string]Object // Grafana's field mappings by event field
}

// Marks are the marks of a dashboard over one range. Fetch them once and give them to every
// Render of that range.
type Marks struct {
	sets []annotationSet
	// Errors say, a sentence each, which annotation queries failed.
	Errors []string
}

type annotationSet struct {
	query AnnotationQuery
	marks []view.Annotation
}

func readAnnotations(p Object) []AnnotationQuery {
	var out []AnnotationQuery
	for _, entry := range p.List("list") {
		m, _ := entry.(map[string]any)
		a := Object(m)
		if a.NumberOr("builtIn", 0) != 0 || a.Flag("builtIn") || !a.FlagOr("enable", true) {
			continue
		}
		q := AnnotationQuery{Name: a.Text("name"), Color: a.Text("iconColor"), Datasource: a.Child("datasource"),
			SQL:    a.Child("target").TextOr("rawSql", a.TextOr("rawQuery", a.Child("target").Text("rawQuery"))),
			Mapped: map[string]Object{}}
		filter := a.Child("filter")
		q.Exclude = filter == nil || filter.Flag("exclude")
		for _, id := range filter.List("ids") {
			q.Panels = append(q.Panels, int(toNumber(id)))
		}
		for key := range a.Child("mappings") {
			q.Mapped[key] = a.Child("mappings").Child(key)
		}
		if q.SQL != "" {
			out = append(out, q)
		}
	}
	return out
}

// FetchAnnotations runs the dashboard's annotation queries over the range of the request.
func FetchAnnotations(ctx context.Context, q Querier, d *Dashboard, r Request) Marks {
	var out Marks
	if len(d.Annotations) == 0 {
		return out
	}
	r, err := r.withVariables(ctx, q, d)
	if err != nil {
		out.Errors = append(out.Errors, "The annotations are missing. "+sentence(err))
		return out
	}
	interval := macro.Interval(r.From, r.To, r.DrawnWidth(), time.Minute)
	for _, a := range d.Annotations {
		if !isPostgres(a.Datasource) {
			continue // other datasources are Grafana's own business
		}
		sql, _, err := macro.Expand(a.SQL, d.macros(r, r.From, r.To, interval))
		if err == nil {
			var marks []view.Annotation
			if marks, err = fetchMarks(ctx, q, a, sql, r); err == nil {
				out.sets = append(out.sets, annotationSet{a, marks})
				continue
			}
		}
		out.Errors = append(out.Errors, "The annotations "+a.Name+" are missing. "+sentence(err))
	}
	return out
}

func fetchMarks(ctx context.Context, q Querier, a AnnotationQuery, sql string, r Request) ([]view.Annotation, error) {
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
	color := newColors(r.Theme).Hex(a.Color)
	var marks []view.Annotation
	for i := range fr.Length {
		at := number(times.Values[i])
		if at == nil {
			continue
		}
		m := view.Annotation{Time: int64(*at), Name: a.Name, Color: color, Text: a.text(texts, i)}
		if title := a.text(titles, i); title != "" {
			m.Text = strings.TrimSpace(title + "\n" + m.Text)
		}
		m.TimeText = stamp(m.Time, r)
		if ends != nil {
			if end := number(ends.Values[i]); end != nil && *end > *at {
				m.TimeEnd = int64(*end)
				m.TimeText += " – " + stamp(m.TimeEnd, r)
			}
		}
		if counts != nil {
			if n := number(counts.Values[i]); n != nil && *n > 1 {
				m.Count = int(*n)
			}
		}
		if tags != nil {
			for _, t := range strings.Split(toText(tags.Values[i]), ",") {
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
func (a AnnotationQuery) column(fr *Frame, key string, fallback Kind) *Field {
	for name, m := range a.Mapped {
		if strings.EqualFold(name, key) {
			switch m.Text("source") {
			case "skip":
				return nil
			case "text":
				v := m.Text("value")
				f := &Field{Kind: typeString, Values: make([]any, fr.Length)}
				for i := range f.Values {
					f.Values[i] = v
				}
				return f
			case "field", "":
				if want := m.Text("value"); want != "" {
					key = want
				}
			}
		}
	}
	for _, f := range fr.Fields {
		if strings.EqualFold(f.Name, key) {
			return f
		}
	}
	if fallback == "" {
		return nil
	}
	return fr.FirstOf(fallback)
}

func (AnnotationQuery) text(f *Field, i int) string {
	if f == nil {
		return ""
	}
	return toText(f.Values[i])
}

// On are the marks that stand on a panel, in the order of time.
func (a Marks) On(panel int) []view.Annotation {
	var out []view.Annotation
	for _, s := range a.sets {
		if slices.Contains(s.query.Panels, panel) != s.query.Exclude {
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
	at := time.UnixMilli(ms).In(r.Zone())
	if year := at.Year(); year >= 1000 && year <= 9999 {
		return at.Format(time.DateTime) // the same, for a tenth of the work
	}
	return unit.FormatTime(at, "YYYY-MM-DD HH:mm:ss")
}
