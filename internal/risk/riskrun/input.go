package riskrun

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/pnl"
)

// How many calendar days around the computed book times the backtest looks at. It looks back on 250 tested days, with room
// for as many again, and ahead to the day on which the last VaR is tested.
const (
	backtestLooksBack  = 2 * 365
	backtestLooksAhead = 14
)

// input is what a run has read. It does not change while the run computes.
type input struct {
	rules   desk.Rules
	history *risk.History
	// prices are the prices of the needed instruments, by instrument and in order of days.
	prices map[string][]desk.Price
	// instruments are all that the database has, by name. rates names, for each needed instrument, the exchange
	// rates that it needs.
	instruments map[string]desk.Instrument
	rates       map[string][]string
	// torn are the snapshots that look torn: written in pieces with different times. With each comes the time of a
	// snapshot that looks like another piece of it.
	torn map[instant]time.Time
	// books are the snapshots by their time.
	books map[instant]snapshot
	// leftOut are the values in another tool's tables that can't be used.
	leftOut []desk.LeftOut
	// navs are all daily NAVs in order.
	navs []desk.DailyNAV
	// stored are the VaRs that the backtest looks at, and tested are the days that tested them, both in order of days.
	stored []desk.DailyVaR
	tested []desk.BacktestDay
	// settings is the digest of the run's settings.
	settings []byte
}

// instant is a time in microseconds since 1970, as the database keeps it. Unlike a time.Time it can be the key of a map.
type instant int64

func instantOf(t time.Time) instant { return instant(t.UnixMicro()) }

// snapshot is the book at one time.
type snapshot struct {
	at   time.Time
	nav  float64
	book risk.Book
}

// read reads everything that is needed to compute the risk of some book times. The times come in order.
func read(ctx context.Context, s *store.Store, times []time.Time, proxies map[string]string) (*input, error) {
	rules := s.Rules()
	in := &input{rules: rules}
	oldest, err := s.SnapshotOldest(ctx)
	if err != nil {
		return nil, err
	}
	first, last := rules.BookDay(times[0]), rules.BookDay(times[len(times)-1])
	from, to := first.AddDate(0, 0, -backtestLooksBack), last.AddDate(0, 0, backtestLooksAhead)
	if in.navs, err = s.DailyNAVs(ctx, rules.BookDay(oldest), to); err != nil {
		return nil, err
	}
	if in.stored, err = s.DailyVaRs(ctx, from, to); err != nil {
		return nil, err
	}
	if in.tested, err = s.BacktestDays(ctx, from, to); err != nil {
		return nil, err
	}
	if err := in.readBooks(ctx, s, slices.Concat(times, in.untested(times))); err != nil {
		return nil, err
	}
	torn, err := s.TornSnapshots(ctx, times...)
	if err != nil {
		return nil, err
	}
	in.torn = make(map[instant]time.Time, len(torn))
	for at, before := range torn {
		in.torn[instantOf(at)] = before
	}
	instruments, err := s.InstrumentList(ctx)
	if err != nil {
		return nil, err
	}
	var needed []string
	needed, in.rates = instrumentsNeeded(instruments, in.books, proxies)
	var prices []desk.Price
	if len(needed) > 0 { // PriceHistory takes no names for all names
		if prices, err = s.PriceHistory(ctx, time.Time{}, to, needed...); err != nil {
			return nil, err
		}
	}
	if in.leftOut, err = s.LeftOut(ctx, times[0].AddDate(-1, 0, 0), times[len(times)-1], needed); err != nil {
		return nil, err
	}
	return in, in.fillHistory(instruments, needed, prices)
}

// fillHistory makes the history of the needed instruments. The prices come by instrument and day.
func (in *input) fillHistory(instruments []desk.Instrument, needed []string, prices []desk.Price) error {
	in.instruments = make(map[string]desk.Instrument, len(instruments))
	for _, i := range instruments {
		in.instruments[i.Name] = i
	}
	var listed []desk.Instrument
	for _, name := range needed {
		if i, known := in.instruments[name]; known {
			listed = append(listed, i)
		}
	}
	var err error
	if in.history, err = risk.NewHistory(in.rules, listed, prices); err != nil {
		return fmt.Errorf("lay out the prices: %w", err)
	}
	in.prices = map[string][]desk.Price{}
	for len(prices) > 0 {
		end := slices.IndexFunc(prices, func(p desk.Price) bool { return p.Instrument != prices[0].Instrument })
		if end < 0 {
			end = len(prices)
		}
		in.prices[prices[0].Instrument], prices = prices[:end], prices[end:]
	}
	return nil
}

// booksAtOnce is how many snapshots are read at once. The rows of a book take more memory than the book itself.
const booksAtOnce = 100

// readBooks reads the snapshots of some times.
func (in *input) readBooks(ctx context.Context, s *store.Store, times []time.Time) error {
	in.books = make(map[instant]snapshot, len(times))
	names := map[string]string{}
	for some := range slices.Chunk(times, booksAtOnce) {
		rows, err := s.Snapshots(ctx, some...)
		if err != nil {
			return err
		}
		maps.Copy(in.books, snapshots(rows, names))
	}
	return nil
}

// snapshots cuts rows into books. The rows come in order of time. All books share the strings in names, and those that
// are new are added there.
func snapshots(rows []desk.PortfolioState, names map[string]string) map[instant]snapshot {
	shared := func(name string) string {
		if _, known := names[name]; !known {
			names[name] = name
		}
		return names[name]
	}
	books := map[instant]snapshot{}
	for len(rows) > 0 {
		at := rows[0].Timestamp
		end := slices.IndexFunc(rows, func(r desk.PortfolioState) bool { return !r.Timestamp.Equal(at) })
		if end < 0 {
			end = len(rows)
		}
		s := snapshot{at: at, nav: rows[end-1].TotalEquity, book: make(risk.Book, end)}
		for n, r := range rows[:end] {
			s.book[n] = risk.Position{Strategy: shared(r.Strategy), Instrument: shared(r.Instrument), Weight: r.Weight}
		}
		books[instantOf(at)], rows = s, rows[end:]
	}
	return books
}

// instrumentsNeeded names the instruments whose prices are needed: those that are held, their proxies, and the exchange
// rates that turn the profit of both into BRL. It also returns which rates each of them needs.
func instrumentsNeeded(instruments []desk.Instrument, books map[instant]snapshot, proxies map[string]string) ([]string, map[string][]string) {
	names := map[string]bool{}
	for _, s := range books {
		for _, p := range s.book {
			names[p.Instrument] = true
			if proxy, has := proxies[p.Instrument]; has {
				names[proxy] = true
			}
		}
	}
	rates := map[string][]string{}
	for _, i := range instruments {
		if !names[i.Name] {
			continue
		}
		// If the profit can't be converted, the computation reports that.
		if conversion, err := pnl.ConversionOf(i, instruments); err == nil {
			rates[i.Name] = conversion.Needs()
		}
	}
	for _, some := range rates {
		for _, rate := range some {
			names[rate] = true
		}
	}
	return slices.Sorted(maps.Keys(names)), rates
}
