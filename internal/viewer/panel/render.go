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

// job is one panel being computed.
type job struct {
	dashboard *Dashboard
	panel     *Panel
	request   Request
	from, to  time.Time // after the panel's own range
	macros    macro.Context
	env       *env
	frames    []*frame
	notices   *notices
	marks     Annotations
	details   details
}

// Render computes one panel. Whatever goes wrong is said in the answer, in Error or in the view:
// there is always an answer. A panel that d does not have gives one with an Error.
func Render(ctx context.Context, q Querier, d *Dashboard, panelID int, r Request, a Annotations) view.Panel {
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
	j := &job{dashboard: d, panel: p, request: r, from: r.From, to: r.To, notices: newNotices(), marks: a}
	if err := j.prepare(&out.Range); err != nil {
		out.Title, out.Error = p.Title, sentence(err)
		return out
	}
	out.Title = j.env.replace(p.Title, scope{})
	out.Description = j.env.replace(p.Description, scope{})
	if p.repeat != "" {
		j.notices.add("Repeating is not supported: this stands once for all values of %q.", p.repeat)
	}
	draw, known := kind(p.Type)
	switch {
	case p.library:
		out.View = unsupported("Library panels are not supported: the panel's settings are not in the dashboard.")
		return out
	case !known:
		out.View = unsupported(fmt.Sprintf("Panels of the type %q are not supported.", p.Type))
		return out
	case draw == nil:
		out.View = &view.View{Kind: p.Type, Notices: j.notices.list}
		return out
	}
	if err := j.fetch(ctx, q, &out); err != nil {
		out.Error = sentence(err)
		return out
	}
	j.details = readDetails(j.frames)
	cut := toldBeside(j.frames, "cut")
	if notice := toldBeside(j.frames, "notice"); notice != "" {
		j.notices.add("%s.", notice)
	}
	var cannot unsupportedError
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
	v.Notices = append(v.Notices, j.notices.list...)
	v.Cut = cut
	out.View = v
	return out
}

// kind finds what draws a type of panel; nil draws nothing. A type of its own file each.
func kind(name string) (draw func(*job) (*view.View, error), known bool) {
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
func (j *job) prepare(out *view.Range) error {
	p, r := j.panel, j.request
	own, err := j.filled(p.TimeFrom, p.TimeShift, p.interval)
	if err != nil {
		return err
	}
	if own[0] != "" || own[1] != "" {
		ranged, label, err := j.dashboard.clock(r).Override(timerange.Range{From: r.From, To: r.To, Relative: r.Relative}, own[0], own[1])
		if err != nil {
			return err
		}
		j.from, j.to = ranged.From, ranged.To
		out.From, out.To = j.from.UnixMilli(), j.to.UnixMilli()
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
	points := p.maxDataPoints
	if points <= 0 {
		points = r.MaxDataPoints
	}
	if points <= 0 {
		points = r.width()
	}
	j.macros = j.dashboard.macros(r, j.from, j.to, macro.Interval(j.from, j.to, points, least))
	j.env = &env{now: r.Now, location: r.location(), colors: newColors(r.Theme), replace: replacer(j.macros)}
	return nil
}

// filled are settings that may name variables.
func (j *job) filled(settings ...string) ([]string, error) {
	c := j.dashboard.macros(j.request, j.request.From, j.request.To, 0)
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
func (j *job) fetch(ctx context.Context, q Querier, out *view.Panel) error {
	for _, t := range j.panel.targets {
		if t.hide && t.refID == leftOutRef && t.sql != "" && isPostgres(t.datasource) {
			j.tellLeftOut(ctx, q, t)
		}
		if t.hide || t.sql == "" {
			continue
		}
		if !isPostgres(t.datasource) {
			return fmt.Errorf("query %s goes to a datasource of the type %q; only PostgreSQL is supported",
				t.refID, t.datasource.text("type"))
		}
		answer, err := j.query(ctx, q, t)
		if err != nil {
			if len(j.panel.targets) > 1 {
				return fmt.Errorf("query %s: %w", t.refID, err)
			}
			return err
		}
		raw, err := data.FrameToJSON(answer, data.IncludeAll)
		if err != nil {
			return fmt.Errorf("write the data frame: %w", err)
		}
		out.Frames = append(out.Frames, raw)
		for _, n := range answer.Meta.Notices {
			j.notices.add("%s", n.Text)
		}
		fr, err := fromData(answer, t.refID)
		if err != nil {
			return err
		}
		j.frames = append(j.frames, fr)
	}
	return nil
}

func (j *job) query(ctx context.Context, q Querier, t target) (*data.Frame, error) {
	sql, fill, err := macro.Expand(t.sql, j.macros)
	if err != nil {
		return nil, err
	}
	answer, err := q.Query(ctx, sql, t.format, fillMissing(fill))
	if err != nil {
		return nil, err
	}
	if answer.Meta == nil {
		answer.Meta = &data.FrameMeta{ExecutedQueryString: sql}
	}
	answer.RefID = t.refID
	if fill == nil || t.format == "table" {
		return answer, nil
	}
	answer, notice, err := fillBuckets(answer, fill, j.from, j.to)
	if notice != "" {
		j.notices.add("%s", notice)
	}
	return answer, err
}

// configure applies the panel's field settings over those that its kind has by default.
func (j *job) configure(kindDefaults props) fieldConfig {
	fc := j.panel.fields
	fc.defaults = fc.defaults.over(kindDefaults.over(standardDefaults()))
	j.notices.addAll(applyFieldConfig(j.frames, fc, j.env))
	return fc
}

func isPostgres(datasource props) bool {
	switch datasource.text("type") {
	case "", "postgres", "grafana-postgresql-datasource":
		return true
	}
	return false
}

func unsupported(message string) *view.View { return &view.View{Kind: "unsupported", Message: message} }

// empty is what a panel without data shows.
func (j *job) empty(message string) *view.View {
	if s := toText(j.panel.fields.defaults["noValue"]); s != "" {
		message = s
	}
	return &view.View{Kind: "empty", Message: message}
}

// hasRows reports whether any query returned anything.
func (j *job) hasRows() bool {
	for _, fr := range j.frames {
		if fr.length > 0 && len(fr.fields) > 0 {
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
