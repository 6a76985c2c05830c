{{/* One row, always: the latest NAV, and what the book has made since the day before, since the last month and since the
     last year ended. An index probe finds each NAV before. The first month and the first year count from the first NAV,
     as in the monthly returns. A period after a NAV that is not above zero has no return. */ -}}
WITH latest AS (
  SELECT total_equity::float8 AS nav, {{template "dayOf" "\"timestamp\""}} AS day
  FROM {{rows "portfolio_state"}} portfolio_state
  WHERE "timestamp" <= $__timeTo()
  ORDER BY "timestamp" DESC
  LIMIT 1
),
begins AS MATERIALIZED (
  SELECT day AT TIME ZONE {{zone}} AS day, {{template "firstBookDay" "month"}} AS month, {{template "firstBookDay" "year"}} AS year
  FROM (SELECT day, date_trunc('month', day) AS month, date_trunc('year', day) AS year FROM latest) firsts
),
before AS (
  SELECT
    (SELECT nav FROM ({{template "snapshotBefore" "begins.day"}}) earlier) AS day,
    coalesce((SELECT nav FROM ({{template "snapshotBefore" "begins.month"}}) earlier), ({{template "firstNAV"}})) AS month,
    coalesce((SELECT nav FROM ({{template "snapshotBefore" "begins.year"}}) earlier), ({{template "firstNAV"}})) AS year
  FROM begins
)
SELECT
  nav,
  CASE WHEN before.day > 0 THEN (nav / before.day - 1) * 100 END AS day_pct,
  CASE WHEN before.month > 0 THEN (nav / before.month - 1) * 100 END AS month_pct,
  CASE WHEN before.year > 0 THEN (nav / before.year - 1) * 100 END AS year_pct
FROM (SELECT) always
LEFT JOIN latest ON true
LEFT JOIN before ON true
