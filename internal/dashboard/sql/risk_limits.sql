{{/* Each limit's name with its value and the limit, if the table has them. The columns are looked up by name in the
     row as JSON, since another tool's table may lack them. If there are too few returns to know the value, the name
     says how many there are, and the bar is NaN. */ -}}
SELECT
  limit_name
    || coalesce(': ' || CASE WHEN utilization IS NULL THEN (
        SELECT returns || ' of {{.ReturnsLeast}} returns' FROM risk_inputs WHERE computed_at = checked_at
      ) END, '')
    || coalesce(CASE WHEN utilization IS NULL THEN ', limit ' || trim_scale(round(limit_value, 2)) END, '')
    || coalesce(': ' || round(current_value, 2) || ' of ' || trim_scale(round(limit_value, 2)), '')
    || CASE WHEN utilization > 100 THEN ', BREACH' ELSE '' END AS "Limit",
  coalesce(utilization, 'NaN') AS "Utilization"
FROM (
  SELECT
    l.checked_at,
    l.limit_name::text AS limit_name,
    l.utilization_pct::float8 AS utilization,
    (to_jsonb(l) ->> 'current_value')::numeric AS current_value,
    (to_jsonb(l) ->> 'limit_value')::numeric AS limit_value
  FROM {{rows "risk_limits_status"}} l
  WHERE l.checked_at = ({{template "limitsAt"}})
) checked
ORDER BY utilization DESC NULLS LAST, limit_name COLLATE "C"
