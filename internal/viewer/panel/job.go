package panel

import (
	"time"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// Job is one panel being computed.
type Job struct {
	Dashboard *model.Dashboard
	Panel     *model.Panel
	Request   request.Request
	From, To  time.Time // after the panel's own range
	Macros    macro.Context
	Env       *fieldconfig.Env
	Frames    []*frame.Frame
	Notices   *notice.List
	Marks     annotation.Marks
	Details   Details
}

// Configure applies the panel's field settings over those that its kind has by default.
func (j *Job) Configure(kindDefaults settings.Object) settings.FieldConfig {
	fc := j.Panel.Fields
	fc.Defaults = fc.Defaults.Over(kindDefaults.Over(settings.StandardDefaults()))
	j.Notices.AddAll(fieldconfig.Apply(j.Frames, fc, j.Env))
	return fc
}

// Unsupported says in a panel's place that it can't be drawn.
func Unsupported(message string) *view.View { return &view.View{Kind: "unsupported", Message: message} }

// Empty is what a panel without data shows.
func (j *Job) Empty(message string) *view.View {
	if s := js.Text(j.Panel.Fields.Defaults["noValue"]); s != "" {
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

// TimeAxis is the time axis of a drawing that is width pixels wide, in the reader's zone.
func (j *Job) TimeAxis() view.Axis {
	from, to := j.From.UnixMilli(), j.To.UnixMilli()
	a := view.Axis{Placement: "bottom", Min: float64(from), Max: float64(to)}
	span := max(to-from, 1)
	width := int64(max(j.Request.DrawnWidth()-60, 60)) // the value axis takes about 60 pixels
	for _, s := range axis.TimeSteps() {
		pattern := axis.TimePattern(s.Ms, span)
		need := int64(len(pattern)*7 + 18)
		if s.Ms*width/span < need {
			continue
		}
		for _, t := range axis.TimeTicks(s, j.From.In(j.Env.Location), j.To) {
			a.Ticks = append(a.Ticks, view.Tick{Value: float64(t.UnixMilli()), Text: unit.FormatTime(t, pattern)})
		}
		return a
	}
	return a
}
