{{/* The end of the chosen range, but not later than now where now lies in the range: "this week"
     ends on Sunday night, and nothing has run, or gone stale, that long yet. */}}
{{define "asOf" -}}
CASE WHEN $__timeFrom()::timestamptz <= now() THEN least($__timeTo()::timestamptz, now()) ELSE $__timeTo()::timestamptz END
{{- end}}

{{/* A whole number of $__interval, at least one. Above a day $__interval grows in steps too coarse
     for this (a day, a week, 30 days, a year), so it is multiplied to keep the number of cells, to the
     nearest or, for a panel that asks for its own number, never more than that. */}}
{{define "cell" -}}
make_interval(secs => $__interval_ms / 1000.0 * greatest(1, {{.Rounding}}(extract(epoch FROM $__timeTo()::timestamptz - $__timeFrom()::timestamptz) * 1000 / $__interval_ms / {{.MaxPoints}})))
{{- end}}

{{/* The steps that have a line in the charts of runs: those that have run in the range or in the 30 days
     before its end. Finding them takes one index probe for each step that there is. It is a list of
     common table expressions for a WITH RECURSIVE. */}}
{{define "lines" -}}
steps AS (
  (SELECT r.step_name::text AS step_name FROM {{rows "pipeline_runs"}} r ORDER BY r.step_name::text LIMIT 1)
  UNION ALL
  SELECT (SELECT n.step_name::text FROM {{rows "pipeline_runs"}} n WHERE n.step_name::text > s.step_name ORDER BY n.step_name::text LIMIT 1)
  FROM steps s
  WHERE s.step_name IS NOT NULL
),
lines AS MATERIALIZED (
  SELECT s.step_name
  FROM steps s
  WHERE EXISTS (
    SELECT FROM {{rows "pipeline_runs"}} p
    WHERE p.step_name::text = s.step_name
      AND p.started_at <= $__timeTo()
      AND p.started_at > least($__timeFrom()::timestamptz, $__timeTo()::timestamptz - interval '30 days')
  )
)
{{- end}}

{{/* The cell of a chart with a line or a stack for each step: as wide as "cell", and so many times
     that for many steps that all lines together have no more than CellsMost cells. So what a panel
     sends depends neither on how many runs there are nor on how many steps. */}}
{{define "lineCell" -}}
{{template "cell" .}} * greatest(1, ceil((SELECT count(*) FROM lines) * {{.MaxPoints}} / {{.CellsMost}}.0))
{{- end}}

{{/* Cells begin at whole minutes, hours, days and weeks of the desk: a Monday, midnight. */}}
{{define "cellOrigin" -}}
TIMESTAMP '2024-01-01 00:00' AT TIME ZONE {{zone}}
{{- end}}

{{/* As it was at the end of the range: a run that has finished since was running then. */}}
{{define "statusThen" -}}
CASE WHEN finished_at > $__timeTo() THEN 'RUNNING' ELSE {{template "statusRead" "status"}} END
{{- end}}

{{/* When the last of some runs ended: of one run its end, null where that is not known or it runs;
     of several the latest moment that is known of them. */}}
{{define "lastEnd" -}}
CASE count(*) WHEN 1 THEN max(ended) ELSE max(coalesce(ended, started_at)) END
{{- end}}

{{/* Whether a row is the first or the last of its cell. */}}
{{define "cellEnd" -}}
row_number() OVER (PARTITION BY begins ORDER BY at) = 1 OR row_number() OVER (PARTITION BY begins ORDER BY at DESC) = 1
{{- end}}

{{/* Whether a row has the lowest or the highest of its cell's values. The argument is the value. */}}
{{define "cellExtreme" -}}
row_number() OVER (PARTITION BY begins ORDER BY {{.}}, at) = 1 OR row_number() OVER (PARTITION BY begins ORDER BY {{.}} DESC NULLS LAST, at) = 1
{{- end}}

{{/* An instant as a text on the desk's clock, which says how far that is ahead of UTC: "2026-11-27
     18:00 UTC-03". The reader's zone may be another. The argument is the instant. */}}
{{define "deskTime" -}}
to_char({{.}} AT TIME ZONE {{zone}}, 'YYYY-MM-DD HH24:MI') || ' UTC' || to_char(extract(epoch FROM ({{.}} AT TIME ZONE {{zone}}) - ({{.}} AT TIME ZONE 'UTC')) / 3600, 'FMSG00')
{{- end}}

{{/* How old something is does not count Saturday and Sunday. Two templates give such an age: the seconds since
     a Monday (2001-01-01) in the desk's zone, and of these the weekday seconds, 432,000 for every whole week and
     at most as many for the week that has begun. The age is the difference of two instants' weekday seconds. */}}
{{define "sinceAMonday" -}}
extract(epoch FROM {{.}} AT TIME ZONE {{zone}} - TIMESTAMP '2001-01-01')
{{- end}}
{{define "weekdaySeconds" -}}
div({{.}}, 604800) * 432000 + least(mod({{.}}, 604800), 432000)
{{- end}}
