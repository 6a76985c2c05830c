{{/* Basel's zones count the exceptions of 250 days. With fewer days there is no zone. */ -}}
SELECT
  'VaR ' || confidence_pct || '%' AS "Tested",
  days::float8 AS "Days",
  exceptions::float8 AS "Exceptions",
  days * (1 - confidence_pct / 100) AS "Expected",
  kupiec_p AS "Kupiec p",
  christoffersen_p AS "Christoffersen p",
  CASE WHEN days >= {{.BacktestDays}} THEN zone WHEN confidence_pct = 99 THEN days || ' of {{.BacktestDays}} days' END AS "Basel zone"
FROM risk_backtest_summary
WHERE computed_at = ({{template "riskAt"}})
ORDER BY confidence_pct DESC
