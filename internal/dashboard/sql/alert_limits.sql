{{/* How much of each limit is used, in percent, at the latest check. */ -}}
SELECT limit_name::text AS "limit", max(utilization_pct::float8) AS value
FROM {{rows "risk_limits_status"}} risk_limits_status
WHERE checked_at = ({{template "limitsAt"}}) AND utilization_pct IS NOT NULL
GROUP BY limit_name::text
ORDER BY limit_name::text COLLATE "C"
