{{/* How each step of the desk stands now, by its expected runs: the same words as on the tiles. Of the two expected
     runs that opened last the latest that says something decides; if neither does, the step's latest run. RETRYING
     means that an attempt failed and a later one runs. This is a list of common table expressions for a WITH. */}}
{{define "stepConditions" -}}
moment AS MATERIALIZED (
  SELECT $__timeTo()::timestamptz AS at
),
slots AS (
  SELECT
    s.step_name, slot.place,
    slot.due_at >= s.since OR EXISTS (
      SELECT FROM {{rows "pipeline_runs"}} p WHERE p.step_name::text = s.step_name AND p.started_at < slot.opens_at
    ) OR runs.attempts > 0 AS counts,
    CASE
      WHEN runs.attempts > 0 THEN CASE
          WHEN runs.words[1] <> 'RUNNING' THEN runs.words[1]
          WHEN NOT 'SUCCESS' = ANY (runs.words) AND moment.at >= slot.end_by AND slot.skipped IS NULL THEN 'OVERDUE'
          WHEN runs.words[2] = 'FAILED' THEN 'RETRYING'
          ELSE 'RUNNING'
        END
      WHEN slot.skipped IS NOT NULL THEN CASE WHEN moment.at >= slot.due_at THEN 'SKIPPED' END
      WHEN slot.place > 1 OR moment.at >= slot.end_by THEN 'MISSED'
      WHEN moment.at >= slot.start_by THEN 'LATE'
    END AS condition
  FROM macrowatch_steps s
  CROSS JOIN moment
  CROSS JOIN LATERAL (
    SELECT e.*, row_number() OVER (ORDER BY e.due_at DESC) AS place
    FROM expected_runs e
    WHERE s.cron <> '' AND e.step_name = s.step_name AND e.due_at <= moment.at + interval '2 hours' AND e.opens_at <= moment.at
    ORDER BY e.due_at DESC
    LIMIT 2
  ) slot
  CROSS JOIN LATERAL (
    SELECT count(*) AS attempts, array_agg(word ORDER BY started_at DESC, finished_at DESC NULLS FIRST) AS words
    FROM (
      SELECT started_at, finished_at, CASE WHEN finished_at > moment.at THEN 'RUNNING' ELSE {{template "statusRead" "status"}} END AS word
      FROM {{rows "pipeline_runs"}} p
      WHERE p.step_name::text = s.step_name AND p.started_at <= moment.at AND p.started_at >= slot.opens_at AND p.started_at < slot.closes_at
      ORDER BY started_at DESC, finished_at DESC NULLS FIRST
      LIMIT 100
    ) latest
  ) runs
),
conditions AS MATERIALIZED (
  SELECT
    s.step_name, s.group_name, s.owner, s.place,
    coalesce(
      (SELECT slots.condition FROM slots WHERE slots.step_name = s.step_name AND slots.counts AND slots.condition IS NOT NULL ORDER BY slots.place LIMIT 1),
      (
        SELECT CASE WHEN finished_at > moment.at THEN 'RUNNING' ELSE {{template "statusRead" "status"}} END
        FROM {{rows "pipeline_runs"}} p
        WHERE p.step_name::text = s.step_name AND p.started_at <= moment.at
        ORDER BY started_at DESC, finished_at DESC NULLS FIRST
        LIMIT 1
      ),
      'NO RUNS'
    ) AS condition
  FROM macrowatch_steps s
  CROSS JOIN moment
),
sources AS MATERIALIZED (
  SELECT count(*) FILTER (WHERE condition IN ('FAILED', 'LATE', 'OVERDUE', 'MISSED', 'RETRYING')) AS down
  FROM conditions
  WHERE group_name = {{connectorGroup}}
)
{{- end}}

{{/* The hours of weekdays from an instant to the end of the range. The argument is the instant. */}}
{{define "weekdayHours" -}}
(
    SELECT (max(weekday) - min(weekday))::float8 / 3600
    FROM (
      SELECT {{template "weekdaySeconds" "s"}} AS weekday
      FROM (
        SELECT {{template "sinceAMonday" "t"}} AS s
        FROM (VALUES (least({{.}}, $__timeTo()::timestamptz)), ($__timeTo()::timestamptz)) moments(t)
      ) since_a_monday
    ) weekdays
  )
{{- end}}

{{/* What a table shows of an alert a, and when and to whom it was told. The last columns are for the link: the page that
     the alert leads to, and its range in milliseconds. The argument is the instant up to which an alert lasts that has
     not ended. */}}
{{define "alertColumns" -}}
upper(a.severity) AS "Severity",
  a.since AS "From",
  CASE WHEN a.resolved_at <= $__timeTo() THEN a.resolved_at END AS "To",
  greatest(extract(epoch FROM least(coalesce(a.resolved_at, {{template "asOf"}}), $__timeTo()::timestamptz) - a.since), 0)::float8 AS "Lasted",
  a.rule AS "Rule",
  a.subject AS "Subject",
  a.summary AS "What",
  a.value AS "Value",
  a.limit_value AS "Limit",
  a.owner AS "Owner",
  coalesce((
    SELECT string_agg(route || ' ' || coalesce(to_char(sent AT TIME ZONE {{zone}}, 'FMDD Mon HH24:MI'), 'waits'), ', ' ORDER BY route COLLATE "C")
    FROM (SELECT d.route, min(d.sent_at) AS sent FROM alert_deliveries d WHERE d.alert_id = a.alert_id AND d.kind <> 'resolved' GROUP BY d.route) told
  ), 'nobody') AS "Told",
  split_part(a.path, '/', 3) AS page,
  (regexp_match(a.path, '[?&]from=([0-9]{1,15})'))[1]::float8 AS page_from,
  (regexp_match(a.path, '[?&]to=([0-9]{1,15})'))[1]::float8 AS page_to
{{- end}}
