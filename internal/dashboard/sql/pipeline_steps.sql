{{/* The state of each step over the range, idle or a status. There is a row wherever the state changes, and where
     a further cell of the state that shows begins. Each row says which runs it stands for: when the first of them
     started, when the last of them ended (null while it runs), and how many they are. A transformation leaves
     these columns out of the drawing, and the viewer's tooltips show them.

     Expected runs that no run serves are drawn too, with the state MISSED, LATE or SKIPPED: from the time at which the step
     was due up to the time by which it should have ended, LATE up to now. The column expected is null for runs. For an expected
     run it is the name of the holiday, or empty.

     Where states of a step overlap, the one with the highest code shows: FAILED before one that is not known, MISSED, LATE,
     RUNNING, SUCCESS, and the grey ones; idle is 0 (see timelineLooks in pipeline_statuses.go). The query follows the
     starts and ends by code. That is right for any overlap, and no failure is ever hidden.

     The column notice says for the viewer which statuses are not known. If they are more than ten, the rare ones
     have the state "...".

     steps:  all steps
     slots:  the expected runs that are due in the range, and of each step the last one before it: only that one may
             reach into the range, since it is over when the next one opens
     unused: those that no run serves, with their state. OFFSET 0 makes the server look for runs by one index probe each.
             Where a cell is a day or longer, the runs beside a holiday cover it, and it is left out.
     lines:  the steps that have a line
     scale:  when the range ends, and how much time a cell is: a hundredth of the range or so, or more with many lines
     runs:   the runs that began in the range (see shared_runs.sql), and, of the last 20 runs of each step before it, those
             that reach into it
     cells:  the runs of one step and status that start in the same cell are drawn as one; cells are numbered, those
             of one step and status in the order of their starts
     drawn:  each cell at least a cell wide, so that it can be seen; what follows a failure within a cell of time
             stays visible for a cell after the failure
     stretches: drawn cells of one status that overlap or touch: whether each begins such a stretch of time, or ends it
     events: the bit of a status is added where a stretch begins and taken away where it ends, so that the sum of the changes
             so far has the bits of the statuses at that time; also a row for each line at the beginning of the range, so that
             an idle step has a row
     moments: what the sum and the last cells are once all events of an instant have happened: windows take those of one instant
             together, and one row of them is kept
     states: which status shows, and which cell of that status began last */ -}}
WITH RECURSIVE {{template "recentSteps" .}},
latest AS MATERIALIZED (SELECT {{template "asOf" .}} AS at),
slots AS (
  SELECT e.* FROM expected_runs e WHERE e.due_at > $__timeFrom() AND e.due_at <= $__timeTo() AND {{chosenStep "e.step_name"}}
  UNION ALL
  SELECT last.*
  FROM macrowatch_steps s
  CROSS JOIN LATERAL (SELECT * FROM expected_runs e WHERE e.step_name = s.step_name AND e.due_at <= $__timeFrom() ORDER BY e.due_at DESC LIMIT 1) last
  WHERE {{chosenStep "s.step_name"}}
),
unused AS MATERIALIZED (
  SELECT *
  FROM (
    SELECT slot.step_name, slot.due_at, least(slot.end_by, slot.closes_at) AS over_at, coalesce(slot.skipped, '') AS reason, {{template "unusedState"}} AS status
    FROM slots slot
    CROSS JOIN latest
    JOIN macrowatch_steps step ON step.step_name = slot.step_name AND step.cron <> ''
    LEFT JOIN LATERAL (
      SELECT true AS served
      FROM {{rows "pipeline_runs"}} pipeline_runs
      WHERE step_name::text = slot.step_name AND started_at <= $__timeTo() AND started_at >= slot.opens_at AND started_at < slot.closes_at
      LIMIT 1
    ) run ON true
    WHERE run.served IS NULL AND least(slot.end_by, slot.closes_at) > $__timeFrom()
      AND (slot.skipped IS NULL OR {{template "cell" .}} < interval '1 day')
    OFFSET 0
  ) told
  WHERE status IS NOT NULL
),
lines AS MATERIALIZED (SELECT step_name FROM recent UNION SELECT step_name FROM unused),
scale AS MATERIALIZED (
  SELECT
    at AS latest,
    {{template "lineCell" .}} AS cell
  FROM latest
),
{{template "runParts" .}},
runs AS (
  SELECT step_name, status, started_at, runs, ended, known FROM parts
  UNION ALL
  SELECT step_name, status, started_at, 1, ended, coalesce(ended, started_at)
  FROM lines s
  CROSS JOIN LATERAL (
    SELECT
      status, started_at,
      {{template "runEnd"}} AS ended
    FROM (
      SELECT {{template "runThen" .}}
      FROM {{rows "pipeline_runs"}} p
      WHERE p.step_name::text = s.step_name AND p.started_at < $__timeFrom()
      ORDER BY p.started_at DESC
      LIMIT 20
    ) last_ones
    WHERE status = 'RUNNING' OR coalesce(finished_at, started_at + make_interval(secs => duration_seconds)) > $__timeFrom()
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
    runs,
    ended,
    known,
    CASE status WHEN 'RUNNING' THEN latest ELSE known END AS ended_at,
    NULL AS expected
  FROM runs, scale
  UNION ALL
  SELECT
    step_name, status, {{statusRank "status"}}, due_at, 1, CASE status WHEN 'MISSED' THEN over_at END, CASE status WHEN 'MISSED' THEN over_at ELSE due_at END,
    CASE status WHEN 'LATE' THEN latest ELSE least(over_at, latest) END, reason
  FROM unused, scale
),
cells AS (
  SELECT
    step_name,
    code,
    status,
    expected,
    min(greatest(started_at, $__timeFrom()::timestamptz)) AS started_at,
    max(ended_at) AS ended_at,
    min(started_at) AS started,
    {{template "lastPartEnd"}} AS ended,
    sum(runs) AS runs,
    row_number() OVER (ORDER BY step_name, code, min(greatest(started_at, $__timeFrom()::timestamptz)), status, expected) AS number
  FROM spans, scale
  WHERE started_at >= $__timeFrom() OR ended_at > $__timeFrom()
  GROUP BY step_name, code, status, expected, date_bin(cell, greatest(started_at, $__timeFrom()::timestamptz), {{template "cellOrigin" .}})
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
      CASE WHEN code < {{failedRank}} AND started_at < failed_at + cell THEN failed_at + 2 * cell END
    ) AS ended_at
  FROM (
    SELECT *, max(started_at) FILTER (WHERE code = {{failedRank}}) OVER (
      PARTITION BY step_name ORDER BY started_at, code DESC ROWS UNBOUNDED PRECEDING
    ) AS failed_at
    FROM cells
  ) with_last_failure, scale
),
stretches AS (
  SELECT
    step_name, code, number, started_at, covered_until,
    started_at <= lag(covered_until) OVER in_order IS NOT TRUE AS begins,
    lead(started_at) OVER in_order <= covered_until IS NOT TRUE AS ends
  FROM (
    SELECT step_name, code, number, started_at, max(ended_at) OVER (PARTITION BY step_name, code ORDER BY number ROWS UNBOUNDED PRECEDING) AS covered_until
    FROM drawn
  ) covered
  WINDOW in_order AS (PARTITION BY step_name, code ORDER BY number)
),
events AS (
  SELECT step_name, code, started_at AS time, CASE WHEN begins THEN 1 << code ELSE 0 END AS change, number FROM stretches
  UNION ALL
  SELECT step_name, code, covered_until, -(1 << code), NULL FROM stretches WHERE ends
  UNION ALL
  SELECT step_name, 0, $__timeFrom()::timestamptz, 0, NULL FROM lines
),
moments AS (
  SELECT
    step_name,
    time,
    CASE{{range ranksDownwards}}
      WHEN bits >= 1 << {{.}} THEN {{.}}{{end}}
      ELSE 0
    END AS code,
    last_begun
  FROM (
    SELECT
      step_name,
      time,
      lead(time) OVER so_far AS next_time,
      sum(change) OVER so_far AS bits,
      ARRAY[{{range $n, $code := ranksUpwards}}{{if $n}},{{end}}
        max(number) FILTER (WHERE code = {{$code}}) OVER so_far{{end}}
      ] AS last_begun
    FROM events
    WINDOW so_far AS (PARTITION BY step_name ORDER BY time)
  ) each_event
  WHERE next_time IS DISTINCT FROM time
),
states AS (
  SELECT *, lag(code) OVER (PARTITION BY step_name ORDER BY time) AS previous FROM moments
)
SELECT
  states.time, states.step_name::text AS step, CASE states.code WHEN 0 THEN 'idle' ELSE cells.status END AS "Value",
  cells.started, cells.ended, cells.runs::float8 AS runs, cells.expected,
  CASE WHEN row_number() OVER (ORDER BY states.time, states.step_name) = 1 THEN (SELECT {{template "runsNotice"}} FROM unread) END AS notice
FROM states
LEFT JOIN cells ON cells.number = states.last_begun[states.code]
WHERE (states.code IS DISTINCT FROM states.previous OR cells.started_at = states.time) AND states.time <= $__timeTo()
ORDER BY states.time, step
