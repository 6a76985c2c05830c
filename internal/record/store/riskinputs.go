package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	// A computation is macrowatch's own if one of the tables that only macrowatch writes has a row of it.
	riskStored = `SELECT m.computed_at, coalesce(i.digest, ''), coalesce(i.rows_digest, '')
FROM risk_metrics_daily m LEFT JOIN risk_inputs i ON i.computed_at = m.computed_at
WHERE m.computed_at >= $1 AND m.computed_at <= $2 AND (i.computed_at IS NOT NULL
    OR EXISTS (SELECT FROM risk_measures r WHERE r.computed_at = m.computed_at)
    OR EXISTS (SELECT FROM risk_notes n WHERE n.computed_at = m.computed_at))
ORDER BY m.computed_at`

	// The columns among these that are NOT NULL. The tables are looked up in the search path, as in every query.
	riskNotNull = `SELECT c.oid::regclass::text || '.' || a.attname::text
FROM (VALUES ('risk_metrics_daily', '{var_95_pct,var_99_pct,cvar_95_pct}'::text[]), ('risk_limits_status', '{current_value,utilization_pct}')) wanted(name, columns)
JOIN pg_class c ON c.oid = to_regclass(wanted.name) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ANY (wanted.columns)
WHERE a.attnotnull ORDER BY c.relname, a.attnum`

	// The seed of each price's hash depends on its instrument and its day. So the order of the rows does not
	// matter, and a price that moves to another day changes the result.
	priceSignal = `SELECT count(*) || ' ' || coalesce(bit_xor(hashfloat8extended(price::float8, hashtextextended(instrument::text, price_date::date - date '2000-01-01'))), 0)
FROM {instrument_prices} p WHERE instrument = ANY ($1::text[]) AND price_date <= $2::date`
)

// RiskStored returns the computations that macrowatch itself has stored for the book times from first to last, both
// included, in order. It leaves out computations of another tool, because nothing says what they were computed from.
func (s *Store) RiskStored(ctx context.Context, first, last time.Time) ([]desk.StoredRisk, error) {
	rows, err := s.pool.Query(ctx, riskStored, first, last)
	if err != nil {
		return nil, fmt.Errorf("read what risk was computed from: %w", translate(err))
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r desk.StoredRisk, err error) {
		return r, row.Scan(&r.ComputedAt, &r.Digest, &r.RowsDigest)
	})
	if err != nil {
		return nil, fmt.Errorf("read what risk was computed from: %w", translate(err))
	}
	return all, nil
}

// RiskNotNull names the columns that should be able to hold NULL, for figures that are not known, but can't. There
// may be some if another tool made risk_metrics_daily or risk_limits_status. Each name is table.column.
func (s *Store) RiskNotNull(ctx context.Context) ([]string, error) {
	rows, err := s.pool.Query(ctx, riskNotNull)
	if err != nil {
		return nil, fmt.Errorf("look what the risk tables take: %w", translate(err))
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("look what the risk tables take: %w", translate(err))
	}
	return names, nil
}

// PriceSignal returns a text that changes when a price of the named instruments changes, up to a day. The database
// reads the prices but sends only this text.
func (s *Store) PriceSignal(ctx context.Context, to time.Time, instruments []string) (string, error) {
	var text string
	if err := s.pool.QueryRow(ctx, s.usable(priceSignal), instruments, to).Scan(&text); err != nil {
		return "", fmt.Errorf("look for new prices of the book: %w", translate(err))
	}
	return text, nil
}
