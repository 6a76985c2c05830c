{{/* One row, always, since a dial without a row could not say why it has no figure. A figure that needs returns is
     NaN where it is not known: the dial gets a text for NaN from a query of its own, which is not possible for
     null. */ -}}
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
