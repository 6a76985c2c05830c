package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	// A computation is macrowatch's own where one of its own tables has something of it.
	riskStored = `SELECT m.computed_at, coalesce(i.digest, ''), coalesce(i.rows_digest, '')
FROM risk_metrics_daily m LEFT JOIN risk_inputs i ON i.computed_at = m.computed_at
WHERE m.computed_at >= $1 AND m.computed_at <= $2 AND (i.computed_at IS NOT NULL
    OR EXISTS (SELECT FROM risk_measures r WHERE r.computed_at = m.computed_at)
    OR EXISTS (SELECT FROM risk_notes n WHERE n.computed_at = m.computed_at))
ORDER BY m.computed_at`

	// The columns of the desk's tables, found as every query finds them, that take no null.
	riskNotNull = `SELECT c.oid::regclass::text || '.' || a.attname::text
FROM (VALUES ('risk_metrics_daily', '{var_95_pct,var_99_pct,cvar_95_pct}'::text[]), ('risk_limits_status', '{current_value,utilization_pct}')) wanted(name, columns)
JOIN pg_class c ON c.oid = to_regclass(wanted.name) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ANY (wanted.columns)
WHERE a.attnotnull ORDER BY c.relname, a.attnum`

	// The seed of a price's hash says whose it is and of what day, so that the order does not matter.
	priceSignal = `SELECT count(*) || ' ' || coalesce(bit_xor(hashfloat8extended(price::float8, hashtextextended(instrument::text, price_date::date - date '2000-01-01'))), 0)
FROM {instrument_prices} p WHERE instrument = ANY ($1::text[]) AND price_date <= $2::date`
)

// RiskStored gives the computations of some book times, both ends included, that macrowatch itself has
// stored, in order; another tool's have nothing that says what they were computed from.
func (s *Store) RiskStored(ctx context.Context, from, to time.Time) ([]desk.StoredRisk, error) {
	rows, err := s.pool.Query(ctx, riskStored, from, to)
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

// RiskNotNull names the columns that must take a null for what is not known, and do not: of
// risk_metrics_daily and risk_limits_status, where another tool made them. Each is table.column.
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

// PriceSignal gives a text that changes when a price of the named instruments does, up to a day. It reads
// their prices and sends none.
func (s *Store) PriceSignal(ctx context.Context, to time.Time, instruments []string) (string, error) {
	var text string
	if err := s.pool.QueryRow(ctx, usable(priceSignal), instruments, to).Scan(&text); err != nil {
		return "", fmt.Errorf("look for new prices of the book: %w", translate(err))
	}
	return text, nil
}
