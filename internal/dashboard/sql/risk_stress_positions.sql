{{/* What each position makes in the chosen scenario, the largest loss first. If there are more than the list has room for, those
     that move least stand together in the last row, so that the rows always sum to the result. What can't be priced has
     no P&L and is always listed. A result that reads as zero has no shares. */ -}}
WITH scenario AS (
  SELECT scenario_name::text AS name, portfolio_pnl_pct::float8 AS result
  FROM {{rows "stress_test_results"}} stress_test_results
  WHERE run_date = ({{template "stressAt"}}) AND {{chosenScenario "scenario_name::text"}}
  ORDER BY portfolio_pnl_pct, scenario_name::text COLLATE "C"
  LIMIT 1
),
positions AS (
  SELECT *, row_number() OVER (ORDER BY abs(pnl_pct) DESC NULLS FIRST, strategy_id COLLATE "C", instrument COLLATE "C") <= {{.PositionsMost}} AS listed
  FROM stress_test_positions
  WHERE run_date = ({{template "stressAt"}}) AND scenario_name = (SELECT name FROM scenario)
),
drawn AS (
  SELECT 1 AS place, strategy_id, instrument, asset_class, weight, pnl_pct FROM positions WHERE listed
  UNION ALL
  SELECT 2, count(*) || ' smaller positions', NULL, NULL, sum(weight), sum(pnl_pct) FROM positions WHERE NOT listed HAVING count(*) > 0
)
SELECT
  scenario.name AS "Scenario",
  strategy_id AS "Strategy",
  instrument AS "Instrument",
  asset_class AS "Asset class",
  weight AS "Weight",
  pnl_pct AS "P&L",
  CASE WHEN abs(result) >= 0.005 THEN pnl_pct / result * 100 END AS "Share"
FROM drawn
CROSS JOIN scenario
ORDER BY place, pnl_pct NULLS LAST, strategy_id COLLATE "C", instrument COLLATE "C"
