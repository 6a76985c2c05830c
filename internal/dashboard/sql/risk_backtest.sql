{{/* A tested day stands at the desk's closing hour, from which its prices are known. The columns week_from and day_to are
     the range of the links, in milliseconds: the seven days that end with the tested day. */ -}}
SELECT
  (day + time {{closingTime}}) AT TIME ZONE {{zone}} AS time,
  hypothetical_pnl_pct AS "Hypothetical P&L",
  actual_return_pct AS "Actual return",
  -var_95_pct AS "-VaR 95%",
  -var_99_pct AS "-VaR 99%",
  CASE WHEN hypothetical_pnl_pct < -var_95_pct THEN hypothetical_pnl_pct END AS "Beyond VaR 95%",
  CASE WHEN hypothetical_pnl_pct < -var_99_pct THEN hypothetical_pnl_pct END AS "Beyond VaR 99%",
  {{template "milliseconds" (printf "(day - 6)::timestamp AT TIME ZONE %s" zone)}} AS week_from,
  {{template "milliseconds" (printf "(day + 1)::timestamp AT TIME ZONE %s" zone)}} - 1 AS day_to
FROM risk_backtest
WHERE day BETWEEN ($__timeFrom()::timestamptz AT TIME ZONE {{zone}} - interval {{closingTime}})::date
    AND ($__timeTo()::timestamptz AT TIME ZONE {{zone}} - interval {{closingTime}})::date
  AND (day + time {{closingTime}}) AT TIME ZONE {{zone}} >= $__timeFrom()
ORDER BY time
