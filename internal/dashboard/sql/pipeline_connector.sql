{{/* One row, always: the connector's latest run as it was at the end of the range.

     The age leaves out Saturdays and Sundays: the seconds since a Monday (2001-01-01) in the
     desk's zone become weekday seconds, 432,000 for every whole week and at most as many for the
     last one; their difference is the age. */ -}}
SELECT
  CASE
    WHEN r.status IS NULL THEN 'NO RUNS'
    WHEN r.status <> 'FAILED' AND NOT {{template "notKnown" "r.status"}} AND age.seconds > {{.StaleSeconds}} THEN 'STALE'
    ELSE r.status
  END AS status,
  r.started_at,
  CASE r.status
    WHEN 'RUNNING' THEN greatest(extract(epoch FROM latest.at - r.started_at), 0)
    ELSE coalesce(r.duration_seconds, extract(epoch FROM r.finished_at - r.started_at))
  END::float8 AS duration_seconds
FROM (SELECT {{template "asOf" .}} AS at) latest
LEFT JOIN LATERAL (
  SELECT {{template "statusThen" .}} AS status, started_at, finished_at, duration_seconds
  FROM {{rows "pipeline_runs"}} pipeline_runs
  WHERE step_name::text = {{literal .Step}} AND started_at <= $__timeTo()
  ORDER BY started_at DESC, finished_at DESC NULLS FIRST
  LIMIT 1
) r ON true
LEFT JOIN LATERAL (
  SELECT max(weekday) - min(weekday) AS seconds
  FROM (
    SELECT div(s, 604800) * 432000 + least(mod(s, 604800), 432000) AS weekday
    FROM (
      SELECT extract(epoch FROM t AT TIME ZONE {{zone}} - TIMESTAMP '2001-01-01') AS s
      FROM (VALUES (r.started_at), (latest.at)) moments(t)
    ) since_a_monday
  ) weekdays
) age ON true
