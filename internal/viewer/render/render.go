package render

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/panel/chart"
	"macrowatch/internal/viewer/panel/heatmap"
	"macrowatch/internal/viewer/panel/single"
	"macrowatch/internal/viewer/panel/table"
	"macrowatch/internal/viewer/panel/text"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/timerange"
	"macrowatch/internal/viewer/transform"
	"macrowatch/internal/viewer/variable"
	"macrowatch/internal/viewer/view"
)

// Panel computes one panel. Whatever goes wrong is said in the answer, in Error or in the view:
// there is always an answer. A panel that d does not have gives one with an Error.
func Panel(ctx context.Context, q request.Querier, d *model.Dashboard, panelID int, r request.Request, a annotation.Marks) view.Panel {
	p := d.Panel(panelID)
	if p == nil {
		return view.Panel{ID: panelID, Error: fmt.Sprintf("The dashboard has no panel %d.", panelID), Frames: []json.RawMessage{}}
	}
	out := view.Panel{ID: p.ID, Type: p.Type, Frames: []json.RawMessage{},
		Range: view.Range{From: r.From.UnixMilli(), To: r.To.UnixMilli()}}
	r, err := variable.EnsureResolved(ctx, r, q, d)
	if err != nil {
		out.Title, out.Error = p.Title, notice.Sentence(err)
		return out
	}
	j := &panel.Job{Dashboard: d, Panel: p, Request: r, From: r.From, To: r.To, Notices: notice.NewList(), Marks: a}
	if err := prepare(j, &out.Range); err != nil {
		out.Title, out.Error = p.Title, notice.Sentence(err)
		return out
	}
	out.Title = j.Env.Replace(p.Title, fieldconfig.Scope{})
	out.Description = j.Env.Replace(p.Description, fieldconfig.Scope{})
	if p.Repeat != "" {
		j.Notices.Add("Repeating is not supported: this stands once for all values of %q.", p.Repeat)
	}
	draw, known := Kind(p.Type)
	switch {
	case p.Library:
		out.View = panel.Unsupported("Library panels are not supported: the panel's settings are not in the dashboard.")
		return out
	case !known:
		out.View = panel.Unsupported(fmt.Sprintf("Panels of the type %q are not supported.", p.Type))
		return out
	case draw == nil:
		out.View = &view.View{Kind: p.Type, Notices: j.Notices.Sentences}
		return out
	}
	if err := fetch(ctx, j, q, &out); err != nil {
		out.Error = notice.Sentence(err)
		return out
	}
	j.Details = panel.ReadDetails(j.Frames)
	cut := panel.ToldBeside(j.Frames, "cut")
	if notice := panel.ToldBeside(j.Frames, "notice"); notice != "" {
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
	v, err := draw(j)
	if err != nil {
		out.Error = notice.Sentence(err)
		return out
	}
	v.Notices = append(v.Notices, j.Notices.Sentences...)
	v.Cut = cut
	out.View = v
	return out
}

// Kind finds what draws a type of panel; nil draws nothing. A type of its own file each.
func Kind(name string) (draw func(*panel.Job) (*view.View, error), known bool) {
	switch name {
	case "row":
		return nil, true
	case "text":
		return text.Draw, true
	case "stat":
		return single.DrawStat, true
	case "table":
		return table.Draw, true
	case "timeseries":
		return chart.DrawTimeSeries, true
	case "state-timeline":
		return chart.DrawStateTimeline, true
	case "gauge":
		return single.DrawGauge, true
	case "bargauge":
		return single.DrawBarGauge, true
	case "barchart":
		return chart.DrawBarChart, true
	case "piechart":
		return single.DrawPieChart, true
	case "heatmap":
		return heatmap.Draw, true
	}
	return nil, false
}

// prepare settles the range, the interval and what variables stand for.
func prepare(j *panel.Job, out *view.Range) error {
	p, r := j.Panel, j.Request
	own, err := filled(j, p.TimeFrom, p.TimeShift, p.Interval)
	if err != nil {
		return err
	}
	if own[0] != "" || own[1] != "" {
		ranged, label, err := request.Clock(j.Dashboard, r).Override(timerange.Range{From: r.From, To: r.To, Relative: r.Relative}, own[0],
			own[1])
		if err != nil {
			return err
		}
		j.From, j.To = ranged.From, ranged.To
		out.From, out.To = j.From.UnixMilli(), j.To.UnixMilli()
		if !p.HideTimeOverride {
			out.Label = label
		}
	}
	least := time.Minute // what Grafana's SQL datasources take where a panel says nothing
	if own[2] != "" {
		if least, err = macro.ParseMinimum(own[2]); err != nil {
			return err
		}
	}
	points := p.MaxDataPoints
	if points <= 0 {
		points = r.MaxDataPoints
	}
	if points <= 0 {
		points = r.DrawnWidth()
	}
	j.Macros = request.Macros(j.Dashboard, r, j.From, j.To, macro.Interval(j.From, j.To, points, least))
	j.Env = &fieldconfig.Env{Now: r.Now, Location: r.Zone(), Colors: palette.New(r.Theme), Replace: fieldconfig.Replacer(j.Macros)}
	return nil
}

// filled are settings that may name variables.
func filled(j *panel.Job, settings ...string) ([]string, error) {
	c := request.Macros(j.Dashboard, j.Request, j.Request.From, j.Request.To, 0)
	out := make([]string, len(settings))
	for i, s := range settings {
		var err error
		if out[i], err = macro.InterpolateAs(s, "glob", c); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fetch runs the panel's queries. The frames stand in the answer as the queries gave them.
func fetch(ctx context.Context, j *panel.Job, q request.Querier, out *view.Panel) error {
	for _, t := range j.Panel.Targets {
		if t.Hide && t.RefID == leftOutRef && t.SQL != "" && request.IsPostgres(t.Datasource) {
			tellLeftOut(ctx, j, q, t)
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
		raw, err := data.FrameToJSON(answer, data.IncludeAll)
		if err != nil {
			return fmt.Errorf("write the data frame: %w", err)
		}
		out.Frames = append(out.Frames, raw)
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
