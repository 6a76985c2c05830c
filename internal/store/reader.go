package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const readerKnown = `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`

// deskTables are the tables that a reader may read.
func deskTables() []string {
	return []string{"pipeline_runs", "strategy_signals", "portfolio_state", "risk_metrics_daily",
		"stress_test_results", "risk_limits_status", "instruments", "instrument_prices"}
}

// GrantReading lets a role read the desk's tables, and nothing else of them. It reports whether
// there is such a role: without one nothing is done, since making logins is not macrowatch's.
func GrantReading(ctx context.Context, pool *pgxpool.Pool, role string) (known bool, err error) {
	if err := pool.QueryRow(ctx, readerKnown, role).Scan(&known); err != nil || !known {
		return false, translate(err)
	}
	quoted := pgx.Identifier{role}.Sanitize()
	return true, pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		for _, table := range deskTables() {
			if _, err := tx.Exec(ctx, "GRANT SELECT ON "+pgx.Identifier{table}.Sanitize()+" TO "+quoted); err != nil {
				return fmt.Errorf("grant reading of %s to %s: %w", table, role, translate(err))
			}
		}
		return nil
	})
}
