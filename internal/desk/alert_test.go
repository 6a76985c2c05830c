package desk_test

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
)

func TestASilenceFitsBySubjectAndPattern(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		rule, pattern, subject string
		want                   bool
	}{
		{"", "fred", "fred", true},
		{"", "fred", "fredd", false},
		{"", "fred*", "fred", true},
		{"", "fred*", "fred_daily", true},
		{"", "fred*", "alfred", false},
		{"", "*fred", "alfred", true},
		{"", "*_prices", "closing_prices", true},
		{"", "b*_*s", "bcb_ptax_rates", true},
		{"", "b*_*s", "bcb", false},
		{"", "a*a", "a", false}, // one letter can't be the beginning and the end
		{"", "VaR 9?%", "VaR 99%", false},
		{"", "VaR*", "VaR 99%", true},
		{"limit_breach", "", "VaR 99%", true},
		{"limit_breach", "VaR*", "VaR 99%", true},
		{"limit_warning", "VaR*", "VaR 99%", false},
		{"limit_breach", "*", "VaR 99%", true},
	} {
		s := desk.AlertSilence{Rule: c.rule, Subject: c.pattern, StartsAt: from, EndsAt: from.Add(time.Hour)}
		if got := s.Fits(desk.Alert{Rule: "limit_breach", Subject: c.subject}, from); got != c.want {
			t.Errorf("the silence of %q and %q fits %q: %v", c.rule, c.pattern, c.subject, got)
		}
		if s.Fits(desk.Alert{Rule: "limit_breach", Subject: c.subject}, s.EndsAt) {
			t.Errorf("the silence of %q holds after its end", c.pattern)
		}
	}
	for _, all := range []string{"", "*", "**"} {
		if err := (desk.AlertSilence{Subject: all, StartsAt: from, EndsAt: from.Add(time.Hour)}).Validate(); err == nil {
			t.Errorf("the subject %q silences everything", all)
		}
	}
}
