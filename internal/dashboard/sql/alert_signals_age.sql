{{/* How old the newest signal is, in hours of weekdays. */ -}}
SELECT 'signals' AS subject, {{template "weekdayHours" "newest.at"}} AS value
FROM (SELECT max(generated_at)::timestamptz AS at FROM {{rows "strategy_signals"}} strategy_signals WHERE generated_at <= $__timeTo()) newest
WHERE newest.at IS NOT NULL
