{{/* The NAVs by hour and day, from summaries. nav_summaries has of each hour and each day the first, last, lowest and highest NAV. A
     summary is used only if it lies in the range as a whole, and no snapshot of its stretch was written since it was made, which a
     mark in book_summary_marks says. What the summaries leave open is read from the snapshots themselves. All of it is one
     statement, so it sees one moment: what is written later neither lacks its mark nor shows.

     Without summaries (another tool made portfolio_state, its table is a hypertable, the summaries are of days of another zone, or
     everything is marked), index probes find the snapshots. */}}

{{/* Whether there are summaries to read. */}}
{{define "navsAreSummed" -}}
{{navsSummed}}
      AND EXISTS (SELECT FROM book_summary_zone WHERE zone = {{zone}})
      AND NOT EXISTS (SELECT FROM book_summary_marks WHERE snapshot_at = '-infinity')
{{- end}}

{{/* The columns of a summary. */}}
{{define "navColumns"}}first_at, first_nav, last_at, last_nav, lowest_at, lowest_nav, highest_at, highest_nav{{end}}

{{/* A snapshot as a summary of its own. */}}
{{define "navAsSummary"}}at, nav, at, nav, at, nav, at, nav{{end}}

{{/* The NAVs of the range as few parts as its cells allow: days if the cells are whole days, hours if they are whole hours, and
     otherwise single snapshots. The table parts has the columns of a summary, and the beginning of the cell in which the part lies.
     It is a list of common table expressions for a WITH RECURSIVE. */}}
{{define "navParts" -}}
{{template "rowsOfCells" (unless "EXISTS (SELECT FROM summed)" (rowsOfCells . "snapshots" "portfolio_state" "\"timestamp\"" "total_equity AS nav"))}},
summed AS MATERIALIZED (
  SELECT CASE WHEN whole_days THEN 86400 ELSE 3600 END AS width
  FROM scale
  WHERE mod(extract(epoch FROM cell), 3600) = 0 AND {{template "navsAreSummed"}}
),
open_parts AS MATERIALIZED (
  SELECT DISTINCT
    {{- $day := bookStretch "day" "at"}}{{$hour := bookStretch "hour" "at"}}
    CASE width WHEN 86400 THEN {{$day.From}} ELSE {{$hour.From}} END AS begins_at,
    CASE width WHEN 86400 THEN {{$day.To}} ELSE {{$hour.To}} END AS ends_at
  FROM summed
  CROSS JOIN (
    SELECT $__timeFrom()::timestamptz AS at
    UNION ALL
    SELECT $__timeTo()::timestamptz
    UNION ALL
    SELECT snapshot_at FROM book_summary_marks WHERE $__timeFilter(snapshot_at)
  ) moments
),
read_one_by_one AS (
  SELECT ends_at, first.at, first.nav
  FROM open_parts
  CROSS JOIN LATERAL (
    SELECT "timestamp" AS at, total_equity::float8 AS nav
    FROM {{rows "portfolio_state"}} portfolio_state
    WHERE "timestamp" >= open_parts.begins_at AND "timestamp" < open_parts.ends_at AND $__timeFilter("timestamp")
    ORDER BY "timestamp"
    LIMIT 1
  ) first
  UNION ALL
  SELECT ends_at, next.at, next.nav
  FROM read_one_by_one
  CROSS JOIN LATERAL (
    SELECT "timestamp" AS at, total_equity::float8 AS nav
    FROM {{rows "portfolio_state"}} portfolio_state
    WHERE "timestamp" > read_one_by_one.at AND "timestamp" < read_one_by_one.ends_at AND "timestamp" <= $__timeTo()
    ORDER BY "timestamp"
    LIMIT 1
  ) next
),
parts AS (
  SELECT {{template "cellBegins" "first_at"}} AS begins, {{template "navColumns"}}
  FROM scale
  CROSS JOIN (
    SELECT s.*
    FROM summed
    CROSS JOIN LATERAL (
      SELECT begins_at, {{template "navColumns"}}
      FROM nav_summaries
      WHERE width_seconds = summed.width AND begins_at >= $__timeFrom() AND begins_at <= $__timeTo()
      OFFSET 0
    ) s
    WHERE s.begins_at NOT IN (SELECT begins_at FROM open_parts)
  ) whole
  UNION ALL
  SELECT {{template "cellBegins" "at"}}, {{template "navAsSummary"}} FROM scale CROSS JOIN read_one_by_one
  UNION ALL
  SELECT begins, {{template "navAsSummary"}} FROM snapshots
)
{{- end}}

{{/* All daily NAVs up to an instant, from the latest back, each with its book day. With summaries, the last NAVs of days are
     those of book days, except for the desk's weekends, which belong to the day before them. The argument is the instant. */}}
{{define "allDailyNAVs" -}}
days_summed AS MATERIALIZED (
  SELECT {{.}} AS over_at WHERE {{template "navsAreSummed"}}
),
walked_daily AS (
  (
    SELECT "timestamp" AS at, total_equity::float8 AS nav, 0 AS days_back
    FROM {{rows "portfolio_state"}} portfolio_state
    WHERE "timestamp" <= {{.}} AND NOT EXISTS (SELECT FROM days_summed)
    ORDER BY "timestamp" DESC
    LIMIT 1
  )
  UNION ALL
  {{template "dayBefore" (earlierDay "walked_daily" 0)}}
),
open_days AS MATERIALIZED (
  SELECT DISTINCT {{$day := bookStretch "day" "at"}}{{$day.From}} AS begins_at, least({{$day.To}}, over_at + interval '1 us') AS ends_at
  FROM days_summed
  CROSS JOIN LATERAL (
    SELECT over_at AS at
    UNION ALL
    SELECT snapshot_at FROM book_summary_marks WHERE snapshot_at <= over_at
  ) moments
),
day_ends AS (
  SELECT at, nav, {{template "dayOf" "at"}} AS day
  FROM (
    SELECT last_at AS at, last_nav AS nav
    FROM days_summed
    CROSS JOIN LATERAL (
      SELECT begins_at, last_at, last_nav FROM nav_summaries WHERE width_seconds = 86400 AND begins_at <= over_at OFFSET 0
    ) s
    WHERE begins_at NOT IN (SELECT begins_at FROM open_days)
    UNION ALL
    SELECT last.*
    FROM open_days
    CROSS JOIN LATERAL (
      SELECT "timestamp" AS at, total_equity::float8 AS nav
      FROM {{rows "portfolio_state"}} portfolio_state
      WHERE "timestamp" >= open_days.begins_at AND "timestamp" < open_days.ends_at
      ORDER BY "timestamp" DESC
      LIMIT 1
    ) last
  ) ends
),
daily AS (
  SELECT at, nav, {{template "dayOf" "at"}} AS day, days_back FROM walked_daily
  UNION ALL
  SELECT at, nav, day, (row_number() OVER (ORDER BY at DESC) - 1)::int
  FROM (SELECT DISTINCT ON (day) at, nav, day FROM day_ends ORDER BY day, at DESC) last_of_days
)
{{- end}}

{{/* Of each cell the parts with its first, last, lowest and highest value. The argument says which of two parts is the lower one and
     which is the higher one, as in ORDER BY. */}}
{{define "partsOfCells" -}}
row_number() OVER (PARTITION BY begins ORDER BY first_at) = 1 AS is_first,
    row_number() OVER (PARTITION BY begins ORDER BY last_at DESC) = 1 AS is_last,
    row_number() OVER (PARTITION BY begins ORDER BY {{.From}}) = 1 AS is_lowest,
    row_number() OVER (PARTITION BY begins ORDER BY {{.To}}) = 1 AS is_highest
{{- end}}
