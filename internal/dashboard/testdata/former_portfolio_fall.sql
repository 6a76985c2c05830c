WITH daily AS (
  SELECT DISTINCT ON (day) day, at, nav
  FROM (SELECT "timestamp" AS at, total_equity::float8 AS nav, {{template "dayOf" "\"timestamp\""}} AS day FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" <= $__timeTo()) states
  ORDER BY day, at DESC
)
SELECT CASE WHEN max(nav) > 0 THEN (min(nav) FILTER (WHERE at = (SELECT max(at) FROM daily)) / max(nav) - 1) * 100 END AS drawdown_pct
FROM daily
