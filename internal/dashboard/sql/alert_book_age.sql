{{/* How old the newest snapshot is, in hours of weekdays. */ -}}
SELECT 'book' AS subject, {{template "weekdayHours" "newest.at"}} AS value
FROM (SELECT max("timestamp")::timestamptz AS at FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" <= $__timeTo()) newest
WHERE newest.at IS NOT NULL
