WITH {{template "latestSignals" .}}
SELECT
  class || CASE WHEN is_stale THEN ' (' || stale_since || ')' ELSE '' END AS "Asset class",
  confidence
FROM span
CROSS JOIN (
  SELECT class, avg(confidence) AS confidence
  FROM (SELECT {{strategyClass "strategy_id"}} AS class, confidence FROM signals) classified
  GROUP BY class
) means
ORDER BY {{classRank "class"}}
