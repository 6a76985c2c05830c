{{/* A failure's time is its end, or its start where the end is not known. */ -}}
SELECT
  coalesce(finished_at, started_at) AS "Time",
  step_name::text AS "Step",
  coalesce(nullif(btrim(error_message, E' \t\r\n'), ''), 'No message was recorded')::text AS "Error"
FROM pipeline_runs
WHERE status = 'FAILED' AND coalesce(finished_at, started_at) BETWEEN $__timeFrom() AND $__timeTo()
ORDER BY coalesce(finished_at, started_at) DESC, step_name
LIMIT 20
