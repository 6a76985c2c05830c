{{/* The worst scenarios of the latest stress run. The limit is looked up by name in the row as JSON, since another tool's
     table may lack the column. A gain takes nothing of the limit, and a limit of zero or less has no share. */ -}}
SELECT
  scenario_name::text AS "Scenario",
  portfolio_pnl_pct::float8 AS "P&L",
  CASE WHEN portfolio_pnl_pct < 0 AND most.loss > 0 THEN -portfolio_pnl_pct::float8 / most.loss * 100 END AS "Of limit"
FROM {{rows "stress_test_results"}} stress_test_results
LEFT JOIN (
  SELECT (to_jsonb(l) ->> 'limit_value')::float8 AS loss
  FROM {{rows "risk_limits_status"}} l
  WHERE l.checked_at = ({{template "limitsAt"}}) AND l.limit_name::text = {{literal .StressLimit}}
) most ON true
WHERE run_date = ({{template "stressAt"}})
ORDER BY portfolio_pnl_pct, scenario_name::text COLLATE "C"
LIMIT {{.WorstScenarios}}
