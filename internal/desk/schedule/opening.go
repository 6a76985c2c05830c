package schedule

import (
	"fmt"
	"time"

	"macrowatch/internal/desk"
)

// NextOpening returns when the desk opens next after the desk's day that has an instant: on the next day that is neither
// a weekend nor a holiday. The error says what is wrong with the desk's calendar.
func NextOpening(rules desk.Rules, at time.Time) (time.Time, error) {
	s, err := Of(rules, desk.Step{Name: "opening", Cron: fmt.Sprintf("0 %d * * *", rules.OpeningHour)})
	if err != nil {
		return time.Time{}, err
	}
	local := at.In(rules.Location())
	tomorrow := time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, rules.Location())
	for _, run := range s.Expected(tomorrow, tomorrow.AddDate(0, 0, mostDaysOff)) {
		if run.Skipped == "" {
			return run.DueAt, nil
		}
	}
	return tomorrow.Add(time.Duration(rules.OpeningHour) * time.Hour), nil
}

// mostDaysOff is longer than any row of weekends and holidays.
const mostDaysOff = 60
