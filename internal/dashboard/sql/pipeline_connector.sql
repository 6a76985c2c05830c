{{/* One row, always: the connector's latest run as it was at the end of the range, with its age in weekday
     seconds. The columns runs_from and runs_to are the range of the tile's link, in milliseconds: the chosen range, which
     begins a week before the latest run if it would begin later. */ -}}
SELECT
  CASE
    WHEN r.status IS NULL THEN 'NO RUNS'
    WHEN r.status <> 'FAILED' AND NOT {{template "notKnown" "r.status"}} AND age.seconds > {{staleSeconds}} THEN 'STALE'
    ELSE r.status
  END AS status,
  r.started_at,
  CASE r.status
    WHEN 'RUNNING' THEN greatest(extract(epoch FROM latest.at - r.started_at), 0)
    ELSE coalesce(r.duration_seconds, extract(epoch FROM r.finished_at - r.started_at))
  END::float8 AS duration_seconds,
  {{template "milliseconds" "least($__timeFrom()::timestamptz, coalesce(r.started_at, latest.at) - interval '7 days')"}} AS runs_from,
  {{template "milliseconds" "$__timeTo()::timestamptz"}} AS runs_to
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
    SELECT {{template "weekdaySeconds" "s"}} AS weekday
    FROM (
      SELECT {{template "sinceAMonday" "t"}} AS s
      FROM (VALUES (r.started_at), (latest.at)) moments(t)
    ) since_a_monday
  ) weekdays
) age ON true
