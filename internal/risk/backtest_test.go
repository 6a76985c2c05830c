package risk_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/risk"
)

// Kupiec's table of the exceptions at which a model is not rejected at 95 % confidence, as Jorion prints
// it (Value at Risk, table 6-2): N is strictly between the two.
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
		for x := range c.below + 20 {
			test := risk.Kupiec(c.days, x, c.p)
			accepted := test.Statistic < critical
			if c.above == -1 && x == 0 {
				continue // the table calls no exception in 255 days acceptable by the regulators' choice
			}
			if want := x > c.above && x < c.below; accepted != want {
				t.Errorf("p %v, %d days, %d exceptions: statistic %.3f", c.p, c.days, x, test.Statistic)
			}
			if (test.PValue > 0.05) != accepted {
				t.Errorf("p-value %v and statistic %v disagree", test.PValue, test.Statistic)
			}
		}
	}
}

func TestKupiecByHand(t *testing.T) {
	t.Parallel()
	// 6 of 250 at 1 %: −2·[244·ln 0.99 + 6·ln 0.01 − 244·ln(244/250) − 6·ln(6/250)]
	want := -2 * (244*math.Log(0.99) + 6*math.Log(0.01) - 244*math.Log(244./250) - 6*math.Log(6./250))
	near(t, "6 of 250", risk.Kupiec(250, 6, 0.01).Statistic, want, 1e-12)
	near(t, "6 of 250, printed", risk.Kupiec(250, 6, 0.01).Statistic, 3.5554, 1e-4)
	// none: −2·250·ln 0.99
	near(t, "0 of 250", risk.Kupiec(250, 0, 0.01).Statistic, 5.025167926750725, 1e-12)
	near(t, "all", risk.Kupiec(3, 3, 0.01).Statistic, -6*math.Log(0.01), 1e-12)
	near(t, "as expected", risk.Kupiec(100, 1, 0.01).Statistic, 0, 1e-12)
}

func TestChristoffersenByHand(t *testing.T) {
	t.Parallel()
	// 0 1 1 0 0 0 1 0 0 0: nine steps; from 0: to 0 four times, to 1 twice; from 1: to 0 twice, to 1 once.
	// q = 3/9, q0 = 2/6, q1 = 1/3: all alike, so the statistic is 0.
	alike := []bool{false, true, true, false, false, false, true, false, false, false}
	near(t, "independent", risk.Christoffersen(alike).Statistic, 0, 1e-12)
	// 0 0 0 0 1 1 1 1 0 0: from 0: to 0 four times, to 1 once; from 1: to 0 once, to 1 three times. q = 4/9.
	clustered := []bool{false, false, false, false, true, true, true, true, false, false}
	want := -2 * (5*math.Log(5./9) + 4*math.Log(4./9) - 4*math.Log(4./5) - math.Log(1./5) - math.Log(1./4) - 3*math.Log(3./4))
	got := risk.Christoffersen(clustered)
	near(t, "clustered", got.Statistic, want, 1e-12)
	near(t, "clustered, printed", got.Statistic, 2.8626, 1e-4)
	if none := risk.Christoffersen(make([]bool, 10)); none.Statistic != 0 || none.PValue != 1 {
		t.Errorf("without exceptions: %+v", none)
	}
	// One exception on the last day but one: 1 − q1 = 1.
	if one := risk.Christoffersen([]bool{false, false, true, false}); math.IsNaN(one.Statistic) || one.Statistic < 0 {
		t.Errorf("one exception: %+v", one)
	}
}

func TestBacktestCountsLossesBeyondAndNotAtTheValueAtRisk(t *testing.T) {
	t.Parallel()
	first := date(t, "2026-01-05")
	var days []risk.BacktestDay
	for n := range 250 {
		days = append(days, risk.BacktestDay{Day: first.AddDate(0, 0, n), VaR: 2, PnL: 0.1})
	}
	days[10].PnL = -2         // at the VaR: no exception
	days[20].PnL = -2.0000001 // beyond
	days[21].PnL = -5
	days[30].VaR, days[30].PnL = -1, 0.5 // a book that had to gain 1 and gained half
	b, err := risk.BacktestOf(days, 0.99)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Exceptions) != 3 || !b.Exceptions[0].Equal(days[20].Day) || !b.Exceptions[2].Equal(days[30].Day) || b.Zone != risk.Green {
		t.Errorf("%v, %s", b.Exceptions, b.Zone)
	}
	near(t, "expected", b.Expected, 2.5, 1e-12)
	near(t, "joint", b.Joint.Statistic, b.Kupiec.Statistic+b.Independence.Statistic, 1e-12)
	near(t, "joint p", b.Joint.PValue, math.Exp(-b.Joint.Statistic/2), 1e-12) // χ² with two degrees of freedom
	at95, err := risk.BacktestOf(days, 0.95)
	if err != nil || at95.Zone != "" {
		t.Errorf("zone %q at 95 %%, %v", at95.Zone, err)
	}
}

func TestTrafficLight(t *testing.T) {
	t.Parallel()
	for count, want := range map[int]risk.Zone{0: risk.Green, 4: risk.Green, 5: risk.Yellow, 9: risk.Yellow, 10: risk.Red, 50: risk.Red} {
		if got := risk.TrafficLight(count); got != want {
			t.Errorf("%d exceptions: %s, want %s", count, got, want)
		}
	}
}

func TestBacktestRefusesNothingAndNonsense(t *testing.T) {
	t.Parallel()
	if _, err := risk.BacktestOf(nil, 0.99); err == nil {
		t.Error("no days were taken")
	}
	_, err := risk.BacktestOf([]risk.BacktestDay{{Day: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), VaR: math.NaN()}}, 0.99)
	if err == nil || !strings.Contains(err.Error(), "2026-01-05") {
		t.Errorf("%v", err)
	}
}
