{{/* One row, always: a dial that gets none says nothing of why. */ -}}
SELECT
  latest.var_95_pct::float8 AS var_95_pct,
  latest.var_99_pct::float8 AS var_99_pct,
  latest.cvar_95_pct::float8 AS cvar_95_pct,
  latest.max_drawdown::float8 AS max_drawdown,
  latest.max_drawdown_252d_pct::float8 AS max_drawdown_252d_pct
FROM (SELECT) always
LEFT JOIN LATERAL (
  SELECT var_95_pct, var_99_pct, cvar_95_pct, max_drawdown, max_drawdown_252d_pct
  FROM risk_metrics_daily
  WHERE computed_at <= $__timeTo()
  ORDER BY computed_at DESC
  LIMIT 1
) latest ON true
