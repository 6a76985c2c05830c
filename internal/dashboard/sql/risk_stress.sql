SELECT scenario_name::text AS "Scenario", portfolio_pnl_pct::float8 AS "P&L"
FROM {{rows "stress_test_results"}} stress_test_results
WHERE run_date = ({{template "stressAt"}})
ORDER BY portfolio_pnl_pct, scenario_name::text COLLATE "C"
