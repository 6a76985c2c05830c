SELECT * FROM risk_limits_status
WHERE checked_at BETWEEN least($__timeFrom()::timestamptz, ({{template "limitsAt"}})) AND $__timeTo()
  OR checked_at IS NULL OR checked_at < '1000-01-01' OR checked_at > '9999-12-31'
