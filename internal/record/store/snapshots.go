package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// deskDays lists the desk's book days from $1 to $2, with the instants at which each begins and ends. The last day before
// the weekend lasts until the weekend is over. The queries that use it look each day up in an index, so their cost depends on the number of
// days, not of rows.
const deskDays = `WITH days AS (
    SELECT day, day::timestamp AT TIME ZONE '{zone}' AS begins,
        (day + 1 + {daysAhead})::timestamp AT TIME ZONE '{zone}' AS ends
    FROM (SELECT $1::date + n AS day FROM generate_series(0, $2::date - $1::date) n) calendar
    WHERE {daysBack} = 0
)
`

const (
	snapshotBefore = `SELECT max("timestamp") FROM {portfolio_state} s WHERE "timestamp" <= $1`

	snapshotOldest = `SELECT min("timestamp") FROM {portfolio_state} s`

	snapshotRead = `SELECT "timestamp", strategy_id::text, instrument::text, weight::float8, total_equity::float8 FROM {portfolio_state} s
WHERE "timestamp" = ANY ($1) ORDER BY "timestamp", strategy_id, instrument`

	snapshotDailyNAVs = deskDays + `SELECT day, p."timestamp", p.total_equity::float8
FROM days CROSS JOIN LATERAL (
    SELECT "timestamp", total_equity FROM {portfolio_state} s
    WHERE "timestamp" >= begins AND "timestamp" < ends ORDER BY "timestamp" DESC LIMIT 1
) p ORDER BY day`

	riskDaily = deskDays + `SELECT day, r.computed_at, r.var_95_pct::float8, r.var_99_pct::float8
FROM days CROSS JOIN LATERAL (
    SELECT computed_at, var_95_pct, var_99_pct FROM {risk_metrics_daily} m
    WHERE computed_at >= begins AND computed_at < ends AND var_95_pct IS NOT NULL AND var_99_pct IS NOT NULL
    ORDER BY computed_at DESC LIMIT 1
) r ORDER BY day`

	riskBefore = `SELECT max(computed_at) FROM {risk_metrics_daily} m WHERE computed_at <= $1`

	riskNewest = `SELECT max(computed_at) FROM {risk_metrics_daily} m`

	backtestRead = `SELECT day, var_computed_at, var_95_pct, var_99_pct, hypothetical_pnl_pct, actual_return_pct
FROM risk_backtest WHERE day >= $1::date AND day <= $2::date ORDER BY day`
)

// SnapshotUpTo returns the time of the newest snapshot at or before a time, or zero if there is none.
func (s *Store) SnapshotUpTo(ctx context.Context, t time.Time) (time.Time, error) {
	return s.oneTime(ctx, "find the book's snapshot", snapshotBefore, t)
}

// SnapshotOldest returns the time of the first snapshot, or zero if there is none.
func (s *Store) SnapshotOldest(ctx context.Context) (time.Time, error) {
	return s.oneTime(ctx, "find the first snapshot", snapshotOldest)
}

// RiskNewest returns the newest book time for which risk is stored, or zero if there is none.
func (s *Store) RiskNewest(ctx context.Context) (time.Time, error) {
	return s.oneTime(ctx, "find the newest risk figures", riskNewest)
}

// usable replaces each {table} in a query by the rows of that table that can be used, and what the list of the desk's days
// takes from its rules.
func (s *Store) usable(sql string) string {
	sql = strings.NewReplacer("{zone}", s.rules.Zone, "{daysBack}", s.rules.Calendar.DaysBackSQL("day"), "{daysAhead}", s.rules.Calendar.DaysAheadSQL("day + 1")).Replace(sql)
	for _, t := range desk.UsableTables() {
		sql = strings.ReplaceAll(sql, "{"+t.Name+"}", desk.UsableRows(t.Name))
	}
	return sql
}

// RiskUpTo returns the newest book time at or before a time for which risk is stored, or zero if there is none.
func (s *Store) RiskUpTo(ctx context.Context, t time.Time) (time.Time, error) {
	return s.oneTime(ctx, "find the newest risk figures", riskBefore, t)
}

func (s *Store) oneTime(ctx context.Context, what, sql string, args ...any) (time.Time, error) {
	var at *time.Time
	if err := s.db().QueryRow(ctx, s.usable(sql), args...).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", what, translate(err))
	}
	if at == nil {
		return time.Time{}, nil
	}
	return *at, nil
}

// Snapshots returns the rows of the snapshots of some times, sorted by time, strategy and instrument. A time without
// a snapshot has no rows.
func (s *Store) Snapshots(ctx context.Context, times ...time.Time) ([]desk.PortfolioState, error) {
	rows, err := s.db().Query(ctx, s.usable(snapshotRead), times)
	if err != nil {
		return nil, fmt.Errorf("read the book: %w", translate(err))
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p desk.PortfolioState, err error) {
		return p, row.Scan(&p.Timestamp, &p.Strategy, &p.Instrument, &p.Weight, &p.TotalEquity)
	})
	if err != nil {
		return nil, fmt.Errorf("read the book: %w", translate(err))
	}
	return all, nil
}

// DailyNAVs returns the last NAV of each of the desk's book days from first to last, both included. A NAV of the
// weekend belongs to the day before it. Days without a snapshot are left out.
func (s *Store) DailyNAVs(ctx context.Context, first, last time.Time) ([]desk.DailyNAV, error) {
	rows, err := s.pool.Query(ctx, s.usable(snapshotDailyNAVs), first.Format(time.DateOnly), last.Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("read the daily NAVs: %w", translate(err))
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (n desk.DailyNAV, err error) {
		return n, row.Scan(&n.Day, &n.At, &n.NAV)
	})
	if err != nil {
		return nil, fmt.Errorf("read the daily NAVs: %w", translate(err))
	}
	return all, nil
}

// DailyVaRs returns the last stored VaR of each of the desk's book days from first to last, both included. A VaR of the
// weekend belongs to the day before it. Days without a VaR are left out.
func (s *Store) DailyVaRs(ctx context.Context, first, last time.Time) ([]desk.DailyVaR, error) {
	rows, err := s.pool.Query(ctx, s.usable(riskDaily), first.Format(time.DateOnly), last.Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("read the stored VaR: %w", translate(err))
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v desk.DailyVaR, err error) {
		return v, row.Scan(&v.Day, &v.ComputedAt, &v.VaR95Pct, &v.VaR99Pct)
	})
	if err != nil {
		return nil, fmt.Errorf("read the stored VaR: %w", translate(err))
	}
	return all, nil
}

// BacktestDays returns the tested days from first to last, both included, in order.
func (s *Store) BacktestDays(ctx context.Context, first, last time.Time) ([]desk.BacktestDay, error) {
	rows, err := s.pool.Query(ctx, backtestRead, first.Format(time.DateOnly), last.Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("read the backtest: %w", translate(err))
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (b desk.BacktestDay, err error) {
		return b, row.Scan(&b.Day, &b.VaRComputedAt, &b.VaR95Pct, &b.VaR99Pct, &b.HypotheticalPnLPct, &b.ActualReturnPct)
	})
	if err != nil {
		return nil, fmt.Errorf("read the backtest: %w", translate(err))
	}
	return all, nil
}
