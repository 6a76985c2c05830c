{{/* The marks of the alerts that began in the range, at most the latest MarkedMost: those of some groups, or those of the
     steps. A failure has a mark of its own on the chart of runs, so failures are not among the latter. */ -}}
SELECT
  since AS time,
  {{template "inHTML" "upper(severity) || ': ' || summary"}} AS text,
  'alert,' || severity || ',' || replace(rule, ',', ' ') || ',' || replace(subject, ',', ' ') AS tags,
  NULL::timestamptz AS timeend,
  1::float8 AS count
FROM alerts
WHERE $__timeFilter(since) AND fired_at <= $__timeTo()
  AND {{if .AlertGroups}}group_name IN ({{.AlertGroups}}){{else}}rule LIKE 'step\_%' AND rule <> 'step_failed' AND {{chosenStep "subject"}}{{end}}
ORDER BY since DESC, alert_id
LIMIT {{.MarkedMost}}
