package desk

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Calendar says on which days the desk does not work.
type Calendar struct {
	Weekend  []time.Weekday // the days of every week on which the desk does not work
	Holidays []string       // the markets whose holidays the desk keeps, unless a step says otherwise
	OwnDays  []OwnDay       // days off of the desk's own
}

// OwnDay is a day off of the desk's own.
type OwnDay struct {
	Date time.Time // at midnight UTC
	Name string
}

// Validate returns what is wrong with the calendar in one sentence, or nil. It does not know which markets have
// holidays.
func (c Calendar) Validate() error {
	for n, day := range c.Weekend {
		switch {
		case day < time.Sunday || day > time.Saturday:
			return fmt.Errorf("the weekend has the day %d, which is not from 0 to 6", int(day))
		case slices.Contains(c.Weekend[:n], day):
			return fmt.Errorf("the weekend has %v twice", day)
		}
	}
	if len(c.Weekend) > 6 {
		return errors.New("the weekend has every day of the week, so the desk never works")
	}
	if market, there := firstTwice(c.Holidays); there {
		return fmt.Errorf("the calendar names the holidays of %s twice", market)
	}
	for n, day := range c.OwnDays {
		date := day.Date.Format(time.DateOnly)
		switch problem := NameProblem(day.Name); {
		case day.Date.IsZero():
			return fmt.Errorf("the desk's own day off %q has no date", day.Name)
		case day.Name == "":
			return fmt.Errorf("the desk's own day off on %s has no name", date)
		case problem != "":
			return fmt.Errorf("the name of the desk's own day off on %s %s", date, problem)
		case slices.ContainsFunc(c.OwnDays[:n], func(o OwnDay) bool { return o.Date.Equal(day.Date) }):
			return fmt.Errorf("the desk's own day off on %s is listed twice", date)
		}
	}
	return nil
}
