package render

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/panel/kinds"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/transform"
	"macrowatch/internal/viewer/variable"
	"macrowatch/internal/viewer/view"
)

// Panel computes what one panel shows. It always returns an answer. If something goes wrong, or if the dashboard has no
// such panel, the answer's Error or its view says what is wrong.
func Panel(ctx context.Context, q request.Querier, d *model.Dashboard, panelID int, r request.Request, marks annotation.Marks) view.Panel {
	p := d.Panel(panelID)
	if p == nil {
		return view.Panel{ID: panelID, Error: fmt.Sprintf("The dashboard has no panel %d.", panelID), Frames: []json.RawMessage{}}
	}
	out := view.Panel{ID: p.ID, Type: p.Type, Range: view.Range{From: r.From.UnixMilli(), To: r.To.UnixMilli()}}
	if !r.WithoutFrames {
		out.Frames = []json.RawMessage{}
	}
	r, err := variable.EnsureResolved(ctx, r, q, d)
	if err != nil {
		out.Title, out.Error = p.Title, notice.Sentence(err)
		return out
	}
	j := panel.NewJob(d, p, r, marks)
	err = j.Prepare()
	out.Range = j.Range
	if err != nil {
		out.Title, out.Error = p.Title, notice.Sentence(err)
		return out
	}
	out.Title = j.Env.Replace(p.Title, fieldconfig.Scope{})
	if !r.WithoutFrames {
		out.Description = j.Env.Replace(p.Description, fieldconfig.Scope{})
	}
	if p.Repeat != "" {
		j.Notices.Add("Repeating is not supported: this stands once for all values of %q.", p.Repeat)
	}
	kind, known := kinds.Find(p.Type)
	switch {
	case p.Library:
		out.View = panel.Unsupported("Library panels are not supported: the panel's settings are not in the dashboard.")
		return out
	case !known:
		out.View = panel.Unsupported(fmt.Sprintf("Panels of the type %q are not supported.", p.Type))
		return out
	case kind.Draw == nil:
		out.View = &view.View{Kind: kind.Type, Notices: j.Notices.Sentences}
		return out
	}
	if err := fetch(ctx, j, q, &out); err != nil {
		out.Error = notice.Sentence(err)
		return out
	}
	j.Details = panel.ReadDetails(j.Frames)
	cut := panel.FirstText(j.Frames, "cut")
	if notice := panel.FirstText(j.Frames, "notice"); notice != "" {
		j.Notices.Add("%s.", notice)
	}
	var cannot transform.UnsupportedError
	if err := applyTransformations(j); errors.As(err, &cannot) {
		out.View = panel.Unsupported(cannot.Error())
		return out
	} else if err != nil {
		out.Error = notice.Sentence(err)
		return out
	}
	out.Links = j.PanelLinks()
	v, err := kind.View(j)
	if err != nil {
		out.Error = notice.Sentence(err)
		return out
	}
	v.Cut = cut
	out.View = v
	return out
}

// fetch runs the panel's queries. The answer gets their frames as they are, before any transformation, unless the request is
// without frames.
func fetch(ctx context.Context, j *panel.Job, q request.Querier, out *view.Panel) error {
	for _, t := range j.Panel.Targets {
		if isHidden(t, leftOutRef) && mayLeaveOut(ctx, j, q) {
			noteLeftOut(ctx, j, q, t)
		}
		if t.Hide || t.SQL == "" {
			continue
		}
		if !request.IsPostgres(t.Datasource) {
			return fmt.Errorf("query %s goes to a datasource of the type %q; only PostgreSQL is supported",
				t.RefID, t.Datasource.Text("type"))
		}
		answer, err := query(ctx, j, q, t)
		if err != nil {
			if len(j.Panel.Targets) > 1 {
				return fmt.Errorf("query %s: %w", t.RefID, err)
			}
			return err
		}
		if !j.Request.WithoutFrames {
			raw, err := data.FrameToJSON(answer, data.IncludeAll)
			if err != nil {
				return fmt.Errorf("write the data frame: %w", err)
			}
			out.Frames = append(out.Frames, raw)
		}
		for _, n := range answer.Meta.Notices {
			j.Notices.Add("%s", n.Text)
		}
		fr, err := frame.FromData(answer, t.RefID)
		if err != nil {
			return err
		}
		j.Frames = append(j.Frames, fr)
	}
	return nil
}

// query runs one query of the panel.
func query(ctx context.Context, j *panel.Job, q request.Querier, t model.Target) (*data.Frame, error) {
	sql, fill, err := macro.Expand(t.SQL, j.Macros)
	if err != nil {
		return nil, err
	}
	answer, err := q.Query(ctx, sql, t.Format, fillMissing(fill))
	if err != nil {
		return nil, err
	}
	if answer.Meta == nil {
		answer.Meta = &data.FrameMeta{ExecutedQueryString: sql}
	}
	answer.RefID = t.RefID
	if fill == nil || t.Format == "table" {
		return answer, nil
	}
	answer, notice, err := fillBuckets(answer, fill, j.From, j.To)
	if notice != "" {
		j.Notices.Add("%s", notice)
	}
	return answer, err
}

// applyTransformations applies the panel's transformations to the frames of its queries.
func applyTransformations(j *panel.Job) error {
	if len(j.Panel.Transformations) == 0 {
		return nil
	}
	p := &transform.Pipeline{Notices: j.Notices, Interpolate: func(s string) (string, error) {
		return macro.InterpolateAs(s, "glob", j.Macros)
	}}
	frames, err := transform.Apply(j.Panel.Transformations, j.Frames, p)
	if err != nil {
		return err
	}
	j.Frames = frames
	return nil
}
