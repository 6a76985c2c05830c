{{/* The runs that started in the range, as few rows as its cells allow.

     run_summaries has for stretches of time what a chart shows of their runs: how many they are, when the first started, when the
     last ended, and how long the longest took. A stretch never lies in two cells. A summary is used only if

       - it lies in the range as a whole,
       - no run of its stretch was written since it was made, which a mark in run_summary_marks says, and
       - all its runs had ended by the end of the range, as statusThen has it.

     What the widest summaries leave open, finer ones fill in: those of hours, or of three hours beside those of days and weeks. What
     these leave open is read from the runs themselves. If a cell has no whole hours, or another tool made pipeline_runs, that is the
     whole range. All of it is one statement, so it sees one moment: what is written later neither lacks its mark nor shows.

     This is a list of common table expressions. They need "scale" with the width of a cell. "parts" has a row for each summary and
     each run: when its first run started, its step, its status at the end of the range, how many runs they are, when the last of
     them ended (known: if not all have, the latest moment that is known of them), and how long the longest took. */}}
{{define "runParts" -}}
summed AS MATERIALIZED (
  SELECT
    width_seconds, make_interval(secs => width_seconds) AS width, origin,
    finer_seconds, make_interval(secs => finer_seconds) AS finer,
    {{template "firstWhole" (between "make_interval(secs => width_seconds)" "$__timeFrom()::timestamptz")}} AS first_at,
    date_bin(make_interval(secs => width_seconds), {{template "rangeOver"}}, origin) AS over_at
  FROM (SELECT width_seconds, CASE WHEN width_seconds < 86400 THEN 3600 ELSE 10800 END AS finer_seconds, origin FROM run_summary_widths) widths
  CROSS JOIN scale
  WHERE mod(extract(epoch FROM cell), width_seconds) = 0 AND mod(extract(epoch FROM origin - {{template "cellOrigin" .}}), width_seconds) = 0
    AND NOT EXISTS (SELECT FROM run_summary_marks WHERE quarter = '-infinity') AND {{runsSummed}}
  ORDER BY width_seconds DESC
  LIMIT 1
),
marked AS MATERIALIZED (
  SELECT DISTINCT quarter FROM run_summary_marks WHERE quarter > $__timeFrom()::timestamptz - interval '15 minutes' AND quarter <= $__timeTo() AND EXISTS (SELECT FROM summed)
),
wide AS MATERIALIZED (
  SELECT s.*
  FROM summed
  CROSS JOIN LATERAL (
    SELECT {{template "summaryColumns"}}
    FROM run_summaries s
    WHERE s.width_seconds = summed.width_seconds AND s.begins_at >= summed.first_at AND s.begins_at < summed.over_at AND {{chosenStep "s.step_name"}}
    OFFSET 0
  ) s
),
wide_open AS MATERIALIZED (
  SELECT date_bin(width, quarter, origin) AS begins_at FROM marked CROSS JOIN summed
  UNION
  SELECT begins_at FROM wide WHERE last_known > $__timeTo()
),
spaces AS MATERIALIZED (
  SELECT $__timeFrom()::timestamptz AS from_at, {{template "rangeOver"}} AS to_at FROM summed WHERE first_at >= over_at
  UNION ALL
  SELECT $__timeFrom()::timestamptz, first_at FROM summed WHERE first_at < over_at
  UNION ALL
  SELECT over_at, {{template "rangeOver"}} FROM summed WHERE first_at < over_at
  UNION ALL
  SELECT begins_at, begins_at + width FROM wide_open CROSS JOIN summed WHERE begins_at >= first_at AND begins_at < over_at
),
finer_spaces AS MATERIALIZED (
  SELECT from_at, to_at, finer_seconds, {{template "firstWhole" (between "finer" "from_at")}} AS first_at, date_bin(finer, to_at, origin) AS over_at
  FROM spaces
  CROSS JOIN summed
),
finer_ones AS MATERIALIZED (
  SELECT s.*
  FROM finer_spaces space
  CROSS JOIN LATERAL (
    SELECT {{template "summaryColumns"}}
    FROM run_summaries s
    WHERE s.width_seconds = space.finer_seconds AND s.begins_at >= space.first_at AND s.begins_at < space.over_at AND {{chosenStep "s.step_name"}}
    OFFSET 0
  ) s
),
finer_open AS MATERIALIZED (
  SELECT date_bin(finer, quarter, origin) AS begins_at FROM marked CROSS JOIN summed
  UNION
  SELECT begins_at FROM finer_ones WHERE last_known > $__timeTo()
),
gaps AS MATERIALIZED (
  SELECT from_at, to_at FROM finer_spaces WHERE first_at >= over_at
  UNION ALL
  SELECT from_at, first_at FROM finer_spaces WHERE first_at < over_at AND from_at < first_at
  UNION ALL
  SELECT over_at, to_at FROM finer_spaces WHERE first_at < over_at AND over_at < to_at
  UNION ALL
  SELECT begins_at, begins_at + make_interval(secs => finer_seconds) FROM finer_open JOIN finer_spaces ON begins_at >= first_at AND begins_at < over_at
),
parts AS MATERIALIZED (
  SELECT first_started AS started_at, step_name, status, runs, CASE WHEN status <> 'RUNNING' THEN last_known END AS ended, last_known AS known, longest
  FROM wide
  WHERE begins_at NOT IN (SELECT begins_at FROM wide_open)
  UNION ALL
  SELECT first_started, step_name, status, runs, CASE WHEN status <> 'RUNNING' THEN last_known END, last_known, longest
  FROM finer_ones
  WHERE begins_at NOT IN (SELECT begins_at FROM finer_open)
  UNION ALL
  SELECT started_at, step_name, status, 1, ended, coalesce(ended, started_at), seconds
  FROM (
    SELECT
      started_at, step_name, status, coalesce(duration_seconds, extract(epoch FROM finished_at - started_at)::float8) AS seconds,
      {{template "runEnd"}} AS ended
    FROM (
      SELECT {{template "runThen" .}}
      FROM {{rows "pipeline_runs"}} pipeline_runs
      WHERE {{chosen "$__timeFilter(started_at)"}} AND NOT EXISTS (SELECT FROM summed)
      UNION ALL
      SELECT run.*
      FROM gaps
      CROSS JOIN LATERAL (
        SELECT {{template "runThen" .}}
        FROM {{rows "pipeline_runs"}} pipeline_runs
        WHERE {{chosen "started_at >= from_at AND started_at < to_at"}}
        OFFSET 0
      ) run
      OFFSET 0
    ) as_it_was
  ) single_runs
)
{{- end}}

{{define "summaryColumns"}}s.begins_at, s.step_name, s.status, s.runs, s.first_started, s.last_known, s.longest{{end}}

{{/* What a chart needs of a run, with its status at the end of the range. An OFFSET 0 or a LIMIT after it makes the server read each
     status once, and not once for every place that names it. */}}
{{define "runThen"}}started_at, step_name::text AS step_name, {{template "statusThen" .}} AS status, finished_at, duration_seconds{{end}}

{{/* When such a run ended; null if that is not known or it is still running. */}}
{{define "runEnd"}}CASE WHEN status <> 'RUNNING' THEN coalesce(finished_at, started_at + make_interval(secs => duration_seconds)) END{{end}}

{{/* The first instant after the range. */}}
{{define "rangeOver"}}$__timeTo()::timestamptz + interval '1 us'{{end}}

{{/* When the first stretch begins that begins at an instant or later. The argument is the width and the instant. */}}
{{define "firstWhole"}}date_bin({{.From}}, {{.To}} + {{.From}} - interval '1 us', origin){{end}}

{{/* When the last of the runs of some parts ended. For one run it is its end, null if that is not known or the run is still
     running. For several runs it is the latest moment that is known of them. */}}
{{define "lastPartEnd" -}}
CASE sum(runs) WHEN 1 THEN max(ended) ELSE max(known) END
{{- end}}
