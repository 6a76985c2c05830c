{{/* The latest failures. Where there are more, the column cut says how many, counted up to a bound. */ -}}
SELECT
  coalesce(finished_at, started_at) AS "Time",
  step_name::text AS "Step",
  coalesce(nullif(btrim(error_message, E' \t\r\n'), ''), 'No message was recorded')::text AS "Error",
  (
    SELECT CASE
        WHEN count(*) > {{.CountedMost}} THEN 'latest {{.ListedMost}} of more than {{.CountedMost}}'
        WHEN count(*) > {{.ListedMost}} THEN 'latest {{.ListedMost}} of ' || count(*)
      END
    FROM (
      SELECT
      FROM {{rows "pipeline_runs"}} pipeline_runs
      WHERE status = 'FAILED' AND coalesce(finished_at, started_at) BETWEEN $__timeFrom() AND $__timeTo()
      LIMIT {{.CountedMost}} + 1
    ) counted
  ) AS cut
FROM {{rows "pipeline_runs" "error_message"}} pipeline_runs
WHERE status = 'FAILED' AND coalesce(finished_at, started_at) BETWEEN $__timeFrom() AND $__timeTo()
ORDER BY coalesce(finished_at, started_at) DESC, step_name
LIMIT {{.ListedMost}}
