{{/* pipeline_steps.sql as it was when it read each run of the range, and counted the starts and ends of each code: in events, +1 at
     each start and -1 at each end. The other parts are explained there. */ -}}
WITH RECURSIVE {{template "recentSteps" .}},
latest AS MATERIALIZED (SELECT {{template "asOf" .}} AS at),
slots AS (
  SELECT e.* FROM expected_runs e WHERE e.due_at > $__timeFrom() AND e.due_at <= $__timeTo() AND {{chosenStep "e.step_name"}}
  UNION ALL
  SELECT last.*
  FROM macrowatch_steps s
  CROSS JOIN LATERAL (SELECT * FROM expected_runs e WHERE e.step_name = s.step_name AND e.due_at <= $__timeFrom() ORDER BY e.due_at DESC LIMIT 1) last
  WHERE {{chosenStep "s.step_name"}}
),
unused AS MATERIALIZED (
  SELECT *
  FROM (
    SELECT slot.step_name, slot.due_at, least(slot.end_by, slot.closes_at) AS over_at, coalesce(slot.skipped, '') AS reason, {{template "unusedState"}} AS status
    FROM slots slot
    CROSS JOIN latest
    JOIN macrowatch_steps step ON step.step_name = slot.step_name AND step.cron <> ''
    LEFT JOIN LATERAL (
      SELECT true AS served
      FROM {{rows "pipeline_runs"}} pipeline_runs
      WHERE step_name::text = slot.step_name AND started_at <= $__timeTo() AND started_at >= slot.opens_at AND started_at < slot.closes_at
      LIMIT 1
    ) run ON true
    WHERE run.served IS NULL AND least(slot.end_by, slot.closes_at) > $__timeFrom()
      AND (slot.skipped IS NULL OR {{template "cell" .}} < interval '1 day')
    OFFSET 0
  ) told
  WHERE status IS NOT NULL
),
lines AS MATERIALIZED (SELECT step_name FROM recent UNION SELECT step_name FROM unused),
scale AS MATERIALIZED (
  SELECT
    at AS latest,
    {{template "lineCell" .}} AS cell
  FROM latest
),
runs AS (
  SELECT step_name::text AS step_name, started_at, finished_at, duration_seconds, {{template "statusThen" .}} AS status
  FROM {{rows "pipeline_runs"}} pipeline_runs
  WHERE {{chosen "$__timeFilter(started_at)"}}
  UNION ALL
  SELECT carried.*
  FROM lines s
  CROSS JOIN LATERAL (
    SELECT step_name::text AS step_name, started_at, finished_at, duration_seconds, {{template "statusThen" .}} AS status
    FROM {{rows "pipeline_runs"}} p
    WHERE p.step_name::text = s.step_name AND p.started_at < $__timeFrom()
    ORDER BY p.started_at DESC
    LIMIT 20
  ) carried
),
unread AS MATERIALIZED (
  {{template "unreadRuns" (chosen "$__timeFilter(started_at)")}}
),
spans AS (
  SELECT
    step_name,
    CASE
      WHEN {{template "notKnown" "status"}} AND (SELECT count(*) FROM unread) > 10 AND status NOT IN (SELECT word FROM unread WHERE place <= 10) THEN '"..."'
      ELSE status
    END AS status,
    {{statusRank "status"}} AS code,
    started_at,
    ended,
    CASE status WHEN 'RUNNING' THEN latest ELSE coalesce(ended, started_at) END AS ended_at,
    NULL AS expected
  FROM (
    SELECT
      *,
      CASE WHEN status <> 'RUNNING' THEN coalesce(finished_at, started_at + make_interval(secs => duration_seconds)) END AS ended
    FROM runs
  ) with_ends, scale
  UNION ALL
  SELECT
    step_name, status, {{statusRank "status"}}, due_at, CASE status WHEN 'MISSED' THEN over_at END,
    CASE status WHEN 'LATE' THEN latest ELSE least(over_at, latest) END, reason
  FROM unused, scale
),
cells AS (
  SELECT
    step_name,
    code,
    status,
    expected,
    min(greatest(started_at, $__timeFrom()::timestamptz)) AS started_at,
    max(ended_at) AS ended_at,
    min(started_at) AS started,
    CASE count(*) WHEN 1 THEN max(ended) ELSE max(coalesce(ended, started_at)) END AS ended,
    count(*) AS runs,
    row_number() OVER (PARTITION BY step_name, code ORDER BY min(greatest(started_at, $__timeFrom()::timestamptz)), status, expected) AS number
  FROM spans, scale
  WHERE started_at >= $__timeFrom() OR ended_at > $__timeFrom()
  GROUP BY step_name, code, status, expected, date_bin(cell, greatest(started_at, $__timeFrom()::timestamptz), {{template "cellOrigin" .}})
),
drawn AS (
  SELECT
    step_name,
    code,
    number,
    started_at,
    greatest(
      ended_at,
      started_at + cell,
      CASE WHEN code < {{failedRank}} AND started_at < failed_at + cell THEN failed_at + 2 * cell END
    ) AS ended_at
  FROM (
    SELECT *, max(started_at) FILTER (WHERE code = {{failedRank}}) OVER (
      PARTITION BY step_name ORDER BY started_at, code DESC ROWS UNBOUNDED PRECEDING
    ) AS failed_at
    FROM cells
  ) with_last_failure, scale
),
events AS (
  SELECT step_name, code, started_at AS time, 1 AS change, number FROM drawn
  UNION ALL
  SELECT step_name, code, ended_at, -1, NULL FROM drawn
  UNION ALL
  SELECT step_name, 0, $__timeFrom()::timestamptz, 0, NULL FROM lines
),
moments AS (
  SELECT
    step_name,
    time,
    CASE{{range ranksDownwards}}
      WHEN sum(sum(change) FILTER (WHERE code = {{.}})) OVER so_far > 0 THEN {{.}}{{end}}
      ELSE 0
    END AS code,
    ARRAY[{{range $n, $code := ranksUpwards}}{{if $n}},{{end}}
      max(number) FILTER (WHERE code = {{$code}}){{end}}
    ] AS begun,
    ARRAY[{{range $n, $code := ranksUpwards}}{{if $n}},{{end}}
      max(max(number) FILTER (WHERE code = {{$code}})) OVER so_far{{end}}
    ] AS last_begun
  FROM events
  GROUP BY step_name, time
  WINDOW so_far AS (PARTITION BY step_name ORDER BY time)
),
states AS (
  SELECT *, lag(code) OVER (PARTITION BY step_name ORDER BY time) AS previous FROM moments
)
SELECT
  states.time, states.step_name::text AS step, CASE states.code WHEN 0 THEN 'idle' ELSE cells.status END AS "Value",
  cells.started, cells.ended, cells.runs::float8 AS runs, cells.expected,
  CASE WHEN row_number() OVER (ORDER BY states.time, states.step_name) = 1 THEN (SELECT {{template "runsNotice"}} FROM unread) END AS notice
FROM states
LEFT JOIN cells ON cells.step_name = states.step_name AND cells.code = states.code AND cells.number = states.last_begun[states.code]
WHERE (states.code IS DISTINCT FROM states.previous OR states.begun[states.code] IS NOT NULL) AND states.time <= $__timeTo()
ORDER BY states.time, step
