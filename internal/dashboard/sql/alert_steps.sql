{{/* A row for each step: 1 if it stands as the rule says, otherwise 0. Connectors of which several are in trouble at once
     are told of by one alert, so here they count as 0. */ -}}
WITH {{template "stepConditions" .}}
SELECT
  step_name AS step,
  group_name AS "group",
  owner,
  (condition = {{literal .Condition}} AND (group_name <> {{connectorGroup}} OR down < {{.SourcesDown}}))::int::float8 AS value
FROM conditions, sources
ORDER BY place, step_name
