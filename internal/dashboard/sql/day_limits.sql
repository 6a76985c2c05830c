{{/* The limits of the latest check, the fullest first, and since when each has been in breach. As for the worst limit,
     the query goes back from check to check until one was within the limit. */ -}}
WITH RECURSIVE latest AS (
  SELECT
    l.checked_at,
    l.limit_name AS key,
    l.utilization_pct::float8 AS utilization,
    (to_jsonb(l) ->> 'current_value')::float8 AS current_value,
    (to_jsonb(l) ->> 'limit_value')::float8 AS limit_value
  FROM {{rows "risk_limits_status"}} l
  WHERE l.checked_at = ({{template "limitsAt"}})
),
breach AS (
  SELECT checked_at AS at, key, 1 AS checks FROM latest WHERE utilization > 100
  UNION ALL
  SELECT earlier.at, breach.key, breach.checks + 1
  FROM breach
  CROSS JOIN LATERAL (
    SELECT checked_at AS at FROM {{rows "risk_limits_status"}} risk_limits_status WHERE checked_at < breach.at ORDER BY checked_at DESC LIMIT 1
  ) earlier
  WHERE breach.checks < {{.BreachChecks}}
    AND EXISTS (SELECT FROM {{rows "risk_limits_status"}} l WHERE l.checked_at = earlier.at AND l.limit_name = breach.key AND l.utilization_pct > 100)
)
SELECT
  key::text AS "limit",
  utilization,
  current_value,
  limit_value,
  (SELECT min(at) FROM breach WHERE breach.key = latest.key) AS since,
  (SELECT max(checks) = {{.BreachChecks}} FROM breach WHERE breach.key = latest.key) AS longer
FROM latest
ORDER BY utilization DESC NULLS LAST, key::text COLLATE "C"
