-- A book whose instruments have too short a history has drawdowns, scenarios and limits on exposures, but
-- no value at risk: its figures are null, and so is what the limits on them are used to.

-- On risk_metrics_daily:
ALTER TABLE risk_metrics_daily
    ALTER COLUMN var_95_pct DROP NOT NULL,
    ALTER COLUMN var_99_pct DROP NOT NULL,
    ALTER COLUMN cvar_95_pct DROP NOT NULL,
    ADD CONSTRAINT risk_metrics_daily_var_whole CHECK (num_nulls(var_95_pct, var_99_pct, cvar_95_pct) IN (0, 3));
COMMENT ON COLUMN risk_metrics_daily.var_95_pct IS 'One-day value at risk at 95 %, percent of NAV, a loss is positive; null where there are too few returns.';
COMMENT ON COLUMN risk_metrics_daily.var_99_pct IS 'One-day value at risk at 99 %, percent of NAV, a loss is positive; null where there are too few returns.';
COMMENT ON COLUMN risk_metrics_daily.cvar_95_pct IS 'One-day expected shortfall at 95 %, percent of NAV, a loss is positive; null where there are too few returns.';

-- On risk_limits_status:
ALTER TABLE risk_limits_status
    ALTER COLUMN current_value DROP NOT NULL,
    ALTER COLUMN utilization_pct DROP NOT NULL,
    ADD CONSTRAINT risk_limits_status_use_whole CHECK (num_nulls(current_value, utilization_pct) IN (0, 2));
COMMENT ON COLUMN risk_limits_status.current_value IS 'The value that the limit is held against, in the same unit; null where there are too few returns to know it.';
COMMENT ON COLUMN risk_limits_status.utilization_pct IS 'The current value as a percentage of the limit: 100 is at the limit, more is a breach; null where the value is.';

-- On risk_inputs:
ALTER TABLE risk_inputs
    ADD COLUMN returns integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT risk_inputs_returns_not_negative CHECK (returns >= 0);
COMMENT ON COLUMN risk_inputs.returns IS 'How many daily returns the window has, too few for a value at risk or not.';
