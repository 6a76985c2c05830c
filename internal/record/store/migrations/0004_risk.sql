CREATE TABLE risk_metrics_daily (
    computed_at           timestamptz NOT NULL,
    var_95_pct            float8      NOT NULL,
    var_99_pct            float8      NOT NULL,
    cvar_95_pct           float8      NOT NULL,
    max_drawdown          float8      NOT NULL,
    max_drawdown_252d_pct float8      NOT NULL,
    stored_at             timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT risk_metrics_daily_pkey PRIMARY KEY (computed_at),
    CONSTRAINT risk_metrics_daily_computed_at_finite CHECK (isfinite(computed_at)),
    CONSTRAINT risk_metrics_daily_var_95_finite CHECK (var_95_pct > '-Infinity' AND var_95_pct < 'Infinity'),
    CONSTRAINT risk_metrics_daily_var_99_finite CHECK (var_99_pct > '-Infinity' AND var_99_pct < 'Infinity'),
    CONSTRAINT risk_metrics_daily_cvar_95_finite CHECK (cvar_95_pct > '-Infinity' AND cvar_95_pct < 'Infinity'),
    CONSTRAINT risk_metrics_daily_max_drawdown_not_negative CHECK (max_drawdown >= 0 AND max_drawdown < 'Infinity'),
    CONSTRAINT risk_metrics_daily_max_drawdown_252d_not_negative CHECK (max_drawdown_252d_pct >= 0 AND max_drawdown_252d_pct < 'Infinity'),
    CONSTRAINT risk_metrics_daily_stored_at_finite CHECK (isfinite(stored_at))
);

COMMENT ON TABLE risk_metrics_daily IS 'One row per risk computation. Computing a day again replaces it.';
COMMENT ON COLUMN risk_metrics_daily.computed_at IS 'The book time that the figures are for.';
COMMENT ON COLUMN risk_metrics_daily.var_95_pct IS 'One-day value at risk at 95 %, percent of NAV, a loss is positive.';
COMMENT ON COLUMN risk_metrics_daily.var_99_pct IS 'One-day value at risk at 99 %, percent of NAV, a loss is positive.';
COMMENT ON COLUMN risk_metrics_daily.cvar_95_pct IS 'One-day expected shortfall at 95 %, percent of NAV, a loss is positive.';
COMMENT ON COLUMN risk_metrics_daily.max_drawdown IS 'The fall of the latest NAV from its running peak, percent, positive.';
COMMENT ON COLUMN risk_metrics_daily.max_drawdown_252d_pct IS 'The worst fall from a peak to a later trough within the last 252 daily NAVs, percent, positive.';
COMMENT ON COLUMN risk_metrics_daily.stored_at IS 'When the row was written.';

CREATE TABLE stress_test_results (
    run_date          timestamptz NOT NULL,
    scenario_name     text        NOT NULL,
    portfolio_pnl_pct float8      NOT NULL,
    stored_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stress_test_results_pkey PRIMARY KEY (run_date, scenario_name),
    CONSTRAINT stress_test_results_run_date_finite CHECK (isfinite(run_date)),
    CONSTRAINT stress_test_results_scenario_name_not_empty CHECK (scenario_name <> ''),
    CONSTRAINT stress_test_results_portfolio_pnl_finite CHECK (portfolio_pnl_pct > '-Infinity' AND portfolio_pnl_pct < 'Infinity'),
    CONSTRAINT stress_test_results_stored_at_finite CHECK (isfinite(stored_at))
);

COMMENT ON TABLE stress_test_results IS 'One row per scenario and run. Computing a run again replaces it.';
COMMENT ON COLUMN stress_test_results.run_date IS 'The book time that the result is for.';
COMMENT ON COLUMN stress_test_results.scenario_name IS 'The scenario.';
COMMENT ON COLUMN stress_test_results.portfolio_pnl_pct IS 'What the book would make in the scenario, percent of NAV, a loss is negative.';
COMMENT ON COLUMN stress_test_results.stored_at IS 'When the row was written.';

CREATE TABLE risk_limits_status (
    checked_at      timestamptz NOT NULL,
    limit_name      text        NOT NULL,
    limit_value     float8      NOT NULL,
    current_value   float8      NOT NULL,
    utilization_pct float8      NOT NULL,
    stored_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT risk_limits_status_pkey PRIMARY KEY (checked_at, limit_name),
    CONSTRAINT risk_limits_status_checked_at_finite CHECK (isfinite(checked_at)),
    CONSTRAINT risk_limits_status_limit_name_not_empty CHECK (limit_name <> ''),
    CONSTRAINT risk_limits_status_limit_value_finite CHECK (limit_value > '-Infinity' AND limit_value < 'Infinity'),
    CONSTRAINT risk_limits_status_current_value_finite CHECK (current_value > '-Infinity' AND current_value < 'Infinity'),
    CONSTRAINT risk_limits_status_utilization_finite CHECK (utilization_pct > '-Infinity' AND utilization_pct < 'Infinity'),
    CONSTRAINT risk_limits_status_stored_at_finite CHECK (isfinite(stored_at))
);

COMMENT ON TABLE risk_limits_status IS 'One row per limit and check. Checking a time again replaces it.';
COMMENT ON COLUMN risk_limits_status.checked_at IS 'The book time that the check is for.';
COMMENT ON COLUMN risk_limits_status.limit_name IS 'The limit.';
COMMENT ON COLUMN risk_limits_status.limit_value IS 'The limit, in the unit of what it limits.';
COMMENT ON COLUMN risk_limits_status.current_value IS 'The value that the limit is held against, in the same unit.';
COMMENT ON COLUMN risk_limits_status.utilization_pct IS 'The current value as a percentage of the limit: 100 is at the limit, more is a breach.';
COMMENT ON COLUMN risk_limits_status.stored_at IS 'When the row was written.';
