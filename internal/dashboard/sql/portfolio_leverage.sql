SELECT sum(abs(weight::float8)) AS gross_leverage
FROM portfolio_state
WHERE "timestamp" = ({{template "latestSnapshot"}})
