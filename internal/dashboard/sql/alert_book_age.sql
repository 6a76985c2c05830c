{{/* How old the newest snapshot is, in hours of the days on which the desk works. */ -}}
SELECT 'book' AS subject, {{template "workingSeconds" (between "newest.at" "$__timeTo()")}}::float8 / 3600 AS value
FROM (SELECT max("timestamp")::timestamptz AS at FROM {{rows "portfolio_state"}} portfolio_state WHERE "timestamp" <= $__timeTo()) newest
WHERE newest.at IS NOT NULL
