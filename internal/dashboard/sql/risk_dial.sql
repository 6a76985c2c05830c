{{/* The settings of a dial. Its marks follow the desk's limit in the latest check. The built-in limit counts if no
     limit was checked, or none under the name of a dial's limit, since another tool may name its limits otherwise.
     If the desk has other dials' limits but not this one, the dial is grey.

     The first mark lies below every figure, since versions of Grafana differ in how they colour a figure below the
     first mark. The yellow mark and the end of the scale keep their proportion to the limit. */ -}}
WITH checked AS (
  SELECT
    count(*) FILTER (WHERE name IN ({{.DialLimits}})) AS named,
    max(value) FILTER (WHERE name = {{literal .Limit.Name}}) AS value
  FROM (
    SELECT l.limit_name::text AS name, (to_jsonb(l) ->> 'limit_value')::numeric AS value
    FROM {{rows "risk_limits_status"}} l
    WHERE l.checked_at = ({{template "limitsAt"}})
  ) stored
  WHERE value > 0 AND value < 1e12
),
held AS (
  SELECT CASE WHEN named = 0 AND NOT EXISTS (SELECT FROM risk_inputs WHERE computed_at = ({{template "limitsAt"}})) THEN {{.Limit.Limit}} ELSE value END AS value
  FROM checked
),
scaled AS (
  SELECT value, value * {{.Limit.Watch}} / {{.Limit.Limit}} AS watch, value * {{.Limit.Most}} / {{.Limit.Limit}} AS most
  FROM held
)
SELECT
  CASE WHEN value IS NOT NULL THEN -1e9 END::float8 AS below,
  CASE WHEN value IS NULL THEN -1e9 END::float8 AS no_limit,
  round(watch, 1 - floor(log(watch))::int)::float8 AS watch,
  value::float8 AS limit_value,
  (ceil(most * power(10::numeric, 1 - floor(log(most)))) / power(10::numeric, 1 - floor(log(most))))::float8 AS most
  {{- if .Limit.FromReturns}},
  'NaN' AS unknown,
  coalesce((
    SELECT returns || ' of {{.ReturnsLeast}} returns'
    FROM risk_inputs
    WHERE computed_at = ({{template "riskAt"}}) AND returns < {{.ReturnsLeast}}
  ), {{literal .NotComputed}}) AS unknown_text,
  {{literal .Grey}} AS unknown_colour
  {{- end}}
FROM scaled
