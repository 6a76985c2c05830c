{{/* How much of each limit was used, as a series for each limit. Of a cell that holds several checks a series has one
     point: the highest use, at the time of the cell's last check, so that no breach is left out of a long range. The
     last check of the range has points of its own, so that the series end with what Limit Utilization shows. The value is null where the checks of a cell do not name the limit or do not know its use. If there are more limits
     than LimitsDrawn, those that were used most are drawn, and the column notice says for the viewer how many there are.

     The walk goes from check to check, since each step looks before the time of the last one. OFFSET 0 keeps the planner
     from joining the checks with the whole table. */ -}}
WITH RECURSIVE {{template "rowsOfCells" (rowsOfCells . "rows_of_checks" "risk_limits_status" "checked_at" "1 AS found")}},
checks AS MATERIALIZED (
  SELECT at, max(at) OVER (PARTITION BY begins, at = newest) AS shown_at
  FROM (SELECT DISTINCT begins, at, max(at) OVER () AS newest FROM rows_of_checks) times
),
measured AS MATERIALIZED (
  SELECT checks.shown_at, used.limit_name, max(used.pct) AS pct
  FROM checks
  CROSS JOIN LATERAL (
    SELECT l.limit_name::text AS limit_name, l.utilization_pct::float8 AS pct
    FROM {{rows "risk_limits_status"}} l
    WHERE l.checked_at = checks.at
    OFFSET 0
  ) used
  GROUP BY checks.shown_at, used.limit_name
),
limits AS (
  SELECT limit_name, row_number() OVER (ORDER BY max(pct) DESC NULLS LAST, limit_name COLLATE "C") AS place, count(*) OVER () AS limits
  FROM measured
  GROUP BY limit_name
)
SELECT
  shown_at AS time,
  limit_name AS "limit",
  pct AS "Value",
  CASE WHEN limits > {{.LimitsDrawn}} AND row_number() OVER (ORDER BY shown_at, limit_name COLLATE "C") = 1 THEN
    'Only the {{.LimitsDrawn}} limits that were used most are drawn, of ' || limits || '.'
  END AS notice
FROM limits
CROSS JOIN (SELECT DISTINCT shown_at FROM checks) times
LEFT JOIN measured USING (limit_name, shown_at)
WHERE place <= {{.LimitsDrawn}}
ORDER BY time, limit_name COLLATE "C"
