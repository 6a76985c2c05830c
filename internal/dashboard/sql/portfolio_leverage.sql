SELECT sum(abs(weight::float8)) AS gross_leverage
FROM {{rows "portfolio_state"}} portfolio_state
WHERE "timestamp" = ({{template "latestSnapshot"}})
