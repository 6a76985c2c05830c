{{/* The desk's day of an instant, without a zone: Saturday and Sunday belong to Friday. The
     argument is a column of instants. */}}
{{define "dayOf" -}}
date_trunc('week', {{.}} AT TIME ZONE {{zone}}) + least(extract(isodow FROM {{.}} AT TIME ZONE {{zone}})::int - 1, 4) * interval '1 day'
{{- end}}

{{/* The time of the latest snapshot by the end of the range. */}}
{{define "latestSnapshot" -}}
SELECT "timestamp" FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" <= $__timeTo() ORDER BY "timestamp" DESC LIMIT 1
{{- end}}

{{/* The first NAV of the book. */}}
{{define "firstNAV" -}}
SELECT total_equity::float8 FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" <= $__timeTo() ORDER BY "timestamp" LIMIT 1
{{- end}}

{{/* The last snapshot before an instant, one index probe. The argument is the instant. */}}
{{define "snapshotBefore" -}}
SELECT "timestamp" AS at, total_equity::float8 AS nav
    FROM {{rows "portfolio_state"}} portfolio_state
    WHERE "timestamp" < {{.}}
    ORDER BY "timestamp" DESC
    LIMIT 1
{{- end}}

{{/* The daily NAVs, from the latest back, one index probe each: the last snapshot before the day of
     the one after it. The argument says how many days back to go, 0 to the first. OFFSET 0 has that
     day computed once for a probe: else TimescaleDB computes it again for every chunk. */}}
{{define "dailyNAVs" -}}
daily AS (
  (
    SELECT "timestamp" AS at, total_equity::float8 AS nav, 0 AS days_back
    FROM {{rows "portfolio_state"}} portfolio_state
    WHERE "timestamp" <= $__timeTo()
    ORDER BY "timestamp" DESC
    LIMIT 1
  )
  UNION ALL
  SELECT earlier.at, earlier.nav, later.days_back + 1
  FROM (
    SELECT ({{template "dayOf" "at"}}) AT TIME ZONE {{zone}} AS begins, days_back
    FROM daily
    {{- if .}}
    WHERE days_back < {{.}}
    {{- end}}
    OFFSET 0
  ) later
  CROSS JOIN LATERAL (
    {{template "snapshotBefore" "later.begins"}}
  ) earlier
)
{{- end}}

{{/* What each month and each year returned, in percent; month 13 is the year. As the daily NAVs, by
     months: the last NAV before the first weekday of the month of the one after it, since the
     Saturday and Sunday that begin a month belong to the month before. The first month counts from
     the first NAV, so that the months chained give the total return. What comes after a NAV that
     is not above zero has no return. */}}
{{define "monthlyReturns" -}}
monthly AS (
  (
    SELECT "timestamp" AS at, total_equity::float8 AS nav
    FROM {{rows "portfolio_state"}} portfolio_state
    WHERE "timestamp" <= $__timeTo()
    ORDER BY "timestamp" DESC
    LIMIT 1
  )
  UNION ALL
  SELECT earlier.at, earlier.nav
  FROM (
    SELECT (month + (CASE extract(isodow FROM month) WHEN 6 THEN 2 WHEN 7 THEN 1 ELSE 0 END) * interval '1 day') AT TIME ZONE {{zone}} AS begins
    FROM (SELECT date_trunc('month', {{template "dayOf" "at"}}) AS month FROM monthly) months
    OFFSET 0
  ) later
  CROSS JOIN LATERAL (
    {{template "snapshotBefore" "later.begins"}}
  ) earlier
),
month_ends AS (
  SELECT
    extract(year FROM {{template "dayOf" "at"}})::int AS year,
    extract(month FROM {{template "dayOf" "at"}})::int AS month,
    nav
  FROM monthly
),
ends AS (
  SELECT year, month, nav, lag(nav) OVER (ORDER BY year, month) AS before
  FROM month_ends
  UNION ALL
  SELECT year, 13, nav, lag(nav) OVER (ORDER BY year)
  FROM (SELECT DISTINCT ON (year) year, nav FROM month_ends ORDER BY year, month DESC) year_ends
),
returns AS (
  SELECT year, month, CASE WHEN before > 0 THEN (nav / before - 1) * 100 END AS percent
  FROM (SELECT year, month, nav, coalesce(before, ({{template "firstNAV"}})) AS before FROM ends) steps
)
{{- end}}

{{/* The snapshots of the range that a chart is drawn from: see rowsOfCells. */}}
{{define "snapshots" -}}
{{template "rowsOfCells" (rowsOfCells . "snapshots" "portfolio_state" "\"timestamp\"" "total_equity AS nav")}}
{{- end}}
