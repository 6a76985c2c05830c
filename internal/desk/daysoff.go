package desk

import (
	"time"

	"macrowatch/internal/desk/holiday"
)

// DaysOff are the holidays of some markets and the desk's own days off. It keeps the holidays that it has looked up, so
// only one goroutine may use it at a time.
type DaysOff struct {
	own     map[string]string // the names of the desk's own days off, by date
	markets []*holiday.Calendar
}

// DaysOff returns the days off of the desk. The error says which market is not known.
func (r Rules) DaysOff() (*DaysOff, error) { return r.daysOff(r.Calendar.Holidays, true) }

// StepDaysOff returns the days on which a step is not run although it is due. The error says which market is not known.
func (r Rules) StepDaysOff(s Step) (*DaysOff, error) {
	return r.daysOff(r.HolidaysOf(s), s.KeepsOwnDays())
}

func (r Rules) daysOff(markets []string, withOwn bool) (*DaysOff, error) {
	d := &DaysOff{own: map[string]string{}}
	for _, market := range markets {
		calendar, err := holiday.Of(market)
		if err != nil {
			return nil, err
		}
		d.markets = append(d.markets, calendar)
	}
	if withOwn {
		for _, day := range r.Calendar.OwnDays {
			d.own[day.Date.Format(time.DateOnly)] = day.Name
		}
	}
	return d, nil
}

// On returns the name of the day off that a date is, "" if it is none. The date is at midnight UTC.
func (d *DaysOff) On(date time.Time) string {
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
