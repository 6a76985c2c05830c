package request

import (
	"time"

	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
)

// defaultMinimum is the shortest $__interval of a panel that names none, as in Grafana's SQL datasources.
const defaultMinimum = time.Minute

// ForPanel returns the context from which a panel's queries and texts are filled in. It has the panel's own
// range of time if there is one (timeFrom, timeShift), and an interval that suits the panel's width. The
// result `label` names the panel's own range, such as "Last 5 years". It is empty if the panel has none.
func (r Request) ForPanel(p *model.Panel) (c macro.Context, label string, err error) {
	timeFrom, timeShift, interval := p.TimeFrom, p.TimeShift, p.Interval
	for _, setting := range []*string{&timeFrom, &timeShift, &interval} { // each may name variables
		if *setting, err = macro.InterpolateAs(*setting, "glob", r.Macros(r.Range, 0)); err != nil {
			return macro.Context{}, "", err
		}
	}
	over, label, err := r.Override(r.Range, timeFrom, timeShift)
	if err != nil {
		return macro.Context{}, "", err
	}
	minimum := defaultMinimum
	if interval != "" {
		if minimum, err = macro.ParseMinimum(interval); err != nil {
			return macro.Context{}, "", err
		}
	}
	points := p.MaxDataPoints
	if points <= 0 {
		points = r.DrawnWidth()
	}
	return r.Macros(over, macro.Interval(over, points, minimum)), label, nil
}

// OverRange returns the context from which the queries of the whole page, such as annotations, are filled in.
func (r Request) OverRange() macro.Context {
	return r.Macros(r.Range, macro.Interval(r.Range, r.DrawnWidth(), defaultMinimum))
}
