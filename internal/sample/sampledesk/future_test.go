package sampledesk

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/sample/market"
)

// changedAfter returns a copy of a market in which one instrument's prices after a day are changed: all of them at random
// (`how` is 0), one of them (1), or all removed (2). If there are no such prices it returns the market itself.
func changedAfter(t *testing.T, m *market.Market, day time.Time, instrument string, how int, random *rand.Rand) *market.Market {
	t.Helper()
	prices := m.Prices(m.First(), m.Last())
	var later []int
	for n, p := range prices {
		if p.Instrument == instrument && p.Date.After(day) {
			later = append(later, n)
		}
	}
	if len(later) == 0 {
		return m
	}
	switch how {
	case 0: // every later price
		for _, n := range later {
			prices[n].Value *= 0.5 + random.Float64()
		}
	case 1: // one of them
		prices[later[random.IntN(len(later))]].Value *= 1.5
	case 2: // all gone
		kept := prices[:0]
		for _, p := range prices {
			if p.Instrument != instrument || !p.Date.After(day) {
				kept = append(kept, p)
			}
		}
		prices = kept
	}
	changed, err := market.New(m.Instruments(), prices)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// seesNoFuture compares a desk's days up to a day with those on a market that differs after that day. It reports whether
// any later day differs.
func seesNoFuture(t *testing.T, seed uint64, whole []Day, m *market.Market, from, day time.Time, instrument string, how int, random *rand.Rand) bool {
	t.Helper()
	changed := open(t, seed, changedAfter(t, m, day, instrument, how, random))
	last := day.AddDate(0, 0, 40)
	n, differs := 0, false
	for got := range changed.Days(from, last) {
		if n == len(whole) {
			break
		}
		difference := differ(whole[n], got)
		if difference != "" && !got.Date.After(day) {
			t.Fatalf("prices of %s after %s were changed (%d), and %s is another day: %s",
				instrument, day.Format(time.DateOnly), how, got.Date.Format(time.DateOnly), difference)
		}
		differs = differs || difference != ""
		n++
	}
	return differs
}

func TestNothingThatTheDeskComputesSeesTheFuture(t *testing.T) {
	t.Parallel()
	const seed = 20
	m, b := simulated(t, seed, date(2022, 12, 30))
	whole := collect(b, m.First(), m.Last())
	random := rand.New(rand.NewPCG(11, 12))
	instruments := m.Instruments()
	changed := 0
	for trial := range 24 {
		// The first months are left out: the book is empty then, and a change might never show.
		day := m.Day(300 + random.IntN(m.Days()-320))
		instrument := instruments[random.IntN(len(instruments))].Name
		if seesNoFuture(t, seed, whole, m, m.First(), day, instrument, trial%3, random) {
			changed++
		}
	}
	// The desk must see the change later on. Otherwise the test would show nothing.
	if changed < 10 {
		t.Errorf("only %d of 24 changes changed a later day: the test shows little", changed)
	}
}

func TestNothingSeesTheFutureOnRealPrices(t *testing.T) {
	t.Parallel()
	const seed = 20
	m := realMarket(t)
	b := open(t, seed, m)
	random := rand.New(rand.NewPCG(13, 14))
	changed := 0
	for trial, c := range []struct {
		day        time.Time
		instrument string
	}{{date(1999, 1, 12), "USDBRL"}, {date(2003, 6, 30), "UST10Y"}, {date(2008, 10, 10), "EMBI_BR"}} {
		from := c.day.AddDate(-2, 0, 0)
		whole := collect(b, from, c.day.AddDate(0, 0, 40))
		if seesNoFuture(t, seed, whole, m, from, c.day, c.instrument, trial, random) {
			changed++
		}
	}
	if changed < 2 {
		t.Errorf("only %d of 3 changes changed a later day", changed)
	}
}

func TestARealMarketIsTradedForDecades(t *testing.T) {
	t.Parallel()
	m := realMarket(t)
	b := open(t, 20, m)
	if want := date(1995, 1, 2); !b.Opens().Equal(want) {
		t.Errorf("the book opens on %s, want %s, USDBRL's first day", b.Opens(), want)
	}
	days := collect(b, m.First(), m.Last())
	figuresOf(slices.Values(days)).check(t, "real prices")
	out := map[string]bool{}
	for _, s := range b.SittingOut() {
		out[s.Strategy] = true
		t.Logf("%s sits out: %s", s.Strategy, s.Reason)
	}
	for _, id := range []string{"CUPOM_TSMOM", "CUPOM_SLOPE", "CUPOM_BASIS"} {
		if !out[id] {
			t.Errorf("%s does not sit out, without cupom", id)
		}
	}
	if len(out) != 3 {
		t.Errorf("%d strategies sit out", len(out))
	}
	noted := map[string]bool{}
	for _, day := range days {
		for _, n := range day.Notes {
			noted[n] = true
		}
		for _, p := range day.States {
			if p.Instrument == "USDKRW" && day.Date.After(date(2021, 7, 13)) {
				t.Fatalf("USDKRW, which ended on 2021-07-02, is held on %s", day.Date)
			}
		}
	}
	for _, want := range []string{
		"no move of WTI on 2020-04-20: from 18.31 to -36.98: a simple return across zero has no meaning",
		"USDKRW has had no price since 2021-07-02: closed at that price, 1132.42",
	} {
		if !noted[want] {
			t.Errorf("no note says %q", want)
		}
	}
}

func TestClassifiedLeavesNoInstrumentWithoutAClass(t *testing.T) {
	t.Parallel()
	for _, m := range []*market.Market{market.Simulate(1, market.Epoch(), market.Epoch()), realMarket(t)} {
		for _, i := range Classified(m) {
			if market.ClassOf(i) == "" {
				t.Errorf("%s has no class", i.Name)
			}
			if err := i.Validate(); err != nil {
				t.Errorf("%s: %v", i.Name, err)
			}
		}
	}
}

// A first start of demo needs every day, and a later one only the days since.
func BenchmarkFiveYears(b *testing.B) {
	m := market.Simulate(20, market.Epoch(), date(2024, 12, 31))
	for _, c := range []struct {
		name      string
		from      time.Time
		snapshots int
	}{{"all", m.First(), 1200}, {"last", m.Last().AddDate(0, 0, -7), 3}} {
		b.Run("days="+c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				snapshots := 0
				for day := range open(b, 20, m).Days(c.from, m.Last()) {
					if len(day.States) > 0 {
						snapshots++
					}
				}
				if snapshots < c.snapshots {
					b.Fatalf("%d snapshots", snapshots)
				}
			}
		})
	}
}
