package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	priceHistory = `SELECT instrument::text, price_date::date, price::float8 FROM {instrument_prices} p
WHERE price_date >= $1::date AND price_date <= $2::date AND ($3::text[] IS NULL OR instrument = ANY ($3::text[]))
ORDER BY instrument, price_date`

	pricesBefore = `SELECT asked.name, p.price_date::date, p.price::float8
FROM unnest($1::text[], $2::date[]) AS asked(name, day)
CROSS JOIN LATERAL (
    SELECT price_date, price FROM {instrument_prices} all_prices
    WHERE instrument::text = asked.name AND price_date < asked.day ORDER BY price_date DESC LIMIT 1
) p`

	priceSpan = `SELECT min(price_date)::date, max(price_date)::date FROM {instrument_prices} p`
)

// PriceHistory returns the prices of the named instruments, or of all if none is named, on the days from first to
// last, both included. They are sorted by instrument and day. It sends one query, however many instruments
// there are.
func (s *Store) PriceHistory(ctx context.Context, first, last time.Time, instruments ...string) ([]desk.Price, error) {
	rows, err := s.pool.Query(ctx, s.usable(priceHistory), first, last, instruments)
	if err != nil {
		return nil, fmt.Errorf("read prices: %w", translate(err))
	}
	var all []desk.Price
	var p desk.Price
	var name string
	_, err = pgx.ForEachRow(rows, []any{&name, &p.Date, &p.Value}, func() error {
		if name != p.Instrument { // so that all prices of an instrument share one string
			p.Instrument = name
		}
		all = append(all, p)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read prices: %w", translate(err))
	}
	return all, nil
}

// PriceSpan returns the first and the last day that has a price. Both are zero if there are no prices.
func (s *Store) PriceSpan(ctx context.Context) (first, last time.Time, err error) {
	var from, to *time.Time
	if err := s.pool.QueryRow(ctx, s.usable(priceSpan)).Scan(&from, &to); err != nil {
		return time.Time{}, time.Time{}, fmt.Errorf("read the days that have prices: %w", translate(err))
	}
	if from == nil {
		return time.Time{}, time.Time{}, nil
	}
	return *from, *to, nil
}

// PricesBefore returns, for each instrument, its last price before a day. days names the instruments and their
// days. An instrument without such a price is left out.
func (s *Store) PricesBefore(ctx context.Context, days map[string]time.Time) (map[string]desk.Price, error) {
	var names []string
	var before []time.Time
	for name, day := range days {
		names, before = append(names, name), append(before, day)
	}
	rows, err := s.db().Query(ctx, s.usable(pricesBefore), names, before)
	if err != nil {
		return nil, fmt.Errorf("read the prices before: %w", translate(err))
	}
	all := map[string]desk.Price{}
	var p desk.Price
	if _, err := pgx.ForEachRow(rows, []any{&p.Instrument, &p.Date, &p.Value}, func() error { all[p.Instrument] = p; return nil }); err != nil {
		return nil, fmt.Errorf("read the prices before: %w", translate(err))
	}
	return all, nil
}
