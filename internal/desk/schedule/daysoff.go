package schedule

import (
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/desk/holiday"
)

// daysOff says on which days a step is not run although it is due.
type daysOff struct {
	own     map[string]string // the names of the desk's own days off, by date
	markets []*holiday.Calendar
}

// daysOffOf returns the days off of a step.
func daysOffOf(rules desk.Rules, step desk.Step) (daysOff, error) {
	d := daysOff{own: map[string]string{}}
	for _, market := range rules.HolidaysOf(step) {
		calendar, err := holiday.Of(market)
		if err != nil {
			return d, err
		}
		d.markets = append(d.markets, calendar)
	}
	if step.KeepsOwnDays() {
		for _, day := range rules.Calendar.OwnDays {
			d.own[day.Date.Format(time.DateOnly)] = day.Name
		}
	}
	return d, nil
}

// on returns the name of a day off, "" for a day on which the step must run. The date is at midnight UTC.
func (d daysOff) on(date time.Time) string {
	if name := d.own[date.Format(time.DateOnly)]; name != "" {
		return name
	}
	for _, market := range d.markets {
		if name := market.On(date); name != "" {
			return name
		}
	}
	return ""
}
