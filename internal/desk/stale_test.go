package desk_test

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
)

func TestAWeekendAgesNothing(t *testing.T) {
	t.Parallel()
	friday := time.Date(2026, 6, 12, 18, 0, 0, 0, desk.BuiltInRules().Location())
	for name, c := range map[string]struct {
		now  time.Time
		want bool // stale
	}{
		"Monday morning":  {time.Date(2026, 6, 15, 9, 0, 0, 0, desk.BuiltInRules().Location()), false},
		"Monday night":    {time.Date(2026, 6, 15, 23, 0, 0, 0, desk.BuiltInRules().Location()), false},
		"Tuesday at noon": {time.Date(2026, 6, 16, 12, 0, 0, 0, desk.BuiltInRules().Location()), true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := desk.BuiltInRules().Stale(friday, c.now); got != c.want {
				t.Errorf("stale: %v", got)
			}
		})
	}
}
