{{/* How many connectors are in trouble. */ -}}
WITH {{template "stepConditions" .}}
SELECT {{connectorGroup}}::text AS "group", down::float8 AS value
FROM sources
