{{/* How each step of the desk stands at the end of the range, in the words of the tiles. This is a list of common table
     expressions for a WITH. */}}
{{define "stepConditions" -}}
latest AS MATERIALIZED (SELECT $__timeTo()::timestamptz AS at),
conditions AS MATERIALIZED (
  SELECT step.step_name, step.group_name, step.owner, step.place, shown.state AS condition
  FROM macrowatch_steps step
  CROSS JOIN latest
  CROSS JOIN LATERAL ({{template "standing" "step.step_name"}}) shown
),
sources AS MATERIALIZED (
  SELECT count(*) FILTER (WHERE condition IN ('FAILED', 'LATE', 'OVERDUE', 'MISSED', 'RETRYING')) AS down
  FROM conditions
  WHERE group_name = {{connectorGroup}}
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
