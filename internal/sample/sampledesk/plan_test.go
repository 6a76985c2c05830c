package sampledesk

import (
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// The built-in desk names every step that the sample desk runs, and no other.
func TestTheBuiltInStepsAreThoseOfTheSampleDesk(t *testing.T) {
	t.Parallel()
	var named []string
	for _, s := range desk.BuiltInRules().Steps {
		named = append(named, s.Name)
	}
	runs := Steps()
	slices.Sort(runs)
	slices.Sort(named)
	if !slices.Equal(slices.Compact(runs), named) {
		t.Errorf("the sample desk runs %v, and the built-in rules have %v", runs, named)
	}
}

// The grace of the built-in steps fits how the sample desk runs. A tile is LATE or OVERDUE only on a bad day, and never
// on an ordinary one.
func TestTheSampleDesksRunsKeepTheirGrace(t *testing.T) {
	t.Parallel()
	rules := desk.BuiltInRules()
	hours := map[string]int{"0 6 * * 1-5": 6, "0 19 * * 1-5": 19, "0 6 * * 0,6": 6, "0 18 * * 0,6": 18}
	runs, late := 0, map[string]int{}
	for seed := range uint64(20) {
		seen := map[string]bool{}
		for _, r := range quarter(seed) {
			s, _ := rules.Step(r.Step)
			hour, known := hours[s.Cron]
			if !known {
				t.Fatalf("step %s is due at %q, which this test does not know", r.Step, s.Cron)
			}
			local := r.StartedAt.In(rules.Location())
			due := time.Date(local.Year(), local.Month(), local.Day(), hour, 0, 0, 0, rules.Location())
			if day := r.Step + civil(local).String(); !seen[day] {
				seen[day] = true
				if r.StartedAt.Before(due) || r.StartedAt.After(due.Add(s.StartGrace)) {
					late[r.Step+" starts"]++
				}
			}
			if r.Status == desk.Success && r.FinishedAt.After(due.Add(s.EndGrace)) {
				late[r.Step+" ends"]++
			}
			runs++
		}
	}
	for what, times := range late {
		if times*1000 > runs {
			t.Errorf("%s outside its grace in %d of %d runs", what, times, runs)
		}
	}
	t.Logf("%d runs, outside their grace: %v", runs, late)
}
