{{/* Every class in every snapshot, with zero where it has no positions: a stacked area would have
     a gap there. OFFSET 0 keeps the planner from joining the snapshots with the whole table. */ -}}
WITH {{template "snapshots" .}},
named AS (
  {{template "namedClasses"}}
),
held AS (
  SELECT snapshots.at, positions.instrument, sum(positions.gross) AS gross
  FROM snapshots
  CROSS JOIN LATERAL (
    SELECT p.instrument::text AS instrument, abs(p.weight::float8) AS gross
    FROM portfolio_state p
    WHERE p."timestamp" = snapshots.at
    OFFSET 0
  ) positions
  GROUP BY snapshots.at, positions.instrument
),
allocated AS (
  SELECT at, class, sum(gross) AS gross
  FROM (
    SELECT held.at, coalesce(named.class, {{template "prefixClass" "held.instrument"}}) AS class, held.gross
    FROM held
    LEFT JOIN named USING (instrument)
  ) classified
  GROUP BY at, class
),
classes AS (
  SELECT class FROM allocated GROUP BY class HAVING sum(gross) > 0
)
SELECT at AS time, class AS metric, coalesce(gross, 0) AS "Allocation"
FROM snapshots
CROSS JOIN classes
LEFT JOIN allocated USING (at, class)
ORDER BY time, {{template "classRank" "class"}}, class
