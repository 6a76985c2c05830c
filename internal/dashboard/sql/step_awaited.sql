{{/* The steps that wait for the step. */ -}}
WITH neighbours AS (SELECT w.step_name AS name FROM macrowatch_step_waits w WHERE w.waits_for = {{askedStep}})
{{template "neighbourStates" .}}
