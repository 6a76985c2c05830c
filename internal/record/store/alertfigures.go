package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// Each statement reads the end of an index. Another tool's table may lack a column, which is then looked up by name.
const (
	figureNewest = `SELECT (SELECT max("timestamp") FROM portfolio_state WHERE "timestamp" <= $1),
    (SELECT max(generated_at) FROM strategy_signals WHERE generated_at <= $1)`

	figureRisk = `SELECT computed_at, max_drawdown::float8 FROM risk_metrics_daily WHERE computed_at <= $1 ORDER BY computed_at DESC LIMIT 1`

	figureLimits = `SELECT checked_at, limit_name::text, (to_jsonb(l) ->> 'limit_value')::float8, (to_jsonb(l) ->> 'current_value')::float8, utilization_pct::float8
FROM risk_limits_status l WHERE checked_at = (SELECT checked_at FROM risk_limits_status WHERE checked_at <= $1 ORDER BY checked_at DESC LIMIT 1)
ORDER BY limit_name::text`

	figureTested = `SELECT day, var_computed_at, var_95_pct, var_99_pct, hypothetical_pnl_pct, actual_return_pct FROM risk_backtest
WHERE day <= $1::date ORDER BY day DESC LIMIT 1`

	figureBacktests = `SELECT computed_at, confidence_pct, days, exceptions, coalesce(zone, '') FROM risk_backtest_summary WHERE computed_at = $1 ORDER BY confidence_pct`
)

// AlertFigures returns the newest figures up to a time. today is the desk's day at that time.
func (s *Store) AlertFigures(ctx context.Context, at, today time.Time) (desk.AlertFigures, error) {
	var f desk.AlertFigures
	for _, read := range []func() error{
		func() error {
			return s.pool.QueryRow(ctx, figureNewest, at).Scan(zeroIfNull{&f.BookAt}, zeroIfNull{&f.SignalsAt})
		},
		func() error {
			err := s.pool.QueryRow(ctx, figureRisk, at).Scan(zeroIfNull{&f.RiskAt}, &f.DrawdownPct)
			if f.DrawdownPct != nil && !isFinite(*f.DrawdownPct) {
				f.DrawdownPct = nil
			}
			return err
		},
		func() (err error) { f.Limits, err = collect(ctx, s.pool, scanLimit, figureLimits, at); return err },
		func() error {
			var b desk.BacktestDay
			err := s.pool.QueryRow(ctx, figureTested, today).Scan(&b.Day, &b.VaRComputedAt, &b.VaR95Pct, &b.VaR99Pct, &b.HypotheticalPnLPct, &b.ActualReturnPct)
			if err == nil {
				f.Tested = &b
			}
			return err
		},
		func() (err error) {
			f.Backtests, err = collect(ctx, s.pool, scanBacktest, figureBacktests, f.RiskAt)
			return err
		},
	} {
		if err := read(); err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return desk.AlertFigures{}, fmt.Errorf("read the newest figures: %w", translate(err))
		}
	}
	if len(f.Limits) > 0 {
		f.LimitsAt = f.Limits[0].CheckedAt
	}
	return f, nil
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func scanLimit(row pgx.CollectableRow) (desk.LimitStatus, error) {
	var l desk.LimitStatus
	var limit, current, used *float64
	if err := row.Scan(&l.CheckedAt, &l.Limit, &limit, &current, &used); err != nil {
		return l, err
	}
	if used == nil || !isFinite(*used) {
		l.Unknown = true
		return l, nil
	}
	l.UtilizationPct = *used
	// Without the two values the utilisation itself is compared with 100 percent.
	l.LimitValue, l.CurrentValue = 100, *used
	if limit != nil && current != nil && isFinite(*limit) && isFinite(*current) {
		l.LimitValue, l.CurrentValue = *limit, *current
	}
	return l, nil
}

func scanBacktest(row pgx.CollectableRow) (desk.BacktestSummary, error) {
	var b desk.BacktestSummary
	err := row.Scan(&b.ComputedAt, &b.ConfidencePct, &b.Days, &b.Exceptions, (*string)(&b.Zone))
	return b, err
}
