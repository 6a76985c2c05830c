package panel

import (
	"time"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/view"
)

// NewJob returns the job of computing a panel for a reader's request. Call Prepare before anything else.
func NewJob(d *model.Dashboard, p *model.Panel, r request.Request, marks annotation.Marks) *Job {
	return &Job{Dashboard: d, Panel: p, Request: r, From: r.From, To: r.To, Marks: marks, Notices: notice.NewList(),
		Range: view.Range{From: r.From.UnixMilli(), To: r.To.UnixMilli()}}
}

// Prepare decides over which range the panel is computed, and with which values its queries and texts are filled
// in. The dashboard's variables must have been resolved.
func (j *Job) Prepare() error {
	macros, label, err := j.Request.ForPanel(j.Panel)
	if err != nil {
		return err
	}
	j.Macros, j.From, j.To = macros, macros.From, macros.To
	j.Range.From, j.Range.To = j.From.UnixMilli(), j.To.UnixMilli()
	if !j.Panel.HideTimeOverride {
		j.Range.Label = label
	}
	j.Env = &fieldconfig.Env{Now: j.shown(), Location: j.Request.Zone(), Colors: palette.New(j.Request.Theme),
		Replace: fieldconfig.Replacer(j.Macros)}
	return nil
}

// shown returns the instant that the panel shows: the end of its range, and now if the range goes on beyond. Times such as
// "an hour ago" count from it, so that a range of the past reads as it did then.
func (j *Job) shown() time.Time {
	if j.To.Before(j.Request.Now) {
		return j.To
	}
	return j.Request.Now
}
