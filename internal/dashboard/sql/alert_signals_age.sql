{{/* How old the newest signal is, in hours of the days on which the desk works. */ -}}
SELECT 'signals' AS subject, {{template "workingSeconds" (between "newest.at" "$__timeTo()")}}::float8 / 3600 AS value
FROM (SELECT max(generated_at)::timestamptz AS at FROM {{rows "strategy_signals"}} strategy_signals WHERE generated_at <= $__timeTo()) newest
WHERE newest.at IS NOT NULL
