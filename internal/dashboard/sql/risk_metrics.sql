{{/* One row, always: a dial that gets none says nothing of why. What needs a history of returns is NaN
     where it is not known, for which the dial gets a text by a query of its own; null can't have one. */ -}}
SELECT
  coalesce(latest.var_95_pct::float8, 'NaN') AS var_95_pct,
  coalesce(latest.var_99_pct::float8, 'NaN') AS var_99_pct,
  coalesce(latest.cvar_95_pct::float8, 'NaN') AS cvar_95_pct,
  latest.max_drawdown::float8 AS max_drawdown,
  latest.max_drawdown_252d_pct::float8 AS max_drawdown_252d_pct
FROM (SELECT) always
LEFT JOIN LATERAL (
  SELECT var_95_pct, var_99_pct, cvar_95_pct, max_drawdown, max_drawdown_252d_pct
  FROM {{rows "risk_metrics_daily"}} risk_metrics_daily
  WHERE computed_at <= $__timeTo()
  ORDER BY computed_at DESC
  LIMIT 1
) latest ON true
