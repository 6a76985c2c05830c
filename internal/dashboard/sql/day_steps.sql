{{/* The latest run of each step by the end of the range, and what to compare it with: on how many days outside
     the weekend, of the two weeks up to it, the step ran, the last success, the failures since that success, the failures in the range, and how long the last 20 successes took.

     The steps are those that have a line in the charts of runs. */ -}}
WITH RECURSIVE {{template "lines" .}}
SELECT
  lines.step_name AS step,
  latest.status,
  latest.started_at,
  latest.seconds,
  latest.error,
  habit.workdays::float8 AS workdays,
  success.started_at AS success_at,
  failing.since AS failing_since,
  failing.failures::float8 AS failures,
  recent.failures::float8 AS recent_failures,
  usual.median_seconds,
  usual.longest_seconds
FROM (SELECT {{template "asOf" .}} AS at) moment
CROSS JOIN lines
CROSS JOIN LATERAL (
  SELECT {{template "statusThen" .}} AS status, started_at, error_message::text AS error,
    CASE {{template "statusThen" .}}
      WHEN 'RUNNING' THEN greatest(extract(epoch FROM moment.at - started_at), 0)
      ELSE coalesce(duration_seconds, extract(epoch FROM finished_at - started_at))
    END::float8 AS seconds
  FROM {{rows "pipeline_runs" "error_message"}} pipeline_runs
  WHERE step_name::text = lines.step_name AND started_at <= $__timeTo()
  ORDER BY started_at DESC, finished_at DESC NULLS FIRST
  LIMIT 1
) latest
LEFT JOIN LATERAL (
  SELECT count(DISTINCT (started_at AT TIME ZONE {{zone}})::date) AS workdays
  FROM {{rows "pipeline_runs"}} pipeline_runs
  WHERE step_name::text = lines.step_name AND started_at <= latest.started_at AND started_at > latest.started_at - interval '14 days'
    AND {{daysBack (printf "started_at AT TIME ZONE %s" zone)}} = 0
) habit ON true
LEFT JOIN LATERAL (
  SELECT started_at
  FROM {{rows "pipeline_runs"}} pipeline_runs
  WHERE step_name::text = lines.step_name AND started_at <= $__timeTo() AND {{template "statusThen" .}} = 'SUCCESS'
  ORDER BY started_at DESC
  LIMIT 1
) success ON true
LEFT JOIN LATERAL (
  SELECT min(coalesce(finished_at, started_at)) AS since, count(*) AS failures
  FROM {{rows "pipeline_runs"}} pipeline_runs
  WHERE step_name::text = lines.step_name AND started_at <= $__timeTo()
    AND started_at > coalesce(success.started_at, $__timeTo()::timestamptz - interval '90 days')
    AND {{template "statusThen" .}} = 'FAILED'
) failing ON true
LEFT JOIN LATERAL (
  SELECT count(*) AS failures
  FROM {{rows "pipeline_runs"}} pipeline_runs
  WHERE step_name::text = lines.step_name AND $__timeFilter(started_at) AND {{template "statusThen" .}} = 'FAILED'
) recent ON true
LEFT JOIN LATERAL (
  SELECT max(seconds) AS longest_seconds, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median_seconds
  FROM (
    SELECT coalesce(duration_seconds, extract(epoch FROM finished_at - started_at))::float8 AS seconds
    FROM {{rows "pipeline_runs"}} pipeline_runs
    WHERE step_name::text = lines.step_name AND started_at < latest.started_at AND {{template "statusThen" .}} = 'SUCCESS'
    ORDER BY started_at DESC
    LIMIT 20
  ) successes
) usual ON true
ORDER BY lines.step_name
