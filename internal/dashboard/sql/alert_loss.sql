{{/* By how much the loss of the latest tested day was larger than the VaR, in percent of NAV. Older days than a week are
     those of a history that was computed again. */ -}}
SELECT day::text AS day, -hypothetical_pnl_pct - {{.VaRColumn}} AS value
FROM risk_backtest
WHERE day = (SELECT max(day) FROM risk_backtest WHERE day <= ($__timeTo()::timestamptz AT TIME ZONE {{zone}})::date)
  AND (day + time {{closingTime}}) AT TIME ZONE {{zone}} >= $__timeTo()::timestamptz - interval '7 days'
