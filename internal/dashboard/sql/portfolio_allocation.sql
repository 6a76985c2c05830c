{{/* Of each cell the first and the last snapshot, and those in which a class or the whole is lowest and highest.
     Sums are compared to the billionth, since equal sums differ in their last digit by the order in which the
     weights are added. Each of these snapshots has every class, with zero where the class has no positions:
     otherwise a stacked area would have a gap.

     OFFSET 0 keeps the planner from joining the snapshots with the whole table. */ -}}
WITH RECURSIVE {{template "snapshots" .}},
named AS (
  {{template "namedClasses"}}
),
held AS (
  SELECT snapshots.at, positions.instrument, sum(positions.gross) AS gross
  FROM snapshots
  CROSS JOIN LATERAL (
    SELECT p.instrument::text AS instrument, abs(p.weight::float8) AS gross
    FROM {{rows "portfolio_state"}} p
    WHERE p."timestamp" = snapshots.at
    OFFSET 0
  ) positions
  GROUP BY snapshots.at, positions.instrument
),
allocated AS (
  SELECT at, class, sum(gross) AS gross
  FROM (
    SELECT held.at, coalesce(named.class, {{instrumentClass "held.instrument"}}) AS class, held.gross
    FROM held
    LEFT JOIN named USING (instrument)
  ) classified
  GROUP BY at, class
),
classes AS (
  SELECT class FROM allocated GROUP BY class HAVING sum(gross) > 0
),
filled AS (
  SELECT at, begins, class, coalesce(gross, 0) AS gross, round(coalesce(gross, 0) * 1e9) AS billionths,
    round(sum(gross) OVER (PARTITION BY at) * 1e9) AS total
  FROM snapshots
  CROSS JOIN classes
  LEFT JOIN allocated USING (at, class)
),
marked AS (
  SELECT
    at, class, gross,
    row_number() OVER (PARTITION BY begins, class ORDER BY at) = 1
      OR row_number() OVER (PARTITION BY begins, class ORDER BY at DESC) = 1
      OR row_number() OVER (PARTITION BY begins, class ORDER BY billionths, at) = 1
      OR row_number() OVER (PARTITION BY begins, class ORDER BY billionths DESC, at) = 1
      OR row_number() OVER (PARTITION BY begins, class ORDER BY total, at) = 1
      OR row_number() OVER (PARTITION BY begins, class ORDER BY total DESC NULLS LAST, at) = 1 AS kept
  FROM filled
)
SELECT at AS time, class AS metric, gross AS "Allocation"
FROM (SELECT *, bool_or(kept) OVER (PARTITION BY at) AS drawn FROM marked) points
WHERE drawn
ORDER BY time, {{classRank "class"}}, class
