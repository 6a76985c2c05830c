{{/* One row, always: how the step stood at the end of the range, as a connector's tile says it. */ -}}
SELECT
  CASE WHEN {{template "stepKnown"}} THEN shown.state ELSE 'NO SUCH STEP' END AS status,
  shown.started_at,
  {{template "spoken" "shown.seconds"}} || coalesce(', usually ' || {{template "spoken" "usual.median"}}, '') AS took
FROM (SELECT {{template "asOf" .}} AS at) latest
LEFT JOIN macrowatch_steps step ON step.step_name = {{askedStep}}
CROSS JOIN LATERAL ({{template "standing" askedStep}}) shown
LEFT JOIN LATERAL ({{template "usualSeconds" askedStep}}) usual ON true
