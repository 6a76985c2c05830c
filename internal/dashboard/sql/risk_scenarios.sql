{{/* The choices of the variable scenario: the worst scenario, whichever it is, then all scenarios of the latest run by the end
     of the range, the worst first. The first choice is there before any run. */ -}}
SELECT name FROM (
  SELECT {{literal .WorstScenario}} AS name, 1 AS place, 0::float8 AS pnl
  UNION ALL
  SELECT scenario_name::text, 2, portfolio_pnl_pct::float8
  FROM {{rows "stress_test_results"}} stress_test_results
  WHERE run_date = ({{template "stressAt"}}) AND scenario_name::text <> ''
) scenarios
ORDER BY place, pnl, name COLLATE "C"
