{{/* One row, always. It says whether the dials' figures, the stress test and the limits are of a recent book,
     and of which: the dials' book, or, where only some of the three are stale, which are and of what day.

     What was never computed is not stale, since its panel says so. A run that another tool stored with a date
     counts from the closing hour of that day. Figures without a VaR are none of a recent book: the row says how
     many returns there are. The ages are in working time. */ -}}
WITH RECURSIVE {{template "inputsNow" .}},
moment AS (
  SELECT {{template "asOf" .}} AS at
),
latest AS (
  SELECT 1 AS rank, 'VaR' AS name, ({{template "riskAt"}}) AS at
  UNION ALL
  SELECT 2, 'stress', CASE
      WHEN pg_typeof(stress.at) = 'date'::regtype THEN (stress.at::text::date + time {{closingTime}}) AT TIME ZONE {{zone}}
      ELSE stress.at::timestamptz
    END
  FROM (SELECT ({{template "stressAt"}}) AS at) stress
  UNION ALL
  SELECT 3, 'limits', ({{template "limitsAt"}})
),
ages AS (
  SELECT latest.rank, latest.name, latest.at, {{template "workingSeconds" (between "latest.at" "moment.at")}} > {{staleSeconds}} AS is_stale
  FROM latest, moment
  WHERE latest.at IS NOT NULL
),
torn AS (
  SELECT {{template "looksTorn" "latest.at"}} AS is_torn
  FROM latest
  WHERE rank = 1
),
no_var AS (
  SELECT coalesce((SELECT i.returns FROM risk_inputs i WHERE i.computed_at = latest.at AND i.returns < {{.ReturnsLeast}}) || ' of {{.ReturnsLeast}} returns', {{literal .NotComputed}}) AS why
  FROM latest
  JOIN {{rows "risk_metrics_daily"}} m ON m.computed_at = latest.at
  WHERE latest.rank = 1 AND m.var_99_pct IS NULL
),
partial AS (
  SELECT 100 * (1 - included.gross / nullif(book.gross, 0)) AS percent
  FROM latest, LATERAL (
    SELECT sum(gross_weight)::float8 AS gross FROM risk_contributions WHERE computed_at = latest.at AND "grouping" = 'strategy'
  ) included, LATERAL (
    SELECT sum(abs(weight))::float8 AS gross FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" = latest.at
  ) book
  WHERE latest.rank = 1
)
SELECT
  CASE WHEN bool_or(rank = 1) IS NOT TRUE THEN 'NO VAR' WHEN (SELECT are_other FROM inputs) THEN 'OTHER INPUTS' WHEN (SELECT is_torn FROM torn) THEN 'TORN'
    WHEN bool_or(is_stale) THEN 'STALE'
    WHEN EXISTS (SELECT FROM no_var) THEN 'NO VAR'
    WHEN (SELECT percent FROM partial) > 0.1 THEN 'PARTIAL' ELSE 'CURRENT' END AS status,
  CASE
    WHEN bool_or(rank = 1) IS NOT TRUE THEN NULL
    WHEN (SELECT are_other FROM inputs) THEN
      to_char(max(at) FILTER (WHERE rank = 1) AT TIME ZONE {{zone}}, 'YYYY-MM-DD') || ': computed on other inputs'
    WHEN (SELECT is_torn FROM torn) THEN
      to_char(max(at) FILTER (WHERE rank = 1) AT TIME ZONE {{zone}}, 'YYYY-MM-DD HH24:MI') || ': the snapshot looks torn'
    WHEN bool_or(is_stale) AND NOT bool_and(is_stale) THEN
      string_agg(name, ', ' ORDER BY rank) FILTER (WHERE is_stale)
        || ': ' || to_char(min(at) FILTER (WHERE is_stale) AT TIME ZONE {{zone}}, 'YYYY-MM-DD')
    WHEN NOT bool_or(is_stale) AND EXISTS (SELECT FROM no_var) THEN
      to_char(max(at) FILTER (WHERE rank = 1) AT TIME ZONE {{zone}}, 'YYYY-MM-DD') || ': ' || (SELECT min(why) FROM no_var)
    WHEN NOT bool_or(is_stale) AND (SELECT percent FROM partial) > 0.1 THEN
      to_char(max(at) FILTER (WHERE rank = 1) AT TIME ZONE {{zone}}, 'YYYY-MM-DD') || ': '
        || to_char((SELECT percent FROM partial), 'FM990.0') || ' % left out'
    ELSE {{template "deskTime" "max(at) FILTER (WHERE rank = 1)"}}
  END AS book
FROM ages
