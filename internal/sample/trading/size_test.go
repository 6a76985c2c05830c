package trading

import (
	"math"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskfile"
	"macrowatch/internal/sample/calendar"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/sample/strategy"
)

// days runs a simulated book under a mandate. It calls each after every snapshot.
func days(t *testing.T, seed uint64, to time.Time, m Mandate, each func(*Session, time.Time)) *market.Market {
	t.Helper()
	prices := market.Simulate(seed, market.Epoch(), to)
	setup, err := Open(prices, strategy.All(), m)
	if err != nil {
		t.Fatal(err)
	}
	s, trading := setup.Start(), calendar.New()
	for n := range prices.Days() {
		date := prices.Day(n)
		if !trading.Trades(calendar.B3, date) {
			continue
		}
		for _, class := range strategy.Classes() {
			s.Decide(class)
		}
		s.Mark(date)
		s.Trade()
		each(s, date)
	}
	return prices
}

// TestTheBookMeasuresItselfAsTheRiskStepDoes compares the figures that the book steers by with those of package risk, which
// computes each snapshot by itself.
func TestTheBookMeasuresItselfAsTheRiskStepDoes(t *testing.T) {
	t.Parallel()
	m := mandate(t)
	type snapshot struct {
		day  time.Time
		use  limitUse
		book risk.Book
	}
	var all []snapshot
	prices := days(t, 6, day(2023, 6, 30), m, func(s *Session, date time.Time) {
		if date.Day()%9 != 0 || date.Year() < 2021 {
			return
		}
		var book risk.Book
		for _, p := range s.Snapshot(date) {
			book = append(book, risk.Position{Strategy: p.Strategy, Instrument: p.Instrument, Weight: p.Weight})
		}
		all = append(all, snapshot{date, s.used, book})
	})
	history, err := risk.NewHistory(desk.BuiltInRules(), market.Classified(prices.Instruments()), prices.Prices(prices.First(), prices.Last()))
	if err != nil {
		t.Fatal(err)
	}
	for _, snapshot := range all {
		want := fullest(t, history, snapshot.book, snapshot.day)
		if math.Abs(snapshot.use.most/want-1) > 0.06 {
			t.Errorf("%s: the book takes %s for %.3f used; the risk step finds %.3f",
				snapshot.day.Format(time.DateOnly), snapshot.use.of, snapshot.use.most, want)
		}
	}
	if len(all) < 40 {
		t.Errorf("only %d snapshots were compared", len(all))
	}
}

// fullest returns how much a book uses of its fullest limit. It leaves out the limit on the drawdown.
func fullest(t *testing.T, h *risk.History, book risk.Book, date time.Time) float64 {
	t.Helper()
	file, err := riskfile.Default()
	if err != nil {
		t.Fatal(err)
	}
	s, err := h.Simulate(book, date, risk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var stress []risk.StressResult
	for _, scenario := range file.Scenarios {
		result, err := s.Stress(scenario)
		if err != nil {
			t.Fatal(err)
		}
		stress = append(stress, result)
	}
	for _, n := range file.ReplayDays {
		if replay, found := s.Replay(n); found {
			stress = append(stress, replay.StressResult)
		}
	}
	uses := file.Limits.Check(s, s.Measures(desk.Historical), risk.Drawdown{}, stress)
	return slices.MaxFunc(uses, func(a, b risk.LimitUse) int {
		return int(math.Copysign(1, a.UtilizationPct-b.UtilizationPct))
	}).UtilizationPct / 100
}

// TestTheBookHasTheVolatilityThatItIsSizedFor has no limits, so that nothing else makes the book smaller.
func TestTheBookHasTheVolatilityThatItIsSizedFor(t *testing.T) {
	t.Parallel()
	for _, target := range []float64{0.03, 0.05, 0.06} {
		before, sum, n := 0.0, 0.0, 0
		days(t, 9, day(2025, 12, 30), Mandate{Volatility: target}, func(s *Session, date time.Time) {
			if before > 0 && date.Year() > 2020 {
				r := s.nav/before - 1
				sum += r * r
				n++
			}
			before = s.nav
		})
		if got := math.Sqrt(sum / float64(n) * daysOfYear); got < 0.8*target || got > 1.3*target {
			t.Errorf("sized for %.1f %% the book has a volatility of %.2f %%", 100*target, 100*got)
		}
	}
}

// TestASmallerLimitMakesASmallerBook sets one limit after the other, each far below what the book would use.
func TestASmallerLimitMakesASmallerBook(t *testing.T) {
	t.Parallel()
	limit := func(x float64) *float64 { return &x }
	for _, c := range []struct {
		name   string
		limits risk.Limits
		value  func(exposure) float64
		most   float64
	}{
		{"gross leverage", risk.Limits{GrossLeverage: limit(1.5)}, func(e exposure) float64 { return e.gross }, 1.5},
		{"netted leverage", risk.Limits{NettedLeverage: limit(1)}, func(e exposure) float64 { return e.netted }, 1},
		{"single strategy", risk.Limits{StrategyGross: limit(0.15)}, func(e exposure) float64 { return slices.Max(e.strategy) }, 0.15},
		{"net Rates", risk.Limits{AssetClasses: map[string]*float64{"Rates": limit(0.1)}, AssetClassNet: limit(9)}, func(e exposure) float64 { return math.Abs(e.class["Rates"]) }, 0.1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			over, n := 0, 0
			days(t, 2, day(2021, 12, 30), Mandate{Volatility: 0.05, Limits: c.limits}, func(s *Session, date time.Time) {
				if date.Year() > 2020 {
					n++
					if c.value(s.exposure(s.weights)) > c.most {
						over++
					}
				}
			})
			if over*5 > n {
				t.Errorf("at most %v: breached on %d of %d days", c.most, over, n)
			}
		})
	}
}

func TestABreachIsFollowedByACutAndASlowReturn(t *testing.T) {
	t.Parallel()
	a := appetite{size: 1}
	a.follow(limitUse{most: 1.25})
	near(t, "after a breach", a.size, 0.65/1.25)
	if !a.breach {
		t.Error("a breach is none")
	}
	a.follow(limitUse{most: 0.65})
	near(t, "the day after", a.size, 0.65/1.25*1.01)
	a.follow(limitUse{most: 0.95})
	near(t, "near the limit", a.size, 0.65/1.25*1.01*0.9/0.95)
	for range 200 {
		a.follow(limitUse{most: 0.5})
	}
	near(t, "in the end", a.size, 1)
	if a.breach {
		t.Error("a breach never ends")
	}
}

func TestADrawdownShrinksTheBookBeforeItsLimit(t *testing.T) {
	t.Parallel()
	limit := 10.0
	s := &Session{setup: &Setup{mandate: Mandate{Limits: risk.Limits{MaxDrawdownPct: &limit}}}, peak: 100}
	for _, c := range []struct{ drawdown, want float64 }{
		{0, 1}, {0.04, 1}, {0.0625, 1 - 0.5*0.85}, {0.085, 0.15}, {0.12, 0.15},
	} {
		s.drawdown = c.drawdown
		near(t, "what is left of the book", s.inDrawdown(), c.want)
	}
}

func TestTheStateIsTheSnapshots(t *testing.T) {
	t.Parallel()
	m := mandate(t)
	n := 0
	days(t, 3, day(2020, 9, 30), m, func(s *Session, date time.Time) {
		n++
		state, gross, positions := s.State(), 0.0, 0
		for _, p := range s.Snapshot(date) {
			if p.Strategy != "CASH" {
				positions++
				gross += math.Abs(p.Weight)
			}
		}
		if math.Abs(state.Gross-gross) > 1e-12 || state.Positions != positions || state.Days != n || state.GrossLimit != 8 || state.Target != m.Volatility {
			t.Errorf("%s: %+v; the snapshot has %d positions of %.4f gross", date.Format(time.DateOnly), state, positions, gross)
		}
	})
	if n < 150 {
		t.Errorf("%d days", n)
	}
}
