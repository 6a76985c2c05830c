{{/* The latest runs of the step that started in the range, each with the time at which it was due, null if it served no expected
     run. An expected run opens at most two hours before it is due. */ -}}
SELECT
  run.started_at AS "Started",
  CASE WHEN run.status <> 'RUNNING' THEN run.finished_at END AS "Ended",
  run.status AS "Status",
  {{template "tookSoFar" "run"}} AS "Took",
  slot.due_at AS "Due",
  CASE WHEN listed > {{.RunsListed}} THEN 'latest {{.RunsListed}}, there are more' END AS cut
FROM (SELECT {{template "asOf" .}} AS at) latest
CROSS JOIN (
  SELECT *, count(*) OVER () AS listed
  FROM (
    SELECT started_at, finished_at, duration_seconds, {{template "statusThen" .}} AS status
    FROM {{rows "pipeline_runs"}} pipeline_runs
    WHERE step_name::text = {{askedStep}} AND $__timeFilter(started_at)
    ORDER BY started_at DESC, finished_at DESC NULLS FIRST
    LIMIT {{.RunsListed}} + 1
  ) newest
) run
LEFT JOIN LATERAL (
  SELECT due_at, closes_at FROM expected_runs e
  WHERE e.step_name = {{askedStep}} AND e.due_at <= run.started_at + interval '2 hours' AND e.opens_at <= run.started_at
  ORDER BY e.due_at DESC
  LIMIT 1
) slot ON run.started_at < slot.closes_at
ORDER BY run.started_at DESC, run.finished_at DESC NULLS FIRST
LIMIT {{.RunsListed}}
