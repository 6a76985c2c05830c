{{/* One row with a column for each step of the desk: how it stands at the end of the range. The first column counts them. */ -}}
WITH latest AS MATERIALIZED (SELECT {{template "asOf" .}} AS at),
standings AS MATERIALIZED (
  SELECT names.step_name, shown.state
  FROM latest
  CROSS JOIN unnest(ARRAY[{{.StepNames}}]::text[]) names(step_name)
  LEFT JOIN macrowatch_steps step ON step.step_name = names.step_name
  CROSS JOIN LATERAL ({{template "standing" "names.step_name"}}) shown
)
SELECT
  (SELECT string_agg(steps || ' ' || state, ', ' ORDER BY steps DESC, state) FROM (SELECT state, count(*) AS steps FROM standings GROUP BY state) counted) AS "All",
  {{range $n, $step := .Steps}}{{if $n}},
  {{end}}max(state) FILTER (WHERE step_name = {{literal $step.Name}}) AS {{identifier $step.Title}}{{end}}
FROM standings
