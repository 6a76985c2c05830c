{{/* Of each cell the first and the last snapshot, and those in which a class or the whole is lowest and highest. Each of these
     snapshots has every class, with zero where the class has no positions: otherwise a stacked area would have a gap. What the
     summaries do not have is read from the snapshots themselves; without summaries these are those of rowsOfCells.

     Weights are added in whole units of a trillionth, so that equal sums are equal whatever the order of the weights is. The class
     with the empty name is the whole. OFFSET 0 keeps the planner from joining the snapshots with the whole table. */ -}}
WITH RECURSIVE {{template "rowsOfCells" (unless "EXISTS (SELECT FROM summed)" (rowsOfCells . "snapshots" "portfolio_state" "\"timestamp\"" "total_equity AS nav"))}},
{{template "allocationsFound" .}},
named AS (
  {{template "namedClasses"}}
),
read AS MATERIALIZED (
  SELECT at, begins FROM snapshots
  UNION ALL
  SELECT at, {{template "cellBegins" "at"}} FROM scale CROSS JOIN marked
),
held AS (
  SELECT read.at, positions.instrument, sum(positions.gross) AS gross
  FROM read
  CROSS JOIN LATERAL (
    SELECT p.instrument::text AS instrument, {{grossUnits "p.weight"}} AS gross
    FROM {{rows "portfolio_state"}} p
    WHERE p."timestamp" = read.at
    OFFSET 0
  ) positions
  GROUP BY read.at, positions.instrument
),
allocated AS MATERIALIZED (
  SELECT at, coalesce(class, '') AS class, sum(gross) AS gross
  FROM (
    SELECT held.at, coalesce(named.class, {{instrumentClass "held.instrument"}}) AS class, held.gross
    FROM held
    LEFT JOIN named USING (instrument)
  ) classified
  GROUP BY GROUPING SETS ((at, class), (at))
),
classes AS (
  SELECT class FROM allocated
  UNION
  SELECT unnest(classes) FROM summed
),
points AS MATERIALIZED (
  SELECT *, row_number() OVER (ORDER BY at) AS place
  FROM (
    SELECT at, {{template "cellBegins" "at"}} AS begins, gross AS sums, whole FROM scale CROSS JOIN found
    UNION ALL
    SELECT at, begins, NULL, false FROM read WHERE at IN (SELECT at FROM allocated)
  ) both_kinds
),
filled AS MATERIALIZED (
  SELECT at, begins, whole, place, unnest(classes) AS class, unnest(sums) AS gross
  FROM points
  CROSS JOIN summed
  WHERE sums IS NOT NULL
  UNION ALL
  SELECT at, begins, whole, place, class, coalesce(gross, 0)
  FROM points
  CROSS JOIN classes
  LEFT JOIN allocated USING (at, class)
  WHERE sums IS NULL
),
drawn AS (
  SELECT unnest(ARRAY[min(place), max(place), (min(ARRAY[gross, place]))[2]::bigint, -(max(ARRAY[gross, -place]))[2]::bigint]) AS place
  FROM filled
  WHERE NOT whole
  GROUP BY begins, class
)
SELECT at AS time, class AS metric, gross / 1e12 AS "Allocation"
FROM filled
WHERE class IN (SELECT class FROM filled WHERE class <> '' GROUP BY class HAVING max(gross) > 0)
  AND (whole OR place IN (SELECT place FROM drawn))
ORDER BY time, {{classRank "class"}}, class
