{{/* The computations of the range, each with the beginning of its cell, from the latest back by index
     probes as in shared_portfolio.sql: of each cell the first and the last are drawn, and those with
     the lowest and the highest VaR at either confidence. A computation without a VaR is a gap; where there is no
     other in the range there is nothing to draw. */ -}}
WITH RECURSIVE scale AS MATERIALIZED (
  SELECT {{template "cell" .}} AS cell, {{template "cellOrigin" .}} AS origin
),
walked AS (
  (
    SELECT computed_at AS at, var_95_pct::float8 AS var_95, var_99_pct::float8 AS var_99, date_bin(cell, computed_at, origin) AS begins, 1 AS place
    FROM {{rows "risk_metrics_daily"}} risk_metrics_daily, scale
    WHERE $__timeFilter(computed_at)
    ORDER BY computed_at DESC
    LIMIT 1
  )
  UNION ALL
  SELECT
    earlier.at, earlier.var_95, earlier.var_99, date_bin(later.cell, earlier.at, later.origin),
    CASE WHEN earlier.at >= later.begins THEN later.place + 1 ELSE 1 END
  FROM (
    SELECT cell, origin, begins, place, CASE WHEN place < {{.WalkEach}} THEN at ELSE date_bin(cell / {{.WalkParts}}, at, origin) END AS before
    FROM walked, scale
    OFFSET 0
  ) later
  CROSS JOIN LATERAL (
    SELECT computed_at AS at, var_95_pct::float8 AS var_95, var_99_pct::float8 AS var_99
    FROM {{rows "risk_metrics_daily"}} risk_metrics_daily
    WHERE computed_at < later.before AND computed_at >= $__timeFrom()
    ORDER BY computed_at DESC
    LIMIT 1
  ) earlier
),
computations AS (
  SELECT at, var_95, var_99, begins FROM walked
  UNION
  SELECT first.at, first.var_95, first.var_99, full_cells.begins
  FROM (SELECT DISTINCT begins FROM walked WHERE place >= {{.WalkEach}} OFFSET 0) full_cells
  CROSS JOIN LATERAL (
    SELECT computed_at AS at, var_95_pct::float8 AS var_95, var_99_pct::float8 AS var_99
    FROM {{rows "risk_metrics_daily"}} risk_metrics_daily
    WHERE computed_at >= full_cells.begins AND computed_at >= $__timeFrom()
    ORDER BY computed_at
    LIMIT 1
  ) first
)
SELECT at AS time, var_95 AS "VaR 95%", var_99 AS "VaR 99%"
FROM (
  SELECT at, var_95, var_99, {{template "cellEnd"}} OR {{template "cellExtreme" "var_95"}} OR {{template "cellExtreme" "var_99"}} AS kept,
    count(var_99) OVER () AS known
  FROM computations
) points
WHERE kept AND known > 0
ORDER BY time
