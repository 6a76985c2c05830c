{{/* One row with a column for each step of the desk: how it stands at the end of the range. The first column counts them. The
     states stand in an array in the order of the columns, so that each column costs one look-up however many steps there are. */ -}}
WITH latest AS MATERIALIZED (SELECT {{template "asOf" .}} AS at),
standings AS MATERIALIZED (
  SELECT names.place, shown.state
  FROM latest
  CROSS JOIN unnest(ARRAY[{{.StepNames}}]::text[]) WITH ORDINALITY names(step_name, place)
  LEFT JOIN macrowatch_steps step ON step.step_name = names.step_name
  CROSS JOIN LATERAL ({{template "standing" "names.step_name"}}) shown
),
in_order AS MATERIALIZED (SELECT array_agg(state ORDER BY place) AS states FROM standings)
SELECT
  (SELECT string_agg(steps || ' ' || state, ', ' ORDER BY steps DESC, state) FROM (SELECT state, count(*) AS steps FROM standings GROUP BY state) counted) AS "All",
  {{range $n, $step := .Steps}}{{if $n}},
  {{end}}states[{{place $n}}] AS {{identifier $step.Title}}{{end}}
FROM in_order
