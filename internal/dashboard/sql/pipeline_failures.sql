{{/* Grafana splits tags at commas. */ -}}
SELECT
  coalesce(finished_at, started_at) AS time,
  step_name::text || ' failed'
    || coalesce(': ' || nullif(left(split_part(btrim(error_message, E' \t\r\n'), E'\n', 1), 200), ''), '') AS text,
  'failure,' || replace(step_name::text, ',', ' ') AS tags
FROM pipeline_runs
WHERE status = 'FAILED' AND coalesce(finished_at, started_at) BETWEEN $__timeFrom() AND $__timeTo()
ORDER BY coalesce(finished_at, started_at) DESC, step_name
LIMIT 200
