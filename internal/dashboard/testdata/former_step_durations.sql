{{/* step_durations.sql as it was when it read each run of the range. */ -}}
WITH latest AS MATERIALIZED (SELECT {{template "asOf" .}} AS at, {{template "cell" .}} AS cell),
usual AS MATERIALIZED ({{template "usualSeconds" askedStep}})
SELECT
  min(started_at) AS time,
  CASE WHEN {{template "notKnown" "status"}} THEN 'status not known' ELSE status END AS series,
  max(seconds)::float8 AS "Value",
  min(started_at) AS started,
  CASE count(*) WHEN 1 THEN max(ended) ELSE max(coalesce(ended, started_at)) END AS ended,
  count(*)::float8 AS runs
FROM (
  SELECT
    cell, started_at, status,
    CASE WHEN status <> 'RUNNING' THEN coalesce(finished_at, started_at + make_interval(secs => duration_seconds)) END AS ended,
    CASE status
      WHEN 'RUNNING' THEN greatest(extract(epoch FROM latest.at - started_at), 0)
      ELSE coalesce(duration_seconds, extract(epoch FROM finished_at - started_at), 0)
    END AS seconds
  FROM latest
  CROSS JOIN (
    SELECT started_at, {{template "statusThen" .}} AS status, finished_at, duration_seconds
    FROM {{rows "pipeline_runs"}} pipeline_runs
    WHERE step_name::text = {{askedStep}} AND $__timeFilter(started_at)
    OFFSET 0
  ) as_it_was
) runs
GROUP BY date_bin(cell, started_at, {{template "cellOrigin" .}}), 2
UNION ALL
SELECT edge.at, line.series, line.seconds, NULL, NULL, NULL
FROM usual
CROSS JOIN LATERAL (VALUES ('usual: median', median), ('usual: 95th percentile', most)) line(series, seconds)
CROSS JOIN (VALUES ($__timeFrom()::timestamptz), ($__timeTo()::timestamptz)) edge(at)
ORDER BY time, series
