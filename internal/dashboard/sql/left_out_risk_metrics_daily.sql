SELECT * FROM risk_metrics_daily
WHERE computed_at BETWEEN least($__timeFrom()::timestamptz, ({{template "riskAt"}})) AND $__timeTo()
  OR computed_at IS NULL OR computed_at < '1000-01-01' OR computed_at > '9999-12-31'
