{{/* How many alerts began on each day of the desk, by severity. */ -}}
SELECT
  date_trunc('day', since AT TIME ZONE {{zone}}) AT TIME ZONE {{zone}} AS time,
  count(*) FILTER (WHERE severity = 'critical')::float8 AS "CRITICAL",
  count(*) FILTER (WHERE severity = 'warning')::float8 AS "WARNING"
FROM alerts
WHERE $__timeFilter(since) AND fired_at <= $__timeTo()
GROUP BY 1
ORDER BY 1
