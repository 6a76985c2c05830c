package sampledesk

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskfile"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/testkit/testenv"
)

// judged is a snapshot of the book as package risk sees it. The sample desk steers by approximations of its own.
type judged struct {
	day   time.Time
	gross float64
	uses  []risk.LimitUse
	jumps int
}

// worst returns how much of its fullest limit a snapshot uses. 1 is all of it.
func (j judged) worst() (use float64, of string) {
	for _, u := range j.uses {
		if u.UtilizationPct > 100*use {
			use, of = u.UtilizationPct/100, u.Limit
		}
	}
	return use, of
}

// judge checks every n-th snapshot of a book against the built-in limits, where n is `every`. It begins with
// the day `from`.
func judge(t *testing.T, m *market.Market, b *Book, from time.Time, every int, options risk.Options) []judged {
	t.Helper()
	file, err := riskfile.Default()
	if err != nil {
		t.Fatal(err)
	}
	history, err := risk.NewHistory(desk.BuiltInRules(), Classified(m), m.Prices(m.First(), m.Last()))
	if err != nil {
		t.Fatal(err)
	}
	var all []judged
	var navs []desk.DailyNAV
	n := 0
	for day := range b.Days(m.First(), m.Last()) {
		if len(day.States) == 0 {
			continue
		}
		navs = append(navs, desk.DailyNAV{Day: day.Date, NAV: day.States[0].TotalEquity})
		if n++; day.Date.Before(from) || n%every != 0 {
			continue
		}
		j := judged{day: day.Date}
		var book risk.Book
		for _, p := range day.States {
			j.gross += math.Abs(p.Weight)
			book = append(book, risk.Position{Strategy: p.Strategy, Instrument: p.Instrument, Weight: p.Weight})
		}
		simulation, err := history.Simulate(book, day.Date, options)
		if errors.Is(err, risk.ErrTooFewReturns) {
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", day.Date.Format(time.DateOnly), err)
		}
		j.jumps = len(simulation.Report.Jumps)
		j.uses = limitsOf(t, file, simulation, navs)
		all = append(all, j)
	}
	return all
}

func limitsOf(t *testing.T, file riskfile.File, s *risk.Simulation, navs []desk.DailyNAV) []risk.LimitUse {
	t.Helper()
	drawdown, err := risk.DrawdownOf(navs)
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
	for _, days := range file.ReplayDays {
		if replay, found := s.Replay(days); found {
			stress = append(stress, replay.StressResult)
		}
	}
	return file.Limits.Check(s, s.Measures(desk.Historical), drawdown, stress)
}

// TestBreachesOfLimitsAreRareAndAreFollowedByACut judges every snapshot of two desks.
func TestBreachesOfLimitsAreRareAndAreFollowedByACut(t *testing.T) {
	t.Parallel()
	breaches := 0
	for _, seed := range []uint64{20, 3} {
		m, b := simulated(t, seed, date(2026, 11, 27))
		all := judge(t, m, b, m.First(), 1, risk.Options{})
		breaches += checkBreaches(t, fmt.Sprintf("seed %d", seed), all)
		for n := 1; n < len(all); n++ {
			before, _ := all[n-1].worst()
			if of := overSizeLimit(all[n-1]); of != "" && (all[n].gross > 0.85*all[n-1].gross || overSizeLimit(all[n]) != "") {
				now, _ := all[n].worst()
				t.Errorf("seed %d: on %s %s was used by %.0f %% at a gross leverage of %.2f, and on %s by %.0f %% at %.2f",
					seed, all[n-1].day.Format(time.DateOnly), of, 100*before, all[n-1].gross, all[n].day.Format(time.DateOnly), 100*now, all[n].gross)
			}
		}
	}
	if breaches < 3 {
		t.Errorf("two desks breached their limits on %d days in seven years: no manager would believe that", breaches)
	}
}

// TestBreachesAreRareWhateverTheSeed judges some snapshots of more desks.
func TestBreachesAreRareWhateverTheSeed(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds(1, 4, 2, 5, 7, 8, 11) {
		m, b := simulated(t, seed, date(2026, 11, 27))
		checkBreaches(t, fmt.Sprintf("seed %d", seed), judge(t, m, b, m.First(), 10, risk.Options{}))
	}
}

// seeds returns the seeds to test with: two in an ordinary run, all in a run at full length.
func seeds(all ...uint64) []uint64 {
	if testenv.Long() {
		return all
	}
	return all[:2]
}

// overSizeLimit names a limit that a snapshot breaches and that a smaller book would keep, "" if there is none. A smaller
// book does not end a drawdown.
func overSizeLimit(j judged) string {
	for _, u := range j.uses {
		if u.UtilizationPct > 100 && u.Limit != "Max drawdown" {
			return u.Limit
		}
	}
	return ""
}

// checkBreaches checks that each limit is in breach on at most 2 % of the days, and returns how many days were in breach of
// any limit. For the drawdown 5 % are allowed, since it lasts until the book has earned it back.
func checkBreaches(t *testing.T, what string, all []judged) int {
	t.Helper()
	breached, count, jumps, busy := map[string]int{}, 0, 0, 0
	for _, j := range all {
		for _, u := range j.uses {
			if u.UtilizationPct > 100 {
				breached[u.Limit]++
			}
		}
		use, _ := j.worst()
		if use > 1 {
			count++
		}
		if use > 0.3 {
			busy++
		}
		jumps = max(jumps, j.jumps)
	}
	t.Logf("%s: %d of %d days in breach: %v; at most %d jumps in a window", what, count, len(all), breached, jumps)
	for limit, n := range breached {
		allowed := 2
		if limit == "Max drawdown" {
			allowed = 5
		}
		if 100*n > allowed*len(all) {
			t.Errorf("%s: %s is in breach on %d of %d days", what, limit, n, len(all))
		}
	}
	if 3*busy < len(all) {
		t.Errorf("%s: only on %d of %d days is any limit used by 30 %%", what, busy, len(all))
	}
	return count
}

// TestSimulatedPricesHardlyEverJump counts the moves that the notes of the risk computation would name. Real prices have
// had up to four of them in a window.
func TestSimulatedPricesHardlyEverJump(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds(20, 5, 2, 7, 11) {
		m, b := simulated(t, seed, date(2026, 11, 27))
		for _, j := range judge(t, m, b, m.First(), 50, risk.Options{}) {
			if j.jumps > 4 {
				t.Errorf("seed %d, %s: %d moves of more than ten standard deviations would be noted", seed, j.day.Format(time.DateOnly), j.jumps)
			}
		}
	}
}

func TestOnRealPricesTheBookKeepsItsLimitsToo(t *testing.T) {
	t.Parallel()
	m := realMarket(t)
	b := open(t, 20, m)
	checkBreaches(t, "real prices", judge(t, m, b, date(2001, 1, 1), 15, risk.Options{AllowMissing: true}))

	// In March 2020 the book is cut, so that its volatility is the one that it is sized for.
	gross := map[string]float64{}
	for _, day := range slices.Collect(b.Days(date(2020, 2, 1), date(2020, 4, 30))) {
		for _, p := range day.States {
			gross[day.Date.Format(time.DateOnly)] += math.Abs(p.Weight)
		}
	}
	if before, after := gross["2020-02-19"], gross["2020-03-20"]; before == 0 || after > 0.75*before {
		t.Errorf("the gross leverage was %.2f on 19 February 2020 and %.2f on 20 March", before, after)
	}
}

// TestTheGrossLeverageIsNeverConstantForLong would find a cap at which the book stays.
func TestTheGrossLeverageIsNeverConstantForLong(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds(20, 4, 1, 2) {
		m, b := simulated(t, seed, date(2026, 11, 27))
		at, same, before, n := map[int]int{}, 0, -1.0, 0
		for day := range b.Days(m.First(), m.Last()) {
			if len(day.States) == 0 || day.Date.Before(date(2020, 7, 1)) {
				continue
			}
			gross := 0.0
			for _, p := range day.States {
				gross += math.Abs(p.Weight)
			}
			if n++; math.Abs(gross-before) < 1e-9 {
				same++
			} else {
				same = 0
			}
			if same > 2 {
				t.Errorf("seed %d, %s: the gross leverage is %v for the fourth day", seed, day.Date.Format(time.DateOnly), gross)
			}
			at[int(math.Round(100*gross))]++
			before = gross
		}
		for hundredths, days := range at {
			if days*20 > n {
				t.Errorf("seed %d: the gross leverage is %.2f on %d of %d days", seed, float64(hundredths)/100, days, n)
			}
		}
	}
}
