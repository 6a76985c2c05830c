{{/* One row, always: how the connector stood at the end of the range. If an expected run decides that, the row has the run
     that serves it, or when it was due. Otherwise it has the latest run, with its age in weekday seconds. The columns
     runs_from and runs_to are the range of the tile's link, in milliseconds: the chosen range, which begins a week before the
     latest run if it would begin later. */ -}}
SELECT
  shown.state AS status,
  shown.started_at,
  {{template "spoken" "shown.seconds"}} || coalesce(', usually ' || {{template "spoken" "usual.median"}}, '') AS took,
  shown.seconds AS duration_seconds,
  usual.median AS usual_seconds,
  usual.most AS usual_most_seconds,
  {{template "milliseconds" "least($__timeFrom()::timestamptz, coalesce(shown.started_at, shown.at) - interval '7 days')"}} AS runs_from,
  {{template "milliseconds" "$__timeTo()::timestamptz"}} AS runs_to
FROM (
  SELECT
    latest.at,
    coalesce(expected.state, CASE
      WHEN r.status IS NULL THEN 'NO RUNS'
      WHEN r.status <> 'FAILED' AND NOT {{template "notKnown" "r.status"}} AND age.seconds > {{staleSeconds}} THEN 'STALE'
      ELSE r.status
    END) AS state,
    CASE WHEN expected.state IS NULL THEN r.started_at ELSE coalesce(expected.started_at, expected.due_at) END AS started_at,
    CASE
      WHEN expected.state IS NULL THEN {{template "tookSoFar" "r"}}
      ELSE {{template "tookSoFar" "expected"}}
    END AS seconds
  FROM (SELECT {{template "asOf" .}} AS at) latest
  LEFT JOIN macrowatch_steps step ON step.step_name = {{literal .Step}}
  LEFT JOIN LATERAL ({{template "expectedState" .}}) expected ON true
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
) shown
LEFT JOIN LATERAL ({{template "usualSeconds" (literal .Step)}}) usual ON true
