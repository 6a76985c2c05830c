package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// The three queries that follow find the rows that can't be used: of the snapshots from $1 to $2, of all
// instruments, and of the prices of the instruments $1. A row without a time or a name counts for every
// stretch of time and every instrument.
func leftOutStates() string {
	return leftOutQuery("portfolio_state", `CASE WHEN "timestamp" BETWEEN '1000-01-01' AND '9999-12-31' THEN "timestamp" END`, `NULL`, `(
    SELECT * FROM portfolio_state
    WHERE "timestamp" BETWEEN $1 AND $2 OR "timestamp" IS NULL OR "timestamp" < '1000-01-01' OR "timestamp" > '9999-12-31'
) r`)
}

func leftOutInstruments() string {
	return leftOutQuery("instruments", `NULL::timestamptz`, `nullif(instrument::text, '')`, `instruments r`)
}

func leftOutPrices() string {
	return leftOutQuery("instrument_prices", `NULL::timestamptz`, `nullif(instrument::text, '')`, `(
    SELECT * FROM instrument_prices WHERE instrument = ANY ($1::text[]) OR instrument IS NULL OR instrument::text = ''
) r`)
}

func leftOutQuery(table, at, name, from string) string {
	return fmt.Sprintf(`SELECT row_key, column_name, value, problem, at, name FROM (%s) found`, desk.LeftOutRows(table, from, at+` AS at, `+name+` AS name`))
}

// LeftOut returns the rows and figures that risk can't use: of the snapshots of a stretch of time, of all
// instruments, and of the prices of some instruments. There can be some only in tables that another tool made.
func (s *Store) LeftOut(ctx context.Context, from, to time.Time, instruments []string) ([]desk.LeftOut, error) {
	var all []desk.LeftOut
	for _, q := range []struct {
		table, sql string
		args       []any
	}{
		{"portfolio_state", leftOutStates(), []any{from, to}},
		{"instruments", leftOutInstruments(), nil},
		{"instrument_prices", leftOutPrices(), []any{instruments}},
	} {
		rows, err := s.pool.Query(ctx, q.sql, q.args...)
		if err != nil {
			return nil, fmt.Errorf("look for rows that can't be used: %w", translate(err))
		}
		some, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l desk.LeftOut, err error) {
			l.Table = q.table
			return l, row.Scan(&l.Key, &l.Column, &l.Value, &l.Problem, &l.At, &l.Name)
		})
		if err != nil {
			return nil, fmt.Errorf("look for rows that can't be used: %w", translate(err))
		}
		all = append(all, some...)
	}
	return all, nil
}
