{{/* How a step stands by its expected runs. Package desk decides the same in Go (stepstate.go), for StepStates of the
     store. A query that uses these templates has in its FROM clause

       latest   with the column at: the instant
       step     a row of macrowatch_steps
       slot     a row of expected_runs, a LATERAL of one of the templates below
       run      a LATERAL of "slotRun"

     An expected run opens at most two hours before it is due, so the index of the key finds the last ones. */}}

{{/* The two expected runs of a step that opened last. */}}
{{define "openedSlots" -}}
SELECT * FROM expected_runs e
  WHERE step.cron <> '' AND e.step_name = step.step_name AND e.due_at <= latest.at + interval '2 hours' AND e.opens_at <= latest.at
  ORDER BY e.due_at DESC
  LIMIT 2
{{- end}}

{{/* The runs that serve an expected run, as they stood at the end of the range, the one that started last first. */}}
{{define "slotRuns" -}}
SELECT {{template "statusThen" .}} AS status, started_at, finished_at, duration_seconds
    FROM {{rows "pipeline_runs"}} pipeline_runs
    WHERE step_name::text = slot.step_name AND started_at <= $__timeTo() AND started_at >= slot.opens_at AND started_at < slot.closes_at
    ORDER BY started_at DESC, finished_at DESC NULLS FIRST
{{- end}}

{{/* The run that decides about an expected run: of those that serve it the one that started last. */}}
{{define "slotRun" -}}
{{template "slotRuns" .}}
    LIMIT 1
{{- end}}

{{/* The state of an expected run that no run serves, null if it says nothing yet. What was due before macrowatch knew the
     step, and before the step had ever run, was not missed. */}}
{{define "unusedState" -}}
CASE
      WHEN slot.due_at < step.since AND NOT EXISTS (
        SELECT FROM {{rows "pipeline_runs"}} earlier WHERE earlier.step_name::text = slot.step_name AND earlier.started_at < slot.opens_at
      ) THEN NULL
      WHEN slot.skipped IS NOT NULL THEN CASE WHEN latest.at >= slot.due_at THEN 'SKIPPED' END
      WHEN latest.at >= least(slot.end_by, slot.closes_at) THEN 'MISSED'
      WHEN latest.at >= slot.start_by THEN 'LATE'
    END
{{- end}}

{{/* The state of an expected run, null if it says nothing yet. Most expected runs are decided by one run alone. Only where
     that one is RUNNING does it matter whether another has succeeded, of which the last 100 count, and how the one before
     it ended. */}}
{{define "slotState" -}}
CASE
    WHEN run.status IS NULL THEN {{template "unusedState"}}
    WHEN run.status <> 'RUNNING' THEN run.status
    ELSE (
      SELECT CASE
          WHEN slot.skipped IS NULL AND latest.at >= slot.end_by AND NOT bool_or(status = 'SUCCESS') THEN 'OVERDUE'
          WHEN (array_agg(status))[2] = 'FAILED' THEN 'RETRYING'
          ELSE 'RUNNING'
        END
      FROM ({{template "slotRuns" .}} LIMIT 100) last_first
    )
  END
{{- end}}

{{/* How a step stands: one row, or none if no expected run says anything. OFFSET 0 has each state computed once; the
     earlier expected run is not looked at if the later one says something. Its argument is nothing. */}}
{{define "expectedState" -}}
SELECT * FROM (
    SELECT {{template "slotState" .}} AS state, slot.due_at, run.started_at, run.finished_at, run.duration_seconds, run.status
    FROM LATERAL ({{template "openedSlots" .}}) slot
    LEFT JOIN LATERAL ({{template "slotRun" .}}) run ON true
    ORDER BY slot.due_at DESC
    OFFSET 0
  ) opened
  WHERE state IS NOT NULL
  ORDER BY due_at DESC
  LIMIT 1
{{- end}}

{{/* The median and the 95th percentile of how long the last 20 successes took that started by the end of the
     range, of the last 200 runs. Fewer than three successes are not enough to say it. The argument is the step's name. */}}
{{define "usualSeconds" -}}
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median, percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) AS most
  FROM (
    SELECT seconds FROM (
      SELECT {{template "statusThen" .}} AS status, started_at, coalesce(duration_seconds, extract(epoch FROM finished_at - started_at))::float8 AS seconds
      FROM {{rows "pipeline_runs"}} pipeline_runs
      WHERE step_name::text = {{.}} AND started_at <= $__timeTo()
      ORDER BY started_at DESC
      LIMIT 200
    ) recent
    WHERE status = 'SUCCESS'
    ORDER BY started_at DESC
    LIMIT 20
  ) successes
  HAVING count(*) >= 3
{{- end}}

{{/* A number of seconds as people say it: 9.5 s, 42 s, 2 m 31 s, 1 h 5 m. The argument is the number, which may be null. */}}
{{define "spoken" -}}
CASE
    WHEN {{.}} < 59.95 THEN trim_scale(round(({{.}})::numeric, 1)) || ' s'
    WHEN {{.}} < 3599.5 THEN div(round(({{.}})::numeric), 60) || ' m ' || mod(round(({{.}})::numeric), 60) || ' s'
    ELSE div(round(({{.}})::numeric / 60), 60) || ' h ' || mod(round(({{.}})::numeric / 60), 60) || ' m'
  END
{{- end}}

{{/* How long a run took, or has taken so far. The argument is a table with the run's status and times; latest.at is the
     instant. */}}
{{define "tookSoFar" -}}
CASE {{.}}.status
        WHEN 'RUNNING' THEN greatest(extract(epoch FROM latest.at - {{.}}.started_at), 0)
        ELSE coalesce({{.}}.duration_seconds, extract(epoch FROM {{.}}.finished_at - {{.}}.started_at))
      END::float8
{{- end}}

{{/* How a step stands, one row: by the expected run that decides, or by its latest run if none does. The argument is the
     step's name; the FROM clause has latest, and step, whose columns may be null. */}}
{{define "standing" -}}
SELECT
    coalesce(expected.state, CASE
      WHEN r.status IS NULL THEN 'NO RUNS'
      WHEN r.status <> 'FAILED' AND NOT {{template "notKnown" "r.status"}} AND {{template "workingSeconds" (between "r.started_at" "latest.at")}} > {{staleSeconds}} THEN 'STALE'
      ELSE r.status
    END) AS state,
    CASE WHEN expected.state IS NULL THEN r.started_at ELSE coalesce(expected.started_at, expected.due_at) END AS started_at,
    CASE
      WHEN expected.state IS NULL THEN {{template "tookSoFar" "r"}}
      ELSE {{template "tookSoFar" "expected"}}
    END AS seconds
  FROM (SELECT 1) one
  LEFT JOIN LATERAL ({{template "expectedState"}}) expected ON true
  LEFT JOIN LATERAL (
    SELECT {{template "statusThen"}} AS status, started_at, finished_at, duration_seconds
    FROM {{rows "pipeline_runs"}} pipeline_runs
    WHERE step_name::text = {{.}} AND started_at <= $__timeTo() AND expected.state IS NULL
    ORDER BY started_at DESC, finished_at DESC NULLS FIRST
    LIMIT 1
  ) r ON true
{{- end}}

{{/* What is due on the desk's day on which the range ends, with its state, null if it says nothing yet. OFFSET 0 has each
     state computed once. This is a list of common table expressions. */}}
{{define "dueToday" -}}
latest AS MATERIALIZED (SELECT {{template "asOf"}} AS at),
bounds AS MATERIALIZED (
  SELECT date_trunc('day', at AT TIME ZONE {{zone}}) AT TIME ZONE {{zone}} AS from_at, (date_trunc('day', at AT TIME ZONE {{zone}}) + interval '1 day') AT TIME ZONE {{zone}} AS to_at
  FROM latest
),
today AS MATERIALIZED (
  SELECT due.* FROM (
    SELECT step.step_name, step.group_name, step.since, slot.due_at, slot.start_by, slot.end_by, slot.closes_at,
      coalesce(run.finished_at, run.started_at) AS ended_at, {{template "slotState"}} AS state
    FROM bounds
    CROSS JOIN latest
    JOIN expected_runs slot ON slot.due_at >= bounds.from_at AND slot.due_at < bounds.to_at AND slot.skipped IS NULL
    JOIN macrowatch_steps step ON step.step_name = slot.step_name
    LEFT JOIN LATERAL ({{template "slotRun"}}) run ON true
    OFFSET 0
  ) due
  CROSS JOIN latest
  WHERE due.state IS NOT NULL OR due.due_at >= due.since OR due.due_at > latest.at
)
{{- end}}

{{/* How many of some rows of today are done, have failed and are late. */}}
{{define "counted" -}}
count(*) AS total, count(*) FILTER (WHERE state = 'SUCCESS') AS done, count(*) FILTER (WHERE state IN ('FAILED', 'MISSED')) AS failed,
    count(*) FILTER (WHERE state IN ('LATE', 'OVERDUE')) AS late
{{- end}}

{{/* Since when something is wrong with a row of today, null if nothing is. */}}
{{define "wrongSince" -}}
CASE state WHEN 'FAILED' THEN ended_at WHEN 'MISSED' THEN least(end_by, closes_at) WHEN 'LATE' THEN start_by WHEN 'OVERDUE' THEN end_by END
{{- end}}
