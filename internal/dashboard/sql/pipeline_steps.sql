{{/* The state of each step over the range: 0 idle, 1 SUCCESS, 2 RUNNING, 3 FAILED, a row at each
     change. Where runs of a step overlap, FAILED shows before RUNNING before SUCCESS: counting
     starts and ends per status gives that for any overlap, and no failure is ever hidden.

     scale:  when the range ends, and how much time two pixels are
     steps:  the steps there are, one index probe each
     runs:   those that began in the range, and, of the last 20 of each step before it, those that
             reach into it
     cells:  runs of one step and status that start in the same cell are drawn as one
     drawn:  each at least a cell wide, so that it can be seen; what follows a failure within a
             cell stays visible for a cell after it
     events: +1 at each start, -1 at each end; and a row at the beginning of the range for every
             step that has run in it or in the last 30 days, so that an idle step has its line */ -}}
WITH RECURSIVE scale AS MATERIALIZED (
  SELECT
    {{template "asOf" .}} AS latest,
    {{template "cell" .}} AS cell
),
steps AS (
  (SELECT r.step_name::text AS step_name FROM pipeline_runs r ORDER BY r.step_name::text LIMIT 1)
  UNION ALL
  SELECT (SELECT n.step_name::text FROM pipeline_runs n WHERE n.step_name::text > s.step_name ORDER BY n.step_name::text LIMIT 1)
  FROM steps s
  WHERE s.step_name IS NOT NULL
),
runs AS (
  SELECT step_name::text AS step_name, started_at, finished_at, duration_seconds, {{template "statusThen" .}} AS status
  FROM pipeline_runs
  WHERE $__timeFilter(started_at)
  UNION ALL
  SELECT carried.*
  FROM steps s
  CROSS JOIN LATERAL (
    SELECT step_name::text AS step_name, started_at, finished_at, duration_seconds, {{template "statusThen" .}} AS status
    FROM pipeline_runs p
    WHERE p.step_name::text = s.step_name AND p.started_at < $__timeFrom()
    ORDER BY p.started_at DESC
    LIMIT 20
  ) carried
),
spans AS (
  SELECT
    step_name,
    CASE status WHEN 'FAILED' THEN 3 WHEN 'RUNNING' THEN 2 ELSE 1 END AS code,
    started_at,
    CASE status
      WHEN 'RUNNING' THEN latest
      ELSE coalesce(finished_at, started_at + make_interval(secs => coalesce(duration_seconds, 0)))
    END AS ended_at
  FROM runs, scale
),
cells AS (
  SELECT
    step_name,
    code,
    min(greatest(started_at, $__timeFrom()::timestamptz)) AS started_at,
    max(ended_at) AS ended_at
  FROM spans, scale
  WHERE started_at >= $__timeFrom() OR ended_at > $__timeFrom()
  GROUP BY step_name, code, date_bin(cell, greatest(started_at, $__timeFrom()::timestamptz), {{template "cellOrigin" .}})
),
drawn AS (
  SELECT
    step_name,
    code,
    started_at,
    greatest(
      ended_at,
      started_at + cell,
      CASE WHEN code < 3 AND started_at < failed_at + cell THEN failed_at + 2 * cell END
    ) AS ended_at
  FROM (
    SELECT *, max(started_at) FILTER (WHERE code = 3) OVER (
      PARTITION BY step_name ORDER BY started_at, code DESC ROWS UNBOUNDED PRECEDING
    ) AS failed_at
    FROM cells
  ) with_last_failure, scale
),
events AS (
  SELECT step_name, code, started_at AS time, 1 AS change FROM drawn
  UNION ALL
  SELECT step_name, code, ended_at, -1 FROM drawn
  UNION ALL
  SELECT step_name, 0, $__timeFrom()::timestamptz, 0
  FROM steps s
  WHERE EXISTS (
    SELECT FROM pipeline_runs p
    WHERE p.step_name::text = s.step_name
      AND p.started_at <= $__timeTo()
      AND p.started_at > least($__timeFrom()::timestamptz, $__timeTo()::timestamptz - interval '30 days')
  )
),
states AS (
  SELECT
    step_name,
    time,
    CASE
      WHEN sum(sum(change) FILTER (WHERE code = 3)) OVER so_far > 0 THEN 3
      WHEN sum(sum(change) FILTER (WHERE code = 2)) OVER so_far > 0 THEN 2
      WHEN sum(sum(change) FILTER (WHERE code = 1)) OVER so_far > 0 THEN 1
      ELSE 0
    END AS code
  FROM events
  GROUP BY step_name, time
  WINDOW so_far AS (PARTITION BY step_name ORDER BY time)
)
SELECT time, step_name::text AS metric, code::float8 AS value
FROM (
  SELECT *, lag(code) OVER (PARTITION BY step_name ORDER BY time) AS previous
  FROM states
) changes
WHERE code IS DISTINCT FROM previous AND time <= $__timeTo()
ORDER BY time, metric
