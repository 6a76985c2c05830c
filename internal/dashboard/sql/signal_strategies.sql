{{/* The choices of the variable strategy: all strategies that have ever given a signal. One index probe finds each. */ -}}
WITH RECURSIVE strategies AS (
  (SELECT s.strategy_id FROM {{rows "strategy_signals"}} s ORDER BY s.strategy_id LIMIT 1)
  UNION ALL
  SELECT (SELECT n.strategy_id FROM {{rows "strategy_signals"}} n WHERE n.strategy_id > s.strategy_id ORDER BY n.strategy_id LIMIT 1)
  FROM strategies s
  WHERE s.strategy_id IS NOT NULL
)
SELECT strategy_id::text AS strategy FROM strategies WHERE strategy_id::text <> '' ORDER BY strategy_id::text COLLATE "C"
