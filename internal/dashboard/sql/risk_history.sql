{{/* The last computation of each cell of the range, one index probe each, at its own time. The limit
     cuts nothing off: it tells the planner how many cells there can be. */ -}}
WITH scale AS MATERIALIZED (
  SELECT cell, date_bin(cell, $__timeFrom()::timestamptz, {{template "cellOrigin" .}}) AS origin
  FROM (SELECT {{template "cell" .}} AS cell) width
)
SELECT probed.computed_at AS time, probed.var_95_pct::float8 AS "VaR 95%", probed.var_99_pct::float8 AS "VaR 99%"
FROM scale
CROSS JOIN LATERAL (
  SELECT begins FROM generate_series(origin, $__timeTo()::timestamptz, cell) AS begins LIMIT {{.MostCells}}
) cells
CROSS JOIN LATERAL (
  SELECT computed_at, var_95_pct, var_99_pct
  FROM risk_metrics_daily
  WHERE computed_at >= greatest(begins, $__timeFrom()::timestamptz) AND computed_at < begins + cell AND computed_at <= $__timeTo()
  ORDER BY computed_at DESC
  LIMIT 1
) probed
ORDER BY time
