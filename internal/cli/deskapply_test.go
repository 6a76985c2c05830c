package cli

import (
	"testing"
	"time"

	"macrowatch/internal/record/store"
)

func TestDeskApplySaysWhatHasChanged(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 4, 24, 5, 0, 0, 0, time.UTC)
	for want, change := range map[string]store.PlanChange{
		"nothing has changed\n": {},
		"nothing has changed\nthe last expected run is due on 2026-04-24 05:00\n": {Until: until, RunsForgotten: 3},
		"2 steps added: fred, risk\n1 step removed: old\n1,204 expected runs added, 0 removed\nthe last expected run is due on 2026-04-24 05:00\n": {
			StepsAdded: []string{"fred", "risk"}, StepsRemoved: []string{"old"}, RunsAdded: 1204, Until: until},
		"the days on which the desk works are written anew\n":      {WorkingTime: true},
		"1 step changed: fred\n1 expected run added, 30 removed\n": {StepsChanged: []string{"fred"}, RunsAdded: 1, RunsRemoved: 30},
	} {
		if got := planText(change, time.UTC); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
