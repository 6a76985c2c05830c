WITH scale AS MATERIALIZED (
  SELECT cell, mod(extract(epoch FROM cell), 86400) = 0 AS whole_days, {{template "cellOrigin" .}} AS origin
  FROM (SELECT {{template "cell" .}} AS cell) width
),
snapshots AS (
  SELECT DISTINCT "timestamp" AS at, total_equity::float8 AS nav, {{template "cellBegins" "\"timestamp\""}} AS begins
  FROM {{rows "portfolio_state"}} portfolio_state, scale
  WHERE $__timeFilter("timestamp")
)
SELECT at AS time, nav AS "Portfolio NAV"
FROM (
  SELECT at, nav, {{template "cellEnd"}} OR {{template "cellExtreme" "nav"}} AS kept
  FROM snapshots
) points
WHERE kept
ORDER BY time
