package pnl_test

import (
	"math"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

func day(t testing.TB, text string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func pointer(x float64) *float64 { return &x }

func yieldOf(name string) desk.Instrument {
	return desk.Instrument{Name: name, Kind: desk.KindYield, QuotedIn: desk.InPercent}
}

func near(t testing.TB, what string, got, want, slack float64) {
	t.Helper()
	if !(math.Abs(got-want) <= slack) {
		t.Errorf("%s: %.15g, want %.15g", what, got, want)
	}
}
