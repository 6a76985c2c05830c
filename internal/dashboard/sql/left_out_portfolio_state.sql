SELECT * FROM portfolio_state
WHERE "timestamp" BETWEEN least($__timeFrom()::timestamptz, ({{template "latestSnapshot"}})) AND $__timeTo()
  OR "timestamp" IS NULL OR "timestamp" < '1000-01-01' OR "timestamp" > '9999-12-31'
