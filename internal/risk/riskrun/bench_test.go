package riskrun

import (
	"fmt"
	"math"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/risk"
	"macrowatch/internal/testkit/pgtest"
)

// benchmarkInput is an input of some instruments with prices of priceDays weekdays, and snapshots of the last bookDays of
// them. Half of the instruments are yields. Some of the prices are in dollars.
func benchmarkInput(t testing.TB, instruments, priceDays, bookDays int) (*input, []time.Time) {
	t.Helper()
	rows := makeRows(instruments, priceDays, bookDays)
	in := &input{rules: desk.BuiltInRules(), navs: rows.navs, books: snapshots(rows.states, map[string]string{})}
	if err := in.fillHistory(rows.instruments, rows.names, rows.prices); err != nil {
		t.Fatal(err)
	}
	return in, rows.times
}

// benchmarkRows are what a database would hold.
type benchmarkRows struct {
	instruments []desk.Instrument
	names       []string
	prices      []desk.Price
	states      []desk.PortfolioState
	navs        []desk.DailyNAV
	times       []time.Time
}

// makeRows makes up the rows, from a fixed seed.
func makeRows(instruments, priceDays, bookDays int) benchmarkRows {
	random := rand.New(rand.NewPCG(5, 6))
	var listed []desk.Instrument
	var names []string
	var prices []desk.Price
	var days []time.Time
	for day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC); len(days) < priceDays; day = day.AddDate(0, 0, -1) {
		if !desk.BuiltInRules().Calendar.IsWeekend(day) {
			days = append([]time.Time{day}, days...)
		}
	}
	for n := range instruments {
		i := desk.Instrument{Name: fmt.Sprintf("I%02d", n), Kind: desk.KindPrice, QuotedIn: "USD per unit"}
		switch {
		case n == 0:
			i.Name, i.QuotedIn = "USDBRL", "BRL per USD"
		case n%4 == 1:
			tenor := 1 + float64(n)/4
			i = desk.Instrument{Name: fmt.Sprintf("DI_%02dY", n), Kind: desk.KindYield, QuotedIn: desk.InPercent, TenorYears: &tenor}
		case n%4 == 3:
			i = desk.Instrument{Name: fmt.Sprintf("NTNB_%02d", n), Kind: desk.KindYield, QuotedIn: desk.InPercent, Maturity: time.Date(2030+n%10, 8, 15, 0, 0, 0, 0, time.UTC)}
		}
		listed, names = append(listed, i), append(names, i.Name)
		level := 10.0
		for _, day := range days {
			level *= math.Exp(random.NormFloat64() / 100)
			prices = append(prices, desk.Price{Instrument: i.Name, Date: day, Value: level})
		}
	}
	var states []desk.PortfolioState
	var times []time.Time
	var navs []desk.DailyNAV
	nav := 100.0
	for _, day := range days[priceDays-bookDays:] {
		at := day.Add(23 * time.Hour) // 20:00 in the desk's zone
		times = append(times, at)
		nav *= 1 + random.NormFloat64()/200
		for n, name := range names {
			states = append(states, desk.PortfolioState{Timestamp: at, Strategy: fmt.Sprintf("FX_%d", n%6), Instrument: name,
				Weight: random.NormFloat64() / 20, TotalEquity: nav})
		}
		navs = append(navs, desk.DailyNAV{Day: day, At: at, NAV: nav})
	}
	return benchmarkRows{listed, names, prices, states, navs, times}
}

func benchmarkSettings() Settings {
	percent, bp, limit := -20.0, 200.0, 5.0
	s := Settings{ReplayDays: []int{1, 10}, Limits: risk.Limits{VaR95Pct: &limit, GrossLeverage: &limit, AssetClassNet: &limit, StressLossPct: &limit}}
	for n := range 14 { // as many scenarios and shocks as the default risk file has
		scenario := risk.Scenario{Name: fmt.Sprintf("Scenario %d", n), Shocks: []risk.Shock{{Prefix: "I", Percent: &percent}, {Prefix: "USD", Percent: &percent}, {Prefix: "DI", BP: &bp}, {Prefix: "NTN", BP: &bp}}}
		for k := range 30 {
			scenario.Shocks = append(scenario.Shocks, risk.Shock{Prefix: fmt.Sprintf("X%02d", k), Percent: &percent})
		}
		s.Scenarios = append(s.Scenarios, scenario)
	}
	return s
}

// processorTime is the time that this process has used on all processors. The clock says little if other processes use them
// too.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// BenchmarkBackfill computes the risk of 1 000 days of a book of 50 instruments, without a database and on one processor: VaR
// and CVaR by all methods, contributions, stress, limits and the backtest.
func BenchmarkBackfill(b *testing.B) {
	for _, history := range []int{1_510, 5_000} {
		b.Run(fmt.Sprintf("history=%d", history), func(b *testing.B) {
			in, times := benchmarkInput(b, 50, history, 1_000)
			settings := benchmarkSettings()
			before := processorTime(b)
			for b.Loop() {
				var done computedRisk
				err := in.computeAll(b.Context(), times, settings, Options{Workers: 1}, func(some computedRisk) error {
					done.add(some)
					return nil
				})
				if err != nil || len(done.computed) != 1_000 || len(done.changed) != 999 {
					b.Fatal(len(done.computed), len(done.changed), done.refused, err)
				}
			}
			b.ReportMetric((processorTime(b)-before).Seconds()/float64(b.N), "processor-s/backfill")
		})
	}
}

// BenchmarkBackfillOnDatabase does the same with a database, reading and storing included.
func BenchmarkBackfillOnDatabase(b *testing.B) {
	rows := makeRows(50, 1_510, 1_000)
	s := store.New(pgtest.Migrated(b), nil)
	if _, err := s.InstrumentUpsert(b.Context(), rows.instruments...); err != nil {
		b.Fatal(err)
	}
	if _, err := s.PriceUpsert(b.Context(), rows.prices...); err != nil {
		b.Fatal(err)
	}
	if _, err := s.PortfolioStateUpsert(b.Context(), rows.states...); err != nil {
		b.Fatal(err)
	}
	runner := New(s, benchmarkSettings(), Options{Workers: 1})
	before := processorTime(b)
	for b.Loop() {
		result, err := runner.Backfill(b.Context(), desk.BuiltInRules().BookDay(rows.times[0]), desk.BuiltInRules().BookDay(rows.times[999]))
		if err != nil || len(result.Computed) != 1_000 {
			b.Fatal(len(result.Computed), result.Refused, err)
		}
	}
	b.ReportMetric((processorTime(b)-before).Seconds()/float64(b.N), "processor-s/backfill")
}
