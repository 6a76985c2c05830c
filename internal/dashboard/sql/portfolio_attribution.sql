SELECT strategy_id::text AS strategy_id, sum(abs(weight::float8)) AS allocation
FROM {{rows "portfolio_state"}} portfolio_state
WHERE "timestamp" = ({{template "latestSnapshot"}})
GROUP BY strategy_id::text
HAVING sum(abs(weight::float8)) > 0
ORDER BY allocation DESC, strategy_id
