{{/* The latest failures. Where there are more, the column cut says how many, counted up to a bound.

     Runs whose status is not known may have failed too. The first row says how many they are, and the column
     notice has the same text for the viewer. */ -}}
WITH unread AS MATERIALIZED (
  {{template "unreadRuns" failedInRange}}
),
listed AS (
  SELECT
    failed_at,
    step,
    coalesce(
      nullif(btrim(message, E' \t\r\n'), ''),
      'No message was recorded' || CASE WHEN word <> 'FAILED' THEN ' (the status is ' || word || ')' ELSE '' END
    ) AS error
  FROM (
    {{template "failedRuns" (picked failedInRange .ListedMost)}}
  ) failed
  ORDER BY failed_at DESC, step
  LIMIT {{.ListedMost}}
)
SELECT "Time", "Step", "Error", cut, notice
FROM (
  SELECT
    1 AS place,
    max(latest) AS "Time",
    CASE WHEN min(first_step) = max(last_step) THEN min(first_step) ELSE 'several steps' END AS "Step",
    {{template "runsNotice"}} AS "Error",
    NULL AS cut,
    {{template "runsNotice"}} AS notice
  FROM unread
  HAVING count(*) > 0
  UNION ALL
  SELECT
    2,
    failed_at,
    step,
    error,
    (
      SELECT CASE
          WHEN count(*) > {{.CountedMost}} THEN 'latest {{.ListedMost}} of more than {{.CountedMost}}'
          WHEN count(*) > {{.ListedMost}} THEN 'latest {{.ListedMost}} of ' || count(*)
        END
      FROM (
        SELECT
        FROM (
          {{template "failedRuns" (counted failedInRange .CountedOver)}}
        ) failed
        LIMIT {{.CountedOver}}
      ) counted
    ),
    NULL
  FROM listed
) log
ORDER BY place, "Time" DESC, "Step"
