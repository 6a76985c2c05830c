{{/* By how many hours the newest book is newer than the book that the risk is of: 0 if the risk is of the newest book. */ -}}
SELECT 'risk' AS subject, greatest(extract(epoch FROM book.at - coalesce(risk.at, book.at - interval '1 day')), 0)::float8 / 3600 AS value
FROM (SELECT max("timestamp")::timestamptz AS at FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" <= $__timeTo()) book
CROSS JOIN (SELECT ({{template "riskAt"}})::timestamptz AS at) risk
WHERE book.at IS NOT NULL
