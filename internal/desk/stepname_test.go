package desk_test

import (
	"strings"
	"testing"

	"macrowatch/internal/desk"
)

func TestStepNamesThatADashboardCanShow(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"fred", "bcb_sgs", "Fetch rates (São Paulo)", strings.Repeat("é", 200)} {
		if err := desk.ValidateStep(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", " ", " fred", "fred\n", "a\nb", "a\x00b", "\xff", strings.Repeat("x", 201)} {
		if err := desk.ValidateStep(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
