{{/* One row, always: how far the latest NAV stands below its peak, as the chart of drawdowns ends. */ -}}
WITH RECURSIVE {{template "allDailyNAVs" "$__timeTo()::timestamptz"}}
SELECT CASE WHEN max(nav) > 0 THEN (min(nav) FILTER (WHERE days_back = 0) / max(nav) - 1) * 100 END AS drawdown_pct
FROM daily
