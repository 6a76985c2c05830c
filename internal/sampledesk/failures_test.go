package sampledesk

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestEveryFailureReadsWell(t *testing.T) {
	t.Parallel()
	monday := time.Date(2025, 11, 10, 0, 0, 0, 0, time.UTC)
	check := func(step string, f failure) {
		m := f.message(monday, rand.New(rand.NewPCG(1, 1)))
		switch {
		case m == "" || m != strings.TrimSpace(m):
			t.Errorf("%s: message %q is empty or padded", step, m)
		case !utf8.ValidString(m) || strings.ContainsRune(m, 0):
			t.Errorf("%s: message %q is not text", step, m)
		case len(m) > 4096:
			t.Errorf("%s: message of %d bytes, exec keeps 4096", step, len(m))
		case f.seconds < 1:
			t.Errorf("%s: %q takes %v s", step, m, f.seconds)
		}
		for _, name := range []string{"date", "prev", "prev_br", "prev_us", "prev_short", "month", "few", "number", "step", "connector"} {
			if strings.Contains(m, "{"+name+"}") {
				t.Errorf("%s: {%s} is left in %q", step, name, m)
			}
		}
	}
	for _, s := range append(weekdayPlan(), weekendPlan()...) {
		for _, f := range failuresOf(s.name) {
			check(s.name, f)
		}
		for _, c := range s.reads {
			f := missingInput(s.name, c)
			check(s.name, f)
			if m := f.message(monday, rand.New(rand.NewPCG(1, 1))); !strings.Contains(m, c) {
				t.Errorf("%s: %q does not name %s", s.name, m, c)
			}
		}
	}
}

func TestAMessageOfAMondaySpeaksOfFriday(t *testing.T) {
	t.Parallel()
	f := failure{text: "{date} {prev} {prev_br} {prev_us} {prev_short} {month}"}
	got := f.message(time.Date(2025, 11, 3, 0, 0, 0, 0, time.UTC), rand.New(rand.NewPCG(1, 1)))
	if want := "2025-11-03 2025-10-31 31/10/2025 10-31-2025 251031 202511"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryConnectorHasAFailureThatPasses(t *testing.T) {
	t.Parallel()
	for _, s := range connectorPlan() {
		passing := 0
		for _, f := range failuresOf(s.name) {
			if !f.lasting {
				passing++
			}
		}
		if passing == 0 {
			t.Errorf("%s has none: a failed refresh could not be followed by a good one", s.name)
		}
	}
}
