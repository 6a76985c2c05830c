{{/* What the page of one step is made of. Its step is the one that the variable step names. */}}

{{/* Whether there is such a step: the desk has it, or it has run. */}}
{{define "stepKnown" -}}
(
    EXISTS (SELECT FROM macrowatch_steps WHERE step_name = {{askedStep}})
    OR EXISTS (SELECT FROM {{rows "pipeline_runs"}} pipeline_runs WHERE step_name::text = {{askedStep}})
  )
{{- end}}

{{/* How some steps stand at the end of the range. The steps are those of a common table expression neighbours, which has the
     column name. */}}
{{define "neighbourStates" -}}
SELECT
  n.name AS "Step",
  shown.state AS "State",
  shown.started_at AS "Since",
  {{template "spoken" "shown.seconds"}} AS "Took"
FROM (SELECT {{template "asOf" .}} AS at) latest
CROSS JOIN neighbours n
LEFT JOIN macrowatch_steps step ON step.step_name = n.name
CROSS JOIN LATERAL ({{template "standing" "n.name"}}) shown
ORDER BY step.place, n.name COLLATE "C"
{{- end}}
