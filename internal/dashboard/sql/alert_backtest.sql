{{/* A row for each confidence: 1 if the backtest is in the zone, otherwise 0. */ -}}
SELECT 'VaR ' || confidence_pct || '%' AS var, (coalesce(zone, '') = {{literal .Condition}})::int::float8 AS value
FROM risk_backtest_summary
WHERE computed_at = ({{template "riskAt"}})
ORDER BY confidence_pct
