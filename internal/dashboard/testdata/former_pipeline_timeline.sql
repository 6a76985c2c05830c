{{/* pipeline_timeline.sql as it was when it read each run of the range. Its parts are explained there. */ -}}
WITH RECURSIVE {{template "lines" .}},
scale AS MATERIALIZED (
  SELECT
    {{template "asOf" .}} AS latest,
    {{template "lineCell" .}} AS cell,
    $__timeTo()::timestamptz - $__timeFrom()::timestamptz < interval '90 minutes' AND (
      SELECT count(*) FROM (SELECT FROM {{rows "pipeline_runs"}} pipeline_runs WHERE {{chosen "$__timeFilter(started_at)"}} LIMIT {{.CellsMost}} + 1) counted
    ) <= {{.CellsMost}} AS each_run
),
unread AS MATERIALIZED (
  {{template "unreadRuns" (chosen "$__timeFilter(started_at)")}}
),
bars AS (
  SELECT
    time,
    step_name || ' ' || shown AS run,
    max(seconds)::float8 AS seconds,
    min(started_at) AS started,
    CASE count(*) WHEN 1 THEN max(ended) ELSE max(coalesce(ended, started_at)) END AS ended,
    count(*)::float8 AS runs
  FROM (
    SELECT
      CASE WHEN each_run THEN started_at
        ELSE greatest(
          date_bin(cell, started_at, {{template "cellOrigin" .}}), $__timeFrom()::timestamptz,
          least(date_bin(cell, $__timeFrom()::timestamptz + cell / 2, {{template "cellOrigin" .}}), $__timeTo()::timestamptz)
        )
      END AS time,
      step_name::text AS step_name,
      CASE WHEN {{template "notKnown" "status"}} AND status NOT IN (SELECT word FROM unread WHERE place <= 10) THEN '"..."' ELSE status END AS shown,
      status,
      started_at,
      CASE WHEN status <> 'RUNNING' THEN coalesce(finished_at, started_at + make_interval(secs => duration_seconds)) END AS ended,
      CASE status
        WHEN 'RUNNING' THEN greatest(extract(epoch FROM latest - started_at), 0)
        ELSE coalesce(duration_seconds, extract(epoch FROM finished_at - started_at), CASE WHEN status <> 'SUCCESS' THEN 0 END)
      END AS seconds
    FROM scale
    CROSS JOIN (
      SELECT started_at, step_name, {{template "statusThen" .}} AS status, finished_at, duration_seconds
      FROM {{rows "pipeline_runs"}} pipeline_runs
      WHERE {{chosen "$__timeFilter(started_at)"}}
      OFFSET 0
    ) as_it_was
  ) runs
  WHERE seconds IS NOT NULL
  GROUP BY time, step_name, shown
),
distance AS (
  SELECT greatest(least(min(to_next), ($__timeTo()::timestamptz - $__timeFrom()::timestamptz) / 100), interval '1 s') AS width
  FROM (SELECT lead(time) OVER (ORDER BY time) - time AS to_next FROM (SELECT DISTINCT time FROM bars) times) distances
)
SELECT
  time, run, seconds AS "Value", started, ended, runs,
  CASE WHEN row_number() OVER (ORDER BY time, run) = 1 THEN (SELECT {{template "runsNotice"}} FROM unread) END AS notice
FROM bars
UNION ALL
SELECT CASE WHEN min(time) + width <= $__timeTo() THEN min(time) + width ELSE min(time) - width END, run, NULL, NULL, NULL, NULL, NULL
FROM distance
CROSS JOIN (SELECT time, run, lead(time) OVER (PARTITION BY run ORDER BY time) - time AS to_next FROM bars) own
GROUP BY run, width
HAVING min(to_next) IS NULL OR min(to_next) > width
ORDER BY time, run
