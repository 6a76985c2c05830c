{{/* Every strategy in every class, null where it has no signals: the matrix takes its rows and its
     columns in the order in which they come. Where the signals are stale a row without cells says
     so. A CROSS strategy stands in its instruments' classes, every other in its own. */ -}}
WITH {{template "latestSignals" .}},
named AS (
  {{template "namedClasses"}}
),
placed AS (
  SELECT
    strategy_id,
    own_class,
    CASE
      WHEN own_class <> 'Cross-Asset' THEN own_class
      WHEN instrument_class = 'Other' THEN 'Cross-Asset'
      ELSE instrument_class
    END AS class,
    CASE direction WHEN 'LONG' THEN confidence WHEN 'SHORT' THEN -confidence ELSE 0 END AS signed_confidence
  FROM (
    SELECT
      signals.*,
      {{template "strategyClass" "strategy_id"}} AS own_class,
      coalesce(named.class, {{template "prefixClass" "instrument"}}) AS instrument_class
    FROM signals
    LEFT JOIN named USING (instrument)
  ) classified
),
strategies AS (
  SELECT DISTINCT strategy_id, own_class FROM placed
),
lines AS (
  SELECT DISTINCT class AS label, class, {{template "classRank" "class"}} AS rank FROM placed
  UNION ALL
  SELECT stale_since, NULL, 0 FROM span WHERE is_stale
),
cells AS (
  SELECT strategy_id, class, avg(signed_confidence) AS signed_confidence FROM placed GROUP BY strategy_id, class
)
SELECT
  label AS "Asset class",
  strategy_id,
  signed_confidence
FROM lines
CROSS JOIN strategies
LEFT JOIN cells USING (strategy_id, class)
ORDER BY rank, label, {{template "classRank" "own_class"}}, strategy_id COLLATE "C"
