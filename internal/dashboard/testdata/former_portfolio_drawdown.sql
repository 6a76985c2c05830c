WITH daily AS (
  SELECT DISTINCT ON (day) day, at, nav
  FROM (SELECT "timestamp" AS at, total_equity::float8 AS nav, {{template "dayOf" "\"timestamp\""}} AS day FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" <= $__timeTo()) states
  ORDER BY day, at DESC
),
scale AS MATERIALIZED (
  SELECT cell, mod(extract(epoch FROM cell), 86400) = 0 AS whole_days, {{template "cellOrigin" .}} AS origin
  FROM (SELECT {{template "cell" .}} AS cell) width
),
snapshots AS (
  SELECT DISTINCT "timestamp" AS at, total_equity::float8 AS nav, {{template "cellBegins" "\"timestamp\""}} AS begins
  FROM {{rows "portfolio_state"}} portfolio_state, scale
  WHERE $__timeFilter("timestamp")
),
peaks AS (
  SELECT day, max(nav) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS peak
  FROM daily
),
falls AS (
  SELECT at, begins, nav, CASE WHEN greatest(nav, peak) > 0 THEN (nav / greatest(nav, peak) - 1) * 100 END AS fall
  FROM (SELECT at, begins, nav, {{template "dayOf" "at"}} AS day FROM snapshots) points
  JOIN peaks USING (day)
)
SELECT at AS time, fall AS "Drawdown"
FROM (
  SELECT at, fall, {{template "cellEnd"}}
    OR row_number() OVER (PARTITION BY begins ORDER BY fall, CASE WHEN fall < 0 THEN nav ELSE -nav END, at) = 1
    OR row_number() OVER (PARTITION BY begins ORDER BY fall DESC NULLS LAST, nav DESC, at) = 1 AS kept
  FROM falls
) points
WHERE kept
ORDER BY time
