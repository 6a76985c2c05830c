{{/* One row about the step, or none if there is no such step: what it is, when it is due next, and who looks after it. */ -}}
SELECT
  coalesce(step.title, asked.name) AS "Title",
  coalesce(step.group_name, 'not a step of the desk') AS "Group",
  next.due_at AS "Next due",
  next.start_by AS "Must start by",
  next.end_by AS "Must end by",
  coalesce(nullif(step.cron, ''), 'none') AS "Schedule",
  coalesce(step.owner, '') AS "Owner",
  CASE WHEN step.runbook ~* '^https?://' THEN step.runbook ELSE '' END AS "Runbook"
FROM (SELECT {{askedStep}}::text AS name) asked
CROSS JOIN (SELECT {{template "asOf" .}} AS at) latest
LEFT JOIN macrowatch_steps step ON step.step_name = asked.name
LEFT JOIN LATERAL (
  SELECT due_at, start_by, end_by FROM expected_runs e
  WHERE e.step_name = asked.name AND e.due_at > latest.at AND e.skipped IS NULL
  ORDER BY e.due_at
  LIMIT 1
) next ON true
WHERE {{template "stepKnown"}}
