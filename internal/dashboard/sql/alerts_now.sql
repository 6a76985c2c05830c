{{/* The alerts that fire at the end of the range. Those that had ended by now, but fired then, are found among the alerts
     that began in the 90 days before. */ -}}
SELECT
  {{template "alertColumns"}}
FROM (
  SELECT * FROM alerts WHERE state <> 'resolved'
  UNION ALL
  SELECT * FROM alerts WHERE state = 'resolved' AND since BETWEEN $__timeTo()::timestamptz - interval '90 days' AND $__timeTo() AND resolved_at > $__timeTo()
) a
WHERE a.fired_at <= $__timeTo()
ORDER BY a.severity = 'critical' DESC, a.since DESC, a.rule, a.subject
LIMIT {{.AlertsListed}}
