{{/* One row, always: how the connector stood at the end of the range. The columns runs_from and runs_to are the range of the
     tile's link, in milliseconds: the chosen range, which begins a week before the latest run if it would begin later. */ -}}
SELECT
  shown.state AS status,
  shown.started_at,
  {{template "spoken" "shown.seconds"}} || coalesce(', usually ' || {{template "spoken" "usual.median"}}, '') AS took,
  shown.seconds AS duration_seconds,
  usual.median AS usual_seconds,
  usual.most AS usual_most_seconds,
  {{template "milliseconds" "least($__timeFrom()::timestamptz, coalesce(shown.started_at, latest.at) - interval '7 days')"}} AS runs_from,
  {{template "milliseconds" "$__timeTo()::timestamptz"}} AS runs_to
FROM (SELECT {{template "asOf" .}} AS at) latest
LEFT JOIN macrowatch_steps step ON step.step_name = {{literal .Step}}
CROSS JOIN LATERAL ({{template "standing" (literal .Step)}}) shown
LEFT JOIN LATERAL ({{template "usualSeconds" (literal .Step)}}) usual ON true
