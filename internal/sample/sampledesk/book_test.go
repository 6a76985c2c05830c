package sampledesk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/calendar"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/sample/strategy"
)

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// simulated opens a desk on simulated prices up to a day.
func simulated(t testing.TB, seed uint64, to time.Time) (*market.Market, *Book) {
	t.Helper()
	m := market.Simulate(seed, market.Epoch(), to)
	return m, open(t, seed, m)
}

func open(t testing.TB, seed uint64, m *market.Market) *Book {
	t.Helper()
	b, err := Desk{Seed: seed}.Open(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func collect(b *Book, from, to time.Time) []Day { return slices.Collect(b.Days(from, to)) }

func TestEverySignalAndPositionIsValid(t *testing.T) {
	t.Parallel()
	m, b := simulated(t, 20, date(2026, 10, 9))
	known := map[string]bool{}
	for _, i := range m.Instruments() {
		known[i.Name] = true
	}
	for day := range b.Days(m.First(), m.Last()) {
		for _, s := range day.Signals {
			if err := s.Validate(); err != nil || !known[s.Instrument] {
				t.Fatalf("%+v: %v", s, err)
			}
		}
		for _, p := range day.States {
			if err := p.Validate(); err != nil || !known[p.Instrument] && p.Strategy != "CASH" {
				t.Fatalf("%+v: %v", p, err)
			}
		}
	}
}

func TestEveryStrategyGoesBothWays(t *testing.T) {
	t.Parallel()
	m, b := simulated(t, 20, date(2026, 10, 9))
	seen, neutral := map[string]map[desk.Direction]int{}, 0
	for day := range b.Days(m.First(), m.Last()) {
		for _, s := range day.Signals {
			if seen[s.Strategy] == nil {
				seen[s.Strategy] = map[desk.Direction]int{}
			}
			seen[s.Strategy][s.Direction]++
			if s.Direction == desk.Neutral {
				neutral++
			}
		}
	}
	if all := strategy.All(); len(b.SittingOut()) > 0 || len(all) != 24 || len(seen) != 24 {
		t.Errorf("of %d strategies %d emit signals; sitting out: %v", len(all), len(seen), b.SittingOut())
	}
	for id, directions := range seen {
		if directions[desk.Long] == 0 || directions[desk.Short] == 0 {
			t.Errorf("%s emitted only %v", id, directions)
		}
	}
	if neutral == 0 {
		t.Error("no signal is ever neutral")
	}
}

func TestEveryTradingDayHasASnapshotUnlessThePortfolioFailed(t *testing.T) {
	t.Parallel()
	m, b := simulated(t, deskWithoutAPortfolio(t), date(2020, 12, 31))
	zone := desk.BuiltInRules().Location()
	trading := calendar.New()
	without, open, closed := 0, 0, 0
	for _, day := range collect(b, m.First(), date(2021, 1, 3)) {
		var portfolio time.Time
		for _, r := range day.Runs {
			if r.Step == "portfolio" && r.Status == desk.Success {
				portfolio = r.FinishedAt
			}
		}
		if !trading.Trades(calendar.B3, day.Date) {
			closed++
			if len(day.States)+len(day.Signals) > 0 || len(day.Runs) == 0 {
				t.Errorf("%s, on which B3 is closed: %d runs, %d signals, %d states", day.Date, len(day.Runs), len(day.Signals), len(day.States))
			}
			continue
		}
		open++
		if portfolio.IsZero() {
			without++
			if len(day.States) > 0 {
				t.Errorf("%s has a snapshot although the portfolio step failed", day.Date)
			}
			continue
		}
		if len(day.States) == 0 {
			t.Errorf("%s has no snapshot", day.Date)
		}
		for _, p := range day.States {
			if !p.Timestamp.Equal(portfolio) || p.TotalEquity != day.States[0].TotalEquity {
				t.Errorf("%s: %+v, the portfolio step ended at %s", day.Date, p, portfolio)
			}
			if at := p.Timestamp.In(zone); !civil(at).Equal(day.Date) || at.Hour() < desk.BuiltInRules().ClosingHour {
				t.Errorf("the snapshot of %s is as of %s", day.Date, at)
			}
		}
	}
	if without == 0 || without > 5 || open != tradingDaysOf2020 || open+closed != 368 {
		t.Errorf("%d of %d trading days have no snapshot; on %d days B3 is closed", without, open, closed)
	}
}

// tradingDaysOf2020 is the number of days on which B3 traded in 2020.
const tradingDaysOf2020 = 249

// deskWithoutAPortfolio returns the seed of one of the few desks that could not build their book on some trading day of
// 2020.
func deskWithoutAPortfolio(t *testing.T) uint64 {
	t.Helper()
	for seed := range uint64(200) {
		built := 0
		for _, r := range (Desk{Seed: seed}).Runs(local(2020, 1, 1, 0, 0), local(2021, 1, 1, 0, 0)) {
			if r.Step == "portfolio" && r.Status == desk.Success {
				built++
			}
		}
		if built < tradingDaysOf2020 {
			return seed
		}
	}
	t.Fatal("every desk has a portfolio on every day")
	return 0
}

func TestSignalsComeWithTheirClassesStep(t *testing.T) {
	t.Parallel()
	m, b := simulated(t, 20, date(2023, 12, 29))
	classes := map[string]string{"FX": "fx", "RATES": "rates", "INF": "inflation", "CUPOM": "cupom", "SOV": "sovereign", "CROSS": "cross_asset"}
	failed, trading := 0, calendar.New()
	for _, day := range collect(b, date(2022, 1, 3), m.Last()) {
		ended := map[string]time.Time{}
		for _, r := range day.Runs {
			if r.Status == desk.Success {
				ended[r.Step] = r.FinishedAt
			}
		}
		emitted := map[string]bool{}
		for _, s := range day.Signals {
			prefix, _, _ := strings.Cut(s.Strategy, "_")
			step := "signals_" + classes[prefix]
			emitted[step] = true
			if !s.GeneratedAt.Equal(ended[step]) {
				t.Fatalf("%s on %s was generated at %s; %s ended at %s", s.Strategy, day.Date, s.GeneratedAt, step, ended[step])
			}
		}
		for _, class := range classes {
			_, ran := ended["signals_"+class]
			if ran != emitted["signals_"+class] {
				t.Errorf("%s: signals_%s succeeded: %t, there are signals: %t", day.Date, class, ran, emitted["signals_"+class])
			}
			if !ran && trading.Trades(calendar.B3, day.Date) {
				failed++
			}
		}
	}
	if failed == 0 {
		t.Error("no class's step ever failed: the test shows little")
	}
}

func TestRowsOfASnapshotAreOrderedAndUnique(t *testing.T) {
	t.Parallel()
	m, b := simulated(t, 1, date(2022, 12, 30))
	for day := range b.Days(m.First(), m.Last()) {
		key := ""
		for _, p := range day.States {
			next := p.Strategy + " " + p.Instrument
			if next <= key || p.Weight == 0 && p.Strategy != "CASH" {
				t.Fatalf("%s: %q comes after %q, weight %v", day.Date, next, key, p.Weight)
			}
			key = next
		}
	}
}

func TestTheDayDoesNotDependOnTheRangeAsked(t *testing.T) {
	t.Parallel()
	m, b := simulated(t, 5, date(2021, 12, 31))
	whole := collect(b, m.First(), m.Last())
	part := collect(b, date(2021, 6, 5), date(2021, 7, 4))
	if len(part) != 30 {
		t.Fatalf("%d days", len(part))
	}
	for _, day := range part {
		n := slices.IndexFunc(whole, func(d Day) bool { return d.Date.Equal(day.Date) })
		if difference := differ(whole[n], day); difference != "" {
			t.Errorf("%s: %s", day.Date, difference)
		}
	}
	if early := collect(b, date(2010, 1, 1), date(2020, 1, 3)); len(early) != 2 || !early[0].Date.Equal(b.Opens()) {
		t.Errorf("%d days of the book before the fourth of January 2020", len(early))
	}
}

// differ says in what two days differ. It returns "" if they are equal.
func differ(a, b Day) string {
	switch {
	case !a.Date.Equal(b.Date):
		return fmt.Sprintf("dates %s and %s", a.Date, b.Date)
	case !slices.Equal(a.Runs, b.Runs):
		return "other runs"
	case !slices.EqualFunc(a.Signals, b.Signals, func(x, y desk.Signal) bool {
		strength := *x.Strength == *y.Strength
		x.Strength, y.Strength = nil, nil
		return strength && x == y
	}):
		return fmt.Sprintf("%d and %d signals, or other ones", len(a.Signals), len(b.Signals))
	case !slices.Equal(a.States, b.States):
		return fmt.Sprintf("%d and %d positions, or other ones", len(a.States), len(b.States))
	case !slices.Equal(a.Notes, b.Notes):
		return fmt.Sprintf("notes %q and %q", a.Notes, b.Notes)
	}
	return ""
}

func TestTheDaysRunsAreTheDesks(t *testing.T) {
	t.Parallel()
	_, b := simulated(t, 20, date(2020, 3, 31))
	var runs []desk.Run
	for _, day := range collect(b, date(2020, 3, 2), date(2020, 3, 29)) {
		runs = append(runs, day.Runs...)
	}
	want := Desk{Seed: 20}.Runs(local(2020, 3, 2, 0, 0), local(2020, 3, 30, 0, 0))
	same := func(a, b desk.Run) bool {
		a.ErrorMessage, b.ErrorMessage = "", "" // which may name the book
		return a == b
	}
	if !slices.EqualFunc(runs, want, same) {
		t.Errorf("%d runs by day, %d at once, or others", len(runs), len(want))
	}
}

func TestTheNAVIsBelievable(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{20, 1, 2} {
		m, b := simulated(t, seed, date(2026, 10, 9))
		figuresOf(b.Days(m.First(), m.Last())).check(t, fmt.Sprintf("seed %d", seed))
	}
}

func TestAfterTheLastPriceEverythingIsClosed(t *testing.T) {
	t.Parallel()
	m, b := simulated(t, 20, date(2022, 6, 30))
	days := collect(b, m.Last(), m.Last().AddDate(0, 0, 30))
	if len(days[0].States) < 20 {
		t.Errorf("on the last day of prices there are %d positions", len(days[0].States))
	}
	last := days[len(days)-1]
	for n := len(days) - 1; len(last.States) == 0; n-- {
		last = days[n]
	}
	if len(last.States) != 1 || last.States[0].Strategy != "CASH" {
		t.Errorf("a month later there are %d positions", len(last.States))
	}
}
