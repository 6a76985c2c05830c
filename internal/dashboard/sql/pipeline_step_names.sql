{{/* The choices of the variable step: the desk's connectors, also before their first run, and all steps that have run. One
     index probe finds each step. */ -}}
WITH RECURSIVE steps AS (
  (SELECT r.step_name::text AS step_name FROM {{rows "pipeline_runs"}} r ORDER BY r.step_name::text LIMIT 1)
  UNION ALL
  SELECT (SELECT n.step_name::text FROM {{rows "pipeline_runs"}} n WHERE n.step_name::text > s.step_name ORDER BY n.step_name::text LIMIT 1)
  FROM steps s
  WHERE s.step_name IS NOT NULL
)
SELECT step_name FROM (
  SELECT step_name FROM steps WHERE step_name <> ''
  UNION
  SELECT unnest(ARRAY[{{.Connectors}}]::text[])
) names
ORDER BY step_name COLLATE "C"
