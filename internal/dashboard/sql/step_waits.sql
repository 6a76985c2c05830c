{{/* The steps that the step waits for. */ -}}
WITH neighbours AS (SELECT w.waits_for AS name FROM macrowatch_step_waits w WHERE w.step_name = {{askedStep}})
{{template "neighbourStates" .}}
