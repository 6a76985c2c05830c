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

// Job is the work of computing one panel.
type Job struct {
	kind      Kind
	Dashboard *model.Dashboard
	Panel     *model.Panel
	Request   request.Request
	// From and To are the range that the panel shows: the reader's, or the panel's own. The request's Range
	// is the range of the whole page.
	From, To time.Time
	Range    view.Range
	Macros   macro.Context
	Env      *fieldconfig.Env
	Frames   []*frame.Frame
	Notices  *notice.List
	Marks    annotation.Marks
	Details  Details
	// address fills in the addresses of links. It is nil until the first one.
	address func(string, fieldconfig.Scope) string
}

// Configure applies the panel's field settings to its fields. What the panel does not set has the default of
// its kind.
func (j *Job) Configure() settings.FieldConfig {
	fc := j.Panel.Fields
	fc.Defaults = fc.Defaults.Over(j.kind.Defaults().Over(settings.StandardDefaults()))
	j.Notices.AddAll(fieldconfig.Apply(j.Frames, fc, j.Env))
	return fc
}

// Unsupported is the view of a panel that can't be drawn. The message says why.
func Unsupported(message string) *view.View { return &view.View{Kind: "unsupported", Message: message} }

// Empty is the view of a panel without data. It shows the panel's own noValue if that is set, and the message otherwise.
func (j *Job) Empty(message string) *view.View {
	if s := js.Text(j.Panel.Fields.Defaults["noValue"]); s != "" {
		message = s
	}
	return &view.View{Kind: "empty", Message: message}
}

// HasRows reports whether any frame has rows.
func (j *Job) HasRows() bool {
	for _, fr := range j.Frames {
		if fr.Length > 0 && len(fr.Fields) > 0 {
			return true
		}
	}
	return false
}

// TimeAxis is the time axis of the drawing, in the reader's zone, with as many ticks as its width has room for.
func (j *Job) TimeAxis() view.Axis { return j.TimeAxisOf(0) }

// TimeAxisOf is a time axis whose ticks are at least about `least` milliseconds apart, so that columns of that width have
// one tick each at most.
func (j *Job) TimeAxisOf(least float64) view.Axis {
	from, to := j.From.UnixMilli(), j.To.UnixMilli()
	a := view.Axis{Placement: "bottom", Min: float64(from), Max: float64(to)}
	span := max(to-from, 1)
	width := int64(max(j.Request.DrawnWidth()-60, 60)) // the value axis takes about 60 pixels
	for _, s := range axis.TimeSteps() {
		pattern := axis.TimePattern(s.Ms, span)
		need := int64(len(pattern)*7 + 18)
		if s.Ms*width/span < need || float64(s.Ms) < 0.9*least {
			continue
		}
		for _, t := range axis.TimeTicks(s, j.From.In(j.Env.Location), j.To) {
			a.Ticks = append(a.Ticks, view.Tick{Value: float64(t.UnixMilli()), Text: unit.FormatTime(t, pattern)})
		}
		return a
	}
	return a
}
