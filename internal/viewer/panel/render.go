package panel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/timerange"
	"macrowatch/internal/viewer/view"
)

// Job is one panel being computed.
type Job struct {
	Dashboard *Dashboard
	Panel     *Panel
	Request   Request
	From, To  time.Time // after the panel's own range
	Macros    macro.Context
	Env       *Env
	Frames    []*Frame
	Notices   *List
	Marks     Marks
	Details   Details
}

// Render computes one panel. Whatever goes wrong is said in the answer, in Error or in the view:
// there is always an answer. A panel that d does not have gives one with an Error.
func Render(ctx context.Context, q Querier, d *Dashboard, panelID int, r Request, a Marks) view.Panel {
	p := d.Panel(panelID)
	if p == nil {
		return view.Panel{ID: panelID, Error: fmt.Sprintf("The dashboard has no panel %d.", panelID), Frames: []json.RawMessage{}}
	}
	out := view.Panel{ID: p.ID, Type: p.Type, Frames: []json.RawMessage{},
		Range: view.Range{From: r.From.UnixMilli(), To: r.To.UnixMilli()}}
	r, err := r.withVariables(ctx, q, d)
	if err != nil {
		out.Title, out.Error = p.Title, sentence(err)
		return out
	}
	j := &Job{Dashboard: d, Panel: p, Request: r, From: r.From, To: r.To, Notices: newNotices(), Marks: a}
	if err := j.prepare(&out.Range); err != nil {
		out.Title, out.Error = p.Title, sentence(err)
		return out
	}
	out.Title = j.Env.Replace(p.Title, Scope{})
	out.Description = j.Env.Replace(p.Description, Scope{})
	if p.Repeat != "" {
		j.Notices.Add("Repeating is not supported: this stands once for all values of %q.", p.Repeat)
	}
	draw, known := kind(p.Type)
	switch {
	case p.Library:
		out.View = unsupported("Library panels are not supported: the panel's settings are not in the dashboard.")
		return out
	case !known:
		out.View = unsupported(fmt.Sprintf("Panels of the type %q are not supported.", p.Type))
		return out
	case draw == nil:
		out.View = &view.View{Kind: p.Type, Notices: j.Notices.Sentences}
		return out
	}
	if err := j.fetch(ctx, q, &out); err != nil {
		out.Error = sentence(err)
		return out
	}
	j.Details = readDetails(j.Frames)
	cut := toldBeside(j.Frames, "cut")
	if notice := toldBeside(j.Frames, "notice"); notice != "" {
		j.Notices.Add("%s.", notice)
	}
	var cannot UnsupportedError
	if err := j.transform(); errors.As(err, &cannot) {
		out.View = unsupported(cannot.Error())
		return out
	} else if err != nil {
		out.Error = sentence(err)
		return out
	}
	v, err := draw(j)
	if err != nil {
		out.Error = sentence(err)
		return out
	}
	v.Notices = append(v.Notices, j.Notices.Sentences...)
	v.Cut = cut
	out.View = v
	return out
}

// kind finds what draws a type of panel; nil draws nothing. A type of its own file each.
func kind(name string) (draw func(*Job) (*view.View, error), known bool) {
	switch name {
	case "row":
		return nil, true
	case "text":
		return drawText, true
	case "stat":
		return drawStat, true
	case "table":
		return drawTable, true
	case "timeseries":
		return drawTimeSeries, true
	case "state-timeline":
		return drawStateTimeline, true
	case "gauge":
		return drawGauge, true
	case "bargauge":
		return drawBarGauge, true
	case "barchart":
		return drawBarChart, true
	case "piechart":
		return drawPieChart, true
	case "heatmap":
		return drawHeatmap, true
	}
	return nil, false
}

// prepare settles the range, the interval and what variables stand for.
func (j *Job) prepare(out *view.Range) error {
	p, r := j.Panel, j.Request
	own, err := j.filled(p.TimeFrom, p.TimeShift, p.Interval)
	if err != nil {
		return err
	}
	if own[0] != "" || own[1] != "" {
		ranged, label, err := j.Dashboard.clock(r).Override(timerange.Range{From: r.From, To: r.To, Relative: r.Relative}, own[0], own[1])
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
	j.Macros = j.Dashboard.macros(r, j.From, j.To, macro.Interval(j.From, j.To, points, least))
	j.Env = &Env{Now: r.Now, Location: r.Zone(), Colors: newColors(r.Theme), Replace: replacer(j.Macros)}
	return nil
}

// filled are settings that may name variables.
func (j *Job) filled(settings ...string) ([]string, error) {
	c := j.Dashboard.macros(j.Request, j.Request.From, j.Request.To, 0)
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
func (j *Job) fetch(ctx context.Context, q Querier, out *view.Panel) error {
	for _, t := range j.Panel.Targets {
		if t.Hide && t.RefID == leftOutRef && t.SQL != "" && isPostgres(t.Datasource) {
			j.tellLeftOut(ctx, q, t)
		}
		if t.Hide || t.SQL == "" {
			continue
		}
		if !isPostgres(t.Datasource) {
			return fmt.Errorf("query %s goes to a datasource of the type %q; only PostgreSQL is supported",
				t.RefID, t.Datasource.Text("type"))
		}
		answer, err := j.query(ctx, q, t)
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
		fr, err := fromData(answer, t.RefID)
		if err != nil {
			return err
		}
		j.Frames = append(j.Frames, fr)
	}
	return nil
}

func (j *Job) query(ctx context.Context, q Querier, t Target) (*data.Frame, error) {
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

// Configure applies the panel's field settings over those that its kind has by default.
func (j *Job) Configure(kindDefaults Object) FieldConfig {
	fc := j.Panel.Fields
	fc.Defaults = fc.Defaults.Over(kindDefaults.Over(standardDefaults()))
	j.Notices.AddAll(applyFieldConfig(j.Frames, fc, j.Env))
	return fc
}

func isPostgres(datasource Object) bool {
	switch datasource.Text("type") {
	case "", "postgres", "grafana-postgresql-datasource":
		return true
	}
	return false
}

func unsupported(message string) *view.View { return &view.View{Kind: "unsupported", Message: message} }

// Empty is what a panel without data shows.
func (j *Job) Empty(message string) *view.View {
	if s := toText(j.Panel.Fields.Defaults["noValue"]); s != "" {
		message = s
	}
	return &view.View{Kind: "empty", Message: message}
}

// HasRows reports whether any query returned anything.
func (j *Job) HasRows() bool {
	for _, fr := range j.Frames {
		if fr.Length > 0 && len(fr.Fields) > 0 {
			return true
		}
	}
	return false
}

// sentence makes an error's text one: a capital, a full stop.
func sentence(err error) string {
	s := strings.TrimSpace(err.Error())
	if s == "" {
		return "Something went wrong."
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "!") {
		s += "."
	}
	return s
}
