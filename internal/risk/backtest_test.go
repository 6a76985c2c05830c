package risk_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// Kupiec published a table of the numbers of exceptions at which a model is not rejected at 95 % confidence. Jorion prints
// it (Value at Risk, table 6-2). The number must lie strictly between above and below.
func TestKupiecAcceptsExactlyWhatItsPublishedTableAccepts(t *testing.T) {
	t.Parallel()
	const critical = 3.841458820694124 // χ² with one degree of freedom at 95 %
	for _, c := range []struct {
		p     float64
		days  int
		above int // −1: none is too few
		below int
	}{
		{0.01, 255, -1, 7}, {0.01, 510, 1, 11}, {0.01, 1000, 4, 17},
		{0.025, 255, 2, 12}, {0.025, 510, 6, 21}, {0.025, 1000, 15, 36},
		{0.05, 255, 6, 21}, {0.05, 510, 16, 36}, {0.05, 1000, 37, 65},
		{0.075, 255, 11, 28}, {0.075, 510, 27, 51}, {0.075, 1000, 59, 92},
		{0.10, 255, 16, 36}, {0.10, 510, 38, 65}, {0.10, 1000, 81, 120},
	} {
		t.Run(fmt.Sprintf("p %v, %d days", c.p, c.days), func(t *testing.T) {
			t.Parallel()
			for x := range c.below + 20 {
				test := risk.Kupiec(c.days, x, c.p)
				accepted := test.LR < critical
				if c.above == -1 && x == 0 {
					continue // the regulators chose to accept no exception in 255 days, and the table follows them
				}
				if want := x > c.above && x < c.below; accepted != want {
					t.Errorf("%d exceptions: statistic %.3f", x, test.LR)
				}
				if (test.P > 0.05) != accepted {
					t.Errorf("p-value %v and statistic %v disagree", test.P, test.LR)
				}
			}
		})
	}
}

func TestKupiecByHand(t *testing.T) {
	t.Parallel()
	// 6 of 250 at 1 %: −2·[244·ln 0.99 + 6·ln 0.01 − 244·ln(244/250) − 6·ln(6/250)]
	want := -2 * (244*math.Log(0.99) + 6*math.Log(0.01) - 244*math.Log(244./250) - 6*math.Log(6./250))
	near(t, "6 of 250", risk.Kupiec(250, 6, 0.01).LR, want, 1e-12)
	near(t, "6 of 250, printed", risk.Kupiec(250, 6, 0.01).LR, 3.5554, 1e-4)
	// none: −2·250·ln 0.99
	near(t, "0 of 250", risk.Kupiec(250, 0, 0.01).LR, 5.025167926750725, 1e-12)
	near(t, "all", risk.Kupiec(3, 3, 0.01).LR, -6*math.Log(0.01), 1e-12)
	near(t, "as expected", risk.Kupiec(100, 1, 0.01).LR, 0, 1e-12)
}

func TestChristoffersenByHand(t *testing.T) {
	t.Parallel()
	// 0 1 1 0 0 0 1 0 0 0: nine steps; from 0: to 0 four times, to 1 twice; from 1: to 0 twice, to 1 once.
	// q = 3/9, q0 = 2/6, q1 = 1/3: all alike, so the statistic is 0.
	alike := []bool{false, true, true, false, false, false, true, false, false, false}
	near(t, "independent", risk.Christoffersen(alike).LR, 0, 1e-12)
	// 0 0 0 0 1 1 1 1 0 0: from 0: to 0 four times, to 1 once; from 1: to 0 once, to 1 three times. q = 4/9.
	clustered := []bool{false, false, false, false, true, true, true, true, false, false}
	want := -2 * (5*math.Log(5./9) + 4*math.Log(4./9) - 4*math.Log(4./5) - math.Log(1./5) - math.Log(1./4) - 3*math.Log(3./4))
	got := risk.Christoffersen(clustered)
	near(t, "clustered", got.LR, want, 1e-12)
	near(t, "clustered, printed", got.LR, 2.8626, 1e-4)
	if none := risk.Christoffersen(make([]bool, 10)); none.LR != 0 || none.P != 1 {
		t.Errorf("without exceptions: %+v", none)
	}
	// One exception on the last day but one: 1 − q1 = 1.
	if one := risk.Christoffersen([]bool{false, false, true, false}); math.IsNaN(one.LR) || one.LR < 0 {
		t.Errorf("one exception: %+v", one)
	}
}

func TestBacktestCountsLossesBeyondAndNotAtTheValueAtRisk(t *testing.T) {
	t.Parallel()
	first := date(t, "2026-01-05")
	var days []desk.BacktestDay
	for n := range 250 {
		days = append(days, desk.BacktestDay{Day: first.AddDate(0, 0, n), VaR95Pct: 2, VaR99Pct: 2, HypotheticalPnLPct: 0.1})
	}
	days[10].HypotheticalPnLPct = -2         // at the VaR: no exception
	days[20].HypotheticalPnLPct = -2.0000001 // beyond
	days[21].HypotheticalPnLPct = -5
	days[30].VaR99Pct, days[30].HypotheticalPnLPct = -1, 0.5 // a book that had to gain 1 and gained half
	b, err := risk.BacktestOf(days, 99)
	if err != nil {
		t.Fatal(err)
	}
	if b.Exceptions != 3 || !b.ExceptionDays[0].Equal(days[20].Day) || !b.ExceptionDays[2].Equal(days[30].Day) || b.Zone != desk.Green {
		t.Errorf("%v, %s", b.ExceptionDays, b.Zone)
	}
	near(t, "expected", b.Expected, 2.5, 1e-12)
	near(t, "joint", b.Joint.LR, b.Kupiec.LR+b.Christoffersen.LR, 1e-12)
	near(t, "joint p", b.Joint.P, math.Exp(-b.Joint.LR/2), 1e-12) // χ² with two degrees of freedom
	at95, err := risk.BacktestOf(days, 95)
	if err != nil || at95.Zone != "" {
		t.Errorf("zone %q at 95 %%, %v", at95.Zone, err)
	}
}

func TestTrafficLight(t *testing.T) {
	t.Parallel()
	for count, want := range map[int]desk.TrafficLight{0: desk.Green, 4: desk.Green, 5: desk.Yellow, 9: desk.Yellow, 10: desk.Red, 50: desk.Red} {
		t.Run(fmt.Sprint(count, " exceptions"), func(t *testing.T) {
			t.Parallel()
			if got := risk.TrafficLight(count); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

func TestBacktestRefusesNothingAndNonsense(t *testing.T) {
	t.Parallel()
	if _, err := risk.BacktestOf(nil, 99); err == nil {
		t.Error("no days were taken")
	}
	_, err := risk.BacktestOf([]desk.BacktestDay{{Day: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), VaR99Pct: math.NaN()}}, 99)
	if err == nil || !strings.Contains(err.Error(), "2026-01-05") {
		t.Errorf("%v", err)
	}
	if _, err := risk.BacktestOf([]desk.BacktestDay{{VaR99Pct: 1}}, 97.5); err == nil || !strings.Contains(err.Error(), "97.5 %") {
		t.Errorf("a confidence without a stored VaR: %v", err)
	}
}
