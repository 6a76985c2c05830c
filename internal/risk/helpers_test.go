package risk_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

func date(t testing.TB, text string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func history(t testing.TB, instruments []desk.Instrument, prices []desk.Price) *risk.History {
	t.Helper()
	h, err := risk.NewHistory(desk.BuiltInRules(), instruments, prices)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func simulate(t testing.TB, h *risk.History, book risk.Book, asOf time.Time, o risk.Options) *risk.Simulation {
	t.Helper()
	s, err := h.Simulate(book, asOf, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func near(t testing.TB, what string, got, want, slack float64) {
	t.Helper()
	if !(math.Abs(got-want) <= slack) {
		t.Errorf("%s: %.16g, want %.16g", what, got, want)
	}
}

// noteTexts are a report's sentences, a line each.
func noteTexts(r risk.Report) string {
	var lines []string
	for _, n := range r.Notes() {
		lines = append(lines, n.Text)
	}
	return strings.Join(lines, "\n")
}
