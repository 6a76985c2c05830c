{{/* How far the NAV is below its peak, in percent. */ -}}
SELECT 'book' AS subject, max_drawdown::float8 AS value
FROM {{rows "risk_metrics_daily"}} risk_metrics_daily
WHERE computed_at = ({{template "riskAt"}}) AND max_drawdown IS NOT NULL
