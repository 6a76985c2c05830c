{{/* The book day of an instant, as a timestamp without a zone: the desk's weekend belongs to the day before it.
     Rules.BookDay of package desk is the same in Go. The argument is the instant. */}}
{{define "dayOf" -}}
date_trunc('day', {{.}} AT TIME ZONE {{zone}}) - ({{daysBack (printf "%s AT TIME ZONE %s" . zone)}}) * interval '1 day'
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

{{/* Some daily NAVs, from the latest back. The argument is how many days to go back. */}}
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
  {{template "dayBefore" (earlierDay "daily" .)}}
)
{{- end}}

{{/* The recursive part of a walk back over the daily NAVs. An index probe finds each: the last snapshot before the day on which the
     NAV found before it begins. The argument comes from the function earlierDay.

     OFFSET 0 has the beginning of that day computed once: without it TimescaleDB computes it again for every chunk. */}}
{{define "dayBefore" -}}
SELECT earlier.at, earlier.nav, later.days_back + 1
  FROM (
    SELECT ({{template "dayOf" "at"}}) AT TIME ZONE {{zone}} AS begins, days_back
    FROM {{.Walked}}
    {{- if .Most}}
    WHERE days_back < {{.Most}}
    {{- end}}
    OFFSET 0
  ) later
  CROSS JOIN LATERAL (
    {{template "snapshotBefore" "later.begins"}}
  ) earlier
{{- end}}

{{/* How far a NAV stands below its peak, in percent. The argument is the column of the NAV; peak is that of the days before. */}}
{{define "fallOf" -}}
CASE WHEN greatest({{.}}, peak) > 0 THEN ({{.}} / greatest({{.}}, peak) - 1) * 100 END
{{- end}}

{{/* When the first book day of a month or a year begins. Days of the weekend before it belong to the month before. The
     argument is the first day, as a timestamp without a zone. */}}
{{define "firstBookDay" -}}
({{.}} + ({{daysAhead .}}) * interval '1 day') AT TIME ZONE {{zone}}
{{- end}}

{{/* What each month and each year returned, in percent. Month 13 is the year. The last NAV of each month is found as
     the daily NAVs are: each is the last snapshot before the first book day of the month of the NAV found before it. The
     first book day counts because a weekend at the beginning of a month belongs to the month before.

     The first month counts from the first NAV, so that the months chained give the total return. A month or a year after a
     NAV that is not above zero has no return. */}}
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
    SELECT {{template "firstBookDay" "month"}} AS begins
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
