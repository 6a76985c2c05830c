{{/* The end of the chosen range, or now if now lies in the range. "This week" ends on Sunday night, but until then
     nothing can have run or become stale. */}}
{{define "asOf" -}}
CASE WHEN $__timeFrom()::timestamptz <= now() THEN least($__timeTo()::timestamptz, now()) ELSE $__timeTo()::timestamptz END
{{- end}}

{{/* The width of a cell: a whole number of $__interval, at least one. Above a day $__interval grows in steps that are
     too coarse for this (a day, a week, 30 days, a year), so it is multiplied. A panel has about MaxPoints cells, or
     at most MaxPoints if it asks for a number of its own. A panel may name the widths that its cells can have (CellWidths): then
     the width is the first of them that is wide enough, or if none is, a whole number of the widest. */}}
{{define "cell" -}}
{{if .CellWidths -}}
(
    SELECT CASE
      WHEN least_seconds <= (ARRAY[{{.CellWidths}}])[1] / 2 THEN {{template "cellOfAnyWidth" .}}
      ELSE make_interval(secs => (
        SELECT CASE WHEN least_seconds <= max(width) THEN min(width) FILTER (WHERE width >= least_seconds) ELSE max(width) * ceil(least_seconds / max(width)) END
        FROM unnest(ARRAY[{{.CellWidths}}]) width
      ))
    END
    FROM (SELECT extract(epoch FROM $__timeTo()::timestamptz - $__timeFrom()::timestamptz) / {{.MaxPoints}} AS least_seconds) needed
  )
{{- else}}{{template "cellOfAnyWidth" .}}{{end}}
{{- end}}

{{define "cellOfAnyWidth" -}}
make_interval(secs => $__interval_ms / 1000.0 * greatest(1, {{.Rounding}}(extract(epoch FROM $__timeTo()::timestamptz - $__timeFrom()::timestamptz) * 1000 / $__interval_ms / {{.MaxPoints}})))
{{- end}}

{{/* The steps that have run in the range or in the 30 days before its end. One index probe finds each step. This is a
     list of common table expressions for a WITH RECURSIVE. */}}
{{define "recentSteps" -}}
{{if oneStep}}steps AS (SELECT {{askedStep}}::text AS step_name),{{else}}steps AS (
  (SELECT r.step_name::text AS step_name FROM {{rows "pipeline_runs"}} r ORDER BY r.step_name::text LIMIT 1)
  UNION ALL
  SELECT (SELECT n.step_name::text FROM {{rows "pipeline_runs"}} n WHERE n.step_name::text > s.step_name ORDER BY n.step_name::text LIMIT 1)
  FROM steps s
  WHERE s.step_name IS NOT NULL
),{{end}}
recent AS MATERIALIZED (
  SELECT s.step_name
  FROM steps s
  WHERE {{chosenStep "s.step_name"}} AND EXISTS (
    SELECT FROM {{rows "pipeline_runs"}} p
    WHERE p.step_name::text = s.step_name
      AND p.started_at <= $__timeTo()
      AND p.started_at > least($__timeFrom()::timestamptz, $__timeTo()::timestamptz - interval '30 days')
  )
)
{{- end}}

{{/* The steps that have a line in a chart of runs, where those are the steps of "recentSteps". */}}
{{define "lines" -}}
{{template "recentSteps"}},
lines AS MATERIALIZED (SELECT step_name FROM recent)
{{- end}}

{{/* The width of a cell in a chart that has a line or a stack for each step. In short ranges it is that of "cell", or with many
     steps so many times that width that all lines together have about CellsMost cells. So the size of the answer depends neither
     on the number of runs nor on the number of steps.

     Where a cell would be longer than half an hour, there are about LongCells of them, or with many steps fewer, and a cell is one
     of the stretches below, whichever comes nearest, or some of the longest one. Summaries of runs fit into each of them, so that
     few are read. */}}
{{define "lineCell" -}}
(
      SELECT CASE WHEN short <= 1800 THEN make_interval(secs => short) ELSE (
          SELECT make_interval(hours => (stretch * CASE stretch WHEN 504 THEN greatest(1, round(long / 504)) ELSE 1 END)::int)
          FROM unnest(ARRAY[1, 2, 3, 6, 12, 24, 72, 120, 168, 336, 504]) stretch ORDER BY abs(ln(long / stretch)) LIMIT 1
        ) END
      FROM (SELECT greatest(1, (SELECT count(*) FROM lines)) AS lines, extract(epoch FROM $__timeTo()::timestamptz - $__timeFrom()::timestamptz)::float8 AS seconds) drawn
      CROSS JOIN LATERAL (SELECT
        (extract(epoch FROM {{template "cell" .}}) * ceil(lines * {{.MaxPoints}} / {{.CellsMost}}.0))::float8 AS short,
        seconds / 3600 / least({{.LongCells}}, {{.CellsMost}}.0 / lines) AS long
      ) widths
    )
{{- end}}

{{/* An instant at which a cell begins: midnight before a Monday in the desk's zone. So cells begin at whole minutes,
     hours, days and weeks of the desk. */}}
{{define "cellOrigin" -}}
TIMESTAMP '2024-01-01 00:00' AT TIME ZONE {{zone}}
{{- end}}

{{/* The status of a run at the end of the range. A run that has finished since was RUNNING then. */}}
{{define "statusThen" -}}
CASE WHEN finished_at > $__timeTo() THEN 'RUNNING' ELSE {{template "statusRead" "status"}} END
{{- end}}

{{/* Whether a row is the first or the last of its cell. */}}
{{define "cellEnd" -}}
row_number() OVER (PARTITION BY begins ORDER BY at) = 1 OR row_number() OVER (PARTITION BY begins ORDER BY at DESC) = 1
{{- end}}

{{/* Whether a row has the lowest or the highest value of its cell. The argument is the column of the value. */}}
{{define "cellExtreme" -}}
row_number() OVER (PARTITION BY begins ORDER BY {{.}}, at) = 1 OR row_number() OVER (PARTITION BY begins ORDER BY {{.}} DESC NULLS LAST, at) = 1
{{- end}}

{{/* An instant as a text on the desk's clock, such as "2026-11-27 18:00 UTC-03". The text names the distance to UTC,
     since the reader may be in another zone. The argument is the instant. */}}
{{define "deskTime" -}}
to_char({{.}} AT TIME ZONE {{zone}}, 'YYYY-MM-DD HH24:MI') || ' UTC' || to_char(extract(epoch FROM ({{.}} AT TIME ZONE {{zone}}) - ({{.}} AT TIME ZONE 'UTC')) / 3600, 'FMSG00')
{{- end}}

{{/* The seconds of working time between two instants: those of the days on which the desk works. Workdays.Age of package desk
     is the same in Go. The argument is what between returns. Of two instants in the wrong order the working time is 0, and so it is if the
     first is null.

     Two probes of desk_working_time find it. Where that table says nothing (it has not been written yet, or an instant lies
     before 2000 or after the next year), the days outside the weekend count, on a clock that is never changed. */}}
{{define "workingSeconds" -}}
(
    SELECT coalesce({{template "workedBy" "worked.until"}} - {{template "workedBy" "worked.since"}},
      {{template "workedOutsideWeekends" "worked.until"}} - {{template "workedOutsideWeekends" "worked.since"}})
    FROM (SELECT least(({{.From}})::timestamptz, ({{.To}})::timestamptz) AS since, ({{.To}})::timestamptz AS until OFFSET 0) worked
  )
{{- end}}

{{/* The seconds of working time up to an instant, counted from the first row of desk_working_time; null if the table does
     not say it. */}}
{{define "workedBy" -}}
(
      SELECT CASE WHEN {{.}} < next_at THEN seconds_before + extract(epoch FROM least({{.}}, ends_at) - begins_at) END
      FROM (SELECT * FROM desk_working_time WHERE begins_at <= {{.}} ORDER BY begins_at DESC LIMIT 1) stretch
    )
{{- end}}

{{/* The seconds up to an instant that lie outside the desk's weekends, counted from a Monday (1900-01-01). */}}
{{define "workedOutsideWeekends" -}}
(
      SELECT div(seconds, 604800) * {{weekSeconds}} + {{weekWorked "mod(seconds, 604800)"}}
      FROM (SELECT extract(epoch FROM {{.}} AT TIME ZONE {{zone}} - TIMESTAMP '1900-01-01') AS seconds) since_a_monday
    )
{{- end}}
