package samplerecord

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/anydesk"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/sample/sampledesk"
)

// Source says which prices the desk runs on.
type Source string

// The two sources.
const (
	Simulated Source = "simulated" // computed from the desk's seed
	Imported  Source = "imported"  // the prices in the table instrument_prices
)

// settingSource is the setting that says which source a database's sample desk runs on.
const settingSource = "sample_prices"

// Source returns the source that the database's desk runs on. If none has been noted yet, it is Imported if the
// database has prices, otherwise Simulated.
func (r *Record) Source(ctx context.Context) (Source, error) {
	noted, ok, err := r.notedSource(ctx)
	if err != nil || ok {
		return noted, err
	}
	first, _, err := r.store.PriceSpan(ctx)
	if err != nil {
		return "", err
	}
	if first.IsZero() {
		return Simulated, nil
	}
	return Imported, nil
}

// notedSource returns the source that a write has noted, and whether there is one.
func (r *Record) notedSource(ctx context.Context) (Source, bool, error) {
	value, ok, err := r.store.Setting(ctx, settingSource)
	if err != nil || !ok {
		return "", false, err
	}
	return Source(value), true, nil
}

// RequireImportable returns an error if the database's desk has run on simulated prices. Imported prices of other days
// would look like the same history.
func (r *Record) RequireImportable(ctx context.Context) error {
	noted, ok, err := r.notedSource(ctx)
	if err == nil && ok && noted == Simulated {
		err = errors.New("this sample desk runs on simulated prices, which real ones must not be mixed with")
	}
	return err
}

// LastDay returns the last day for which the desk's source has prices, or zero if the source never ends.
func (r *Record) LastDay(ctx context.Context) (time.Time, error) {
	source, err := r.Source(ctx)
	if err != nil || source == Simulated {
		return time.Time{}, err
	}
	_, last, err := r.store.PriceSpan(ctx)
	return last, err
}

// prices has the prices of the desk's instruments.
type prices interface {
	Prices(from, to time.Time) []desk.Price
}

// book has the desk's days.
type book interface {
	Opens() time.Time
	SittingOut() []sampledesk.SitOut
	Days(from, to time.Time) iter.Seq[sampledesk.Day]
}

// openOther returns the prices and the book of a desk that is made up from its rules. It writes the instruments.
func (r *Record) openOther(ctx context.Context, to time.Time) (prices, book, error) {
	if to.Before(anydesk.Epoch()) {
		return nil, nil, fmt.Errorf("the sample desk of a desk file begins on %s; there is nothing before that day's close", anydesk.Epoch().Format(time.DateOnly))
	}
	b, err := r.other.Open(to)
	if err != nil {
		return nil, nil, fmt.Errorf("open the sample desk: %w", err)
	}
	if _, err := r.store.InstrumentUpsert(ctx, b.Instruments()...); err != nil {
		return nil, nil, fmt.Errorf("write instruments: %w", err)
	}
	return b, b, nil
}

// open returns the desk's market and book with the source's prices up to a day. It writes the instruments. To an
// instrument without an asset class it gives the class that the desk knows.
func (r *Record) open(ctx context.Context, source Source, to time.Time) (prices, book, error) {
	if r.other != nil {
		return r.openOther(ctx, to)
	}
	var m *market.Market
	if source == Simulated {
		if to.Before(market.Epoch()) {
			return nil, nil, fmt.Errorf("the sample desk's simulated prices begin on %s; there is nothing before that day's close",
				market.Epoch().Format(time.DateOnly))
		}
		m = market.Simulate(r.desk.Seed, market.Epoch(), to)
	} else {
		var err error
		if m, err = r.imported(ctx, to); err != nil {
			return nil, nil, err
		}
	}
	opened, err := r.desk.Open(m)
	if err != nil {
		return nil, nil, fmt.Errorf("open the sample desk: %w", err)
	}
	if _, err := r.store.InstrumentUpsert(ctx, sampledesk.Classified(m)...); err != nil {
		return nil, nil, fmt.Errorf("write instruments: %w", err)
	}
	return m, opened, nil
}

func (r *Record) imported(ctx context.Context, to time.Time) (*market.Market, error) {
	instruments, err := r.store.InstrumentList(ctx)
	if err != nil {
		return nil, err
	}
	prices, err := r.store.PriceHistory(ctx, time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC), to)
	if err != nil {
		return nil, err
	}
	if len(prices) == 0 {
		return nil, fmt.Errorf("the database has no prices of any day up to %s", to.Format(time.DateOnly))
	}
	return market.New(instruments, prices)
}
