package annotation

import (
	"context"
	"slices"
	"strings"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/sanitize"
	"macrowatch/internal/viewer/variable"
	"macrowatch/internal/viewer/view"
)

// Marks are the annotations of a dashboard over one range. Fetch them once, and give them to every panel that is rendered
// over that range.
type Marks struct {
	sets []annotationSet
	// Errors has a sentence for each annotation query that failed.
	Errors []string
}

// annotationSet are the annotations of one query.
type annotationSet struct {
	query model.AnnotationQuery
	marks []view.Annotation
}

// Fetch runs the dashboard's annotation queries over the range of the request.
func Fetch(ctx context.Context, q request.Querier, d *model.Dashboard, r request.Request) Marks {
	var out Marks
	if len(d.Annotations) == 0 {
		return out
	}
	r, err := variable.EnsureResolved(ctx, r, q, d)
	if err != nil {
		out.Errors = append(out.Errors, "The annotations are missing. "+notice.Sentence(err))
		return out
	}
	macros := r.OverRange()
	for _, a := range d.Annotations {
		if !request.IsPostgres(a.Datasource) {
			continue // the viewer has no other datasource than PostgreSQL
		}
		sql, _, err := macro.Expand(a.SQL, macros)
		if err == nil {
			var marks []view.Annotation
			if marks, err = fetchMarks(ctx, q, a, sql, r); err == nil {
				out.sets = append(out.sets, annotationSet{a, marks})
				continue
			}
		}
		out.Errors = append(out.Errors, "The annotations "+a.Name+" are missing. "+notice.Sentence(err))
	}
	return out
}

// fetchMarks runs one annotation query.
func fetchMarks(ctx context.Context, q request.Querier, a model.AnnotationQuery, sql string, r request.Request) ([]view.Annotation, error) {
	answer, err := q.Query(ctx, sql, "table", nil)
	if err != nil {
		return nil, err
	}
	fr, err := frame.FromData(answer, "Anno")
	if err != nil {
		return nil, err
	}
	times := column(a, fr, "time", frame.Time)
	if times == nil {
		return nil, nil
	}
	ends, texts := column(a, fr, "timeend", ""), column(a, fr, "text", frame.String)
	titles, tags := column(a, fr, "title", ""), column(a, fr, "tags", "")
	counts := column(a, fr, "count", "")
	color := palette.New(r.Theme).Hex(a.Color)
	var marks []view.Annotation
	for i := range fr.Length {
		at := js.NumberOrNil(times.Values[i])
		if at == nil {
			continue
		}
		m := view.Annotation{Time: int64(*at), Name: a.Name, Color: color, Text: text(texts, i)}
		if title := text(titles, i); title != "" {
			m.Text = strings.TrimSpace(title + "\n" + m.Text)
		}
		// As in Grafana the text is HTML.
		if strings.ContainsAny(m.Text, "<&") {
			m.HTML = sanitize.HTML(m.Text)
			m.Text = sanitize.Plain(m.HTML)
		}
		m.TimeText = request.Stamp(m.Time, r)
		if ends != nil {
			if end := js.NumberOrNil(ends.Values[i]); end != nil && *end > *at {
				m.TimeEnd = int64(*end)
				from, to := request.Stamps(m.Time, m.TimeEnd, r)
				m.TimeText = from + " – " + to
			}
		}
		if counts != nil {
			if n := js.NumberOrNil(counts.Values[i]); n != nil && *n > 1 {
				m.Count = int(*n)
			}
		}
		if tags != nil {
			for _, t := range strings.Split(js.Text(tags.Values[i]), ",") {
				if t = strings.TrimSpace(t); t != "" {
					m.Tags = append(m.Tags, t)
				}
			}
		}
		marks = append(marks, m)
	}
	return marks, nil
}

// column finds the column from which a property of an annotation is read. This is the column that the query's mappings
// name, or else the column with the property's name, or else the first column of the kind `fallback`.
func column(a model.AnnotationQuery, fr *frame.Frame, key string, fallback frame.Kind) *frame.Field {
	for name, m := range a.Mapped {
		if strings.EqualFold(name, key) {
			switch m.Text("source") {
			case "skip":
				return nil
			case "text":
				v := m.Text("value")
				f := &frame.Field{Kind: frame.String, Values: make([]any, fr.Length)}
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

// text is a column's text in row i, "" if there is no such column.
func text(f *frame.Field, i int) string {
	if f == nil {
		return ""
	}
	return js.Text(f.Values[i])
}

// On returns the annotations of a panel, sorted by time.
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
