{{/* When the NAV from which the current drawdown counts was reached. */ -}}
WITH RECURSIVE {{template "allDailyNAVs" "$__timeTo()::timestamptz"}}
SELECT at FROM daily ORDER BY nav DESC, at DESC LIMIT 1
