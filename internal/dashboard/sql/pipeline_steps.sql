{{/* The state of each step over the range, idle or a status. There is a row wherever the state changes, and where
     a further cell of the state that shows begins. Each row says which runs it stands for: when the first of them
     started, when the last of them ended (null while it runs), and how many they are. A transformation leaves
     these columns out of the drawing, and the viewer's tooltips show them.

     Where runs of a step overlap, the status with the highest code shows: 5 FAILED, 4 one that is not known,
     3 RUNNING, 2 SUCCESS, 1 CANCELLED, SKIPPED or QUEUED, 0 idle (see statusLooks in pipeline_statuses.go). The
     query counts starts and ends by code. That is right for any overlap, and no failure is ever hidden.

     The column notice says for the viewer which statuses are not known. If they are more than ten, the rare ones
     have the state "...".

     steps:  all steps
     lines:  the steps that have a line
     scale:  when the range ends, and how much time a cell is: two pixels, or more with many lines
     runs:   the runs that began in the range, and, of the last 20 runs of each step before it, those that reach
             into it
     cells:  the runs of one step and status that start in the same cell are drawn as one; cells are numbered in
             the order of their starts
     drawn:  each cell at least a cell wide, so that it can be seen; what follows a failure within a cell of time
             stays visible for a cell after the failure
     events: +1 at each start and -1 at each end; also a row for each line at the beginning of the range, so that an
             idle step has a row
     states: which status shows, and which cell of that status began last */ -}}
WITH RECURSIVE {{template "lines" .}},
scale AS MATERIALIZED (
  SELECT
    {{template "asOf" .}} AS latest,
    {{template "lineCell" .}} AS cell
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
    CASE status WHEN 'RUNNING' THEN latest ELSE coalesce(ended, started_at) END AS ended_at
  FROM (
    SELECT
      *,
      CASE WHEN status <> 'RUNNING' THEN coalesce(finished_at, started_at + make_interval(secs => duration_seconds)) END AS ended
    FROM runs
  ) with_ends, scale
),
cells AS (
  SELECT
    step_name,
    code,
    status,
    min(greatest(started_at, $__timeFrom()::timestamptz)) AS started_at,
    max(ended_at) AS ended_at,
    min(started_at) AS started,
    {{template "lastEnd"}} AS ended,
    count(*) AS runs,
    row_number() OVER (PARTITION BY step_name, code ORDER BY min(greatest(started_at, $__timeFrom()::timestamptz)), status) AS number
  FROM spans, scale
  WHERE started_at >= $__timeFrom() OR ended_at > $__timeFrom()
  GROUP BY step_name, code, status, date_bin(cell, greatest(started_at, $__timeFrom()::timestamptz), {{template "cellOrigin" .}})
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
      CASE WHEN code < 5 AND started_at < failed_at + cell THEN failed_at + 2 * cell END
    ) AS ended_at
  FROM (
    SELECT *, max(started_at) FILTER (WHERE code = 5) OVER (
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
    CASE
      WHEN sum(sum(change) FILTER (WHERE code = 5)) OVER so_far > 0 THEN 5
      WHEN sum(sum(change) FILTER (WHERE code = 4)) OVER so_far > 0 THEN 4
      WHEN sum(sum(change) FILTER (WHERE code = 3)) OVER so_far > 0 THEN 3
      WHEN sum(sum(change) FILTER (WHERE code = 2)) OVER so_far > 0 THEN 2
      WHEN sum(sum(change) FILTER (WHERE code = 1)) OVER so_far > 0 THEN 1
      ELSE 0
    END AS code,
    ARRAY[
      max(number) FILTER (WHERE code = 1),
      max(number) FILTER (WHERE code = 2),
      max(number) FILTER (WHERE code = 3),
      max(number) FILTER (WHERE code = 4),
      max(number) FILTER (WHERE code = 5)
    ] AS begun,
    ARRAY[
      max(max(number) FILTER (WHERE code = 1)) OVER so_far,
      max(max(number) FILTER (WHERE code = 2)) OVER so_far,
      max(max(number) FILTER (WHERE code = 3)) OVER so_far,
      max(max(number) FILTER (WHERE code = 4)) OVER so_far,
      max(max(number) FILTER (WHERE code = 5)) OVER so_far
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
  cells.started, cells.ended, cells.runs::float8 AS runs,
  CASE WHEN row_number() OVER (ORDER BY states.time, states.step_name) = 1 THEN (SELECT {{template "runsNotice"}} FROM unread) END AS notice
FROM states
LEFT JOIN cells ON cells.step_name = states.step_name AND cells.code = states.code AND cells.number = states.last_begun[states.code]
WHERE (states.code IS DISTINCT FROM states.previous OR states.begun[states.code] IS NOT NULL) AND states.time <= $__timeTo()
ORDER BY states.time, step
