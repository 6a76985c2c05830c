{{/* Every class in every scenario, null where the class has no positions. The matrix takes its rows and columns in
     the order in which they come: that of the chart above it. */ -}}
WITH run AS (
  SELECT scenario_name::text AS scenario, portfolio_pnl_pct AS pnl
  FROM {{rows "stress_test_results"}} stress_test_results
  WHERE run_date = ({{template "stressAt"}})
),
parts AS (
  SELECT scenario_name AS scenario, asset_class AS class, pnl_pct
  FROM stress_test_contributions
  WHERE run_date = ({{template "stressAt"}})
),
classes AS (
  SELECT DISTINCT class FROM parts
)
SELECT scenario AS "Scenario", class, pnl_pct
FROM run
CROSS JOIN classes
LEFT JOIN parts USING (scenario, class)
ORDER BY pnl, scenario COLLATE "C", {{classRank "class"}}, class COLLATE "C"
