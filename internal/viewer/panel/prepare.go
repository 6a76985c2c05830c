package panel

import (
	"time"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/timerange"
	"macrowatch/internal/viewer/view"
)

// NewJob returns the job of computing a panel for a reader's request. Call Prepare before anything else.
func NewJob(d *model.Dashboard, p *model.Panel, r request.Request, marks annotation.Marks) *Job {
	return &Job{Dashboard: d, Panel: p, Request: r, From: r.From, To: r.To, Marks: marks, Notices: notice.NewList(),
		Range: view.Range{From: r.From.UnixMilli(), To: r.To.UnixMilli()}}
}

// Prepare settles what the panel's queries are filled in from: its time range, its interval and the values of the
// dashboard's variables, which must have been resolved.
func (j *Job) Prepare() error {
	p, r := j.Panel, j.Request
	timeFrom, timeShift, minInterval, err := j.ownTimes()
	if err != nil {
		return err
	}
	if timeFrom != "" || timeShift != "" {
		picked := timerange.Range{From: r.From, To: r.To, Relative: r.Relative}
		own, label, err := request.Clock(j.Dashboard, r).Override(picked, timeFrom, timeShift)
		if err != nil {
			return err
		}
		j.From, j.To = own.From, own.To
		j.Range.From, j.Range.To = j.From.UnixMilli(), j.To.UnixMilli()
		if !p.HideTimeOverride {
			j.Range.Label = label
		}
	}
	least := time.Minute // the least interval of Grafana's SQL datasources, unless the panel has its own
	if minInterval != "" {
		if least, err = macro.ParseMinimum(minInterval); err != nil {
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

// ownTimes are the panel's settings timeFrom, timeShift and interval, with the variables in them filled in.
func (j *Job) ownTimes() (timeFrom, timeShift, minInterval string, err error) {
	c := request.Macros(j.Dashboard, j.Request, j.Request.From, j.Request.To, 0)
	filled := [3]string{j.Panel.TimeFrom, j.Panel.TimeShift, j.Panel.Interval}
	for i, setting := range filled {
		if filled[i], err = macro.InterpolateAs(setting, "glob", c); err != nil {
			return "", "", "", err
		}
	}
	return filled[0], filled[1], filled[2], nil
}
