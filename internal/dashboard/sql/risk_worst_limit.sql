{{/* One row, always: the limit of the latest check that is used most, and since when it has been in breach. The query
     goes back from check to check, with two index probes each, until a check was within the limit. The percentage is
     rounded as Grafana rounds that of the limit's bar. */ -}}
WITH RECURSIVE latest AS (
  SELECT l.checked_at AS at, l.limit_name AS key, l.limit_name::text AS name, l.utilization_pct::float8 AS used,
    count(*) FILTER (WHERE l.utilization_pct > 100) OVER () AS breaches
  FROM {{rows "risk_limits_status"}} l
  WHERE l.checked_at = ({{template "limitsAt"}}) AND l.utilization_pct IS NOT NULL
  ORDER BY used DESC, l.limit_name::text COLLATE "C"
  LIMIT 1
),
breach AS (
  SELECT at, key, 1 AS checks FROM latest WHERE used > 100
  UNION ALL
  SELECT earlier.at, breach.key, breach.checks + 1
  FROM breach
  CROSS JOIN LATERAL (
    SELECT checked_at AS at FROM {{rows "risk_limits_status"}} risk_limits_status WHERE checked_at < breach.at ORDER BY checked_at DESC LIMIT 1
  ) earlier
  WHERE breach.checks < {{.BreachChecks}}
    AND EXISTS (SELECT FROM {{rows "risk_limits_status"}} l WHERE l.checked_at = earlier.at AND l.limit_name = breach.key AND l.utilization_pct > 100)
),
began AS (
  SELECT min(at) AS at, max(checks) AS checks FROM breach
)
SELECT
  coalesce(latest.name || ' ' || CASE WHEN latest.used > 9999 THEN 'over 9999' ELSE round((floor(latest.used * 10 + 0.5) / 10)::numeric, 1)::text END || '%'
    || CASE WHEN latest.breaches > 1 THEN ' and ' || latest.breaches - 1 || ' more' ELSE '' END, {{literal .NoLimits}}) AS worst,
  CASE
    WHEN began.at IS NOT NULL THEN
      'in breach since ' || CASE WHEN began.checks = {{.BreachChecks}} THEN 'before ' ELSE '' END
        || to_char(began.at AT TIME ZONE {{zone}}, CASE
          WHEN date_trunc('year', began.at AT TIME ZONE {{zone}}) = date_trunc('year', latest.at AT TIME ZONE {{zone}}) THEN 'FMDD Mon' ELSE 'FMDD Mon YYYY'
        END)
    WHEN latest.used >= {{.LimitNearlyFull}} THEN 'nearly used up'
    WHEN latest.used >= {{.LimitFilling}} THEN 'filling up'
    WHEN latest.used IS NOT NULL THEN 'within its limit'
  END AS since
FROM (SELECT) always
LEFT JOIN latest ON true
LEFT JOIN began ON true
