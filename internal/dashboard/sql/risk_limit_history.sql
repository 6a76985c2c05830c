{{/* How much of each limit was used, as a series for each limit. Of a cell that holds several checks a series has one
     point: the highest use, at the time of the cell's last check, so that no breach is left out of a long range. The
     last check of the range has points of its own, so that the series end with what Limit Utilization shows. The value is
     null where the checks of a cell do not name the limit or do not know its use. If there are more limits than LimitsDrawn,
     those that were used most are drawn, and the column notice says for the viewer how many there are.

     Mostly a cell holds few checks, and is read in one go. A cell with more than CellRows rows, or with more checks than all count,
     is walked from check to check, as the shared template rowsOfCells does it. So are all cells if the thirteenth from the end
     is such a cell, since reading the others at once too would mostly be for nothing. Both ways find the same checks.

     cells:    the cells with checks, from the end of the range back: the last check (at), the beginning within the range
               (since), and up to how many checks all of them are read (most). The last check of the range is a cell of its
               own, so the cell that it lies in has one check less
     dense:    whether all cells are walked
     grouped:  of each other cell a row for each limit with its highest use, and a row for each check (is_check)
     long:     the cells that are walked
     walked:   their checks: each step looks before the last one, or before the last one's part of the cell
     measured: the points

     OFFSET 0 has the instant before which a probe looks computed once, and keeps the planner from joining the checks with the
     whole table. */ -}}
WITH RECURSIVE {{template "scaleOfCells" .}},
cells AS (
  (
    SELECT checked_at AS at, {{template "cellBegins" "checked_at"}} AS begins, checked_at AS since, 1 AS most
    FROM {{rows "risk_limits_status"}} risk_limits_status, scale
    WHERE $__timeFilter(checked_at)
    ORDER BY checked_at DESC
    LIMIT 1
  )
  UNION ALL
  SELECT earlier.at, begun.begins, greatest(begun.begins, $__timeFrom()), CASE WHEN begun.begins = later.begins THEN {{.WalkEach}} - 1 ELSE {{.WalkEach}} END
  FROM (SELECT cell, whole_days, origin, begins, since FROM cells, scale OFFSET 0) later
  CROSS JOIN LATERAL (
    SELECT checked_at AS at
    FROM {{rows "risk_limits_status"}} risk_limits_status
    WHERE checked_at < later.since AND checked_at >= $__timeFrom()
    ORDER BY checked_at DESC
    LIMIT 1
  ) earlier
  CROSS JOIN LATERAL (SELECT {{template "cellBegins" "earlier.at"}} AS begins OFFSET 0) begun
),
dense AS MATERIALIZED (
  SELECT count(*) > {{.CellRows}} OR count(DISTINCT at) > {{.WalkEach}} AS dense
  FROM (
    SELECT l.checked_at AS at
    FROM (SELECT at, since FROM cells OFFSET 12 LIMIT 1) thirteenth
    CROSS JOIN LATERAL (
      SELECT checked_at FROM {{rows "risk_limits_status"}} risk_limits_status
      WHERE checked_at <= thirteenth.at AND checked_at >= thirteenth.since
      ORDER BY checked_at DESC
      LIMIT {{.CellRows}} + 1
    ) l
  ) sample
),
grouped AS MATERIALIZED (
  SELECT cells.at AS shown_at, used.*
  FROM (SELECT * FROM cells WHERE NOT (SELECT dense FROM dense) OFFSET 0) cells
  CROSS JOIN LATERAL (
    SELECT limit_name, max(pct) AS pct, grouping(limit_name) AS is_check, count(*)::int AS rows_read
    FROM (
      SELECT l.checked_at AS at, l.limit_name::text AS limit_name, l.utilization_pct::float8 AS pct
      FROM {{rows "risk_limits_status"}} l
      WHERE l.checked_at <= cells.at AND l.checked_at >= cells.since
      ORDER BY l.checked_at DESC
      LIMIT {{.CellRows}} + 1
    ) latest
    GROUP BY GROUPING SETS ((limit_name), (at))
  ) used
),
long AS MATERIALIZED (
  SELECT cells.at AS shown_at, since, most
  FROM cells
  LEFT JOIN (SELECT shown_at, count(*) AS checks, sum(rows_read) AS rows_read FROM grouped WHERE is_check = 1 GROUP BY shown_at) read ON shown_at = cells.at
  WHERE shown_at IS NULL OR checks > most OR rows_read > {{.CellRows}}
),
walked AS (
  SELECT shown_at, since, most, shown_at AS at, 1 AS place FROM long
  UNION ALL
  SELECT later.shown_at, later.since, later.most, earlier.at, later.place + 1
  FROM (
    SELECT shown_at, since, most, place, CASE WHEN place < most THEN at ELSE greatest(date_bin(cell / {{.WalkParts}}, at, origin), since) END AS before
    FROM walked, scale
    OFFSET 0
  ) later
  CROSS JOIN LATERAL (
    SELECT checked_at AS at
    FROM {{rows "risk_limits_status"}} risk_limits_status
    WHERE checked_at < later.before AND checked_at >= later.since
    ORDER BY checked_at DESC
    LIMIT 1
  ) earlier
),
measured AS MATERIALIZED (
  SELECT shown_at, limit_name, pct FROM grouped WHERE is_check = 0 AND shown_at NOT IN (SELECT shown_at FROM long)
  UNION ALL
  (
    SELECT checks.shown_at, used.limit_name, max(used.pct)
    FROM (
      SELECT shown_at, at FROM walked
      UNION
      SELECT full_cells.shown_at, first.at
      FROM (SELECT DISTINCT shown_at, since FROM walked WHERE place >= most OFFSET 0) full_cells
      CROSS JOIN LATERAL (
        SELECT checked_at AS at
        FROM {{rows "risk_limits_status"}} risk_limits_status
        WHERE checked_at >= full_cells.since
        ORDER BY checked_at
        LIMIT 1
      ) first
    ) checks
    CROSS JOIN LATERAL (
      SELECT l.limit_name::text AS limit_name, l.utilization_pct::float8 AS pct
      FROM {{rows "risk_limits_status"}} l
      WHERE l.checked_at = checks.at
      OFFSET 0
    ) used
    GROUP BY checks.shown_at, used.limit_name
  )
),
limits AS MATERIALIZED (
  SELECT limit_name, points, row_number() OVER (ORDER BY highest DESC NULLS LAST, limit_name COLLATE "C") AS place, count(*) OVER () AS limits
  FROM (SELECT limit_name, max(pct) AS highest, count(*) AS points FROM measured GROUP BY limit_name) used
)
SELECT
  shown_at AS time,
  limit_name AS "limit",
  pct AS "Value",
  CASE WHEN limits > {{.LimitsDrawn}} AND row_number() OVER (ORDER BY shown_at, limit_name COLLATE "C") = 1 THEN
    'Only the {{.LimitsDrawn}} limits that were used most are drawn, of ' || limits || '.'
  END AS notice
FROM (
  SELECT shown_at, limit_name, pct, limits FROM measured JOIN limits USING (limit_name) WHERE place <= {{.LimitsDrawn}}
  UNION ALL
  SELECT times.shown_at, limit_name, NULL, limits
  FROM limits CROSS JOIN (SELECT at AS shown_at FROM cells) times
  LEFT JOIN measured USING (limit_name, shown_at)
  WHERE place <= {{.LimitsDrawn}} AND points < (SELECT count(*) FROM cells) AND measured.shown_at IS NULL
) drawn
ORDER BY time, limit_name COLLATE "C"
