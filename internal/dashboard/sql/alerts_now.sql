{{/* The alerts that fire at the end of the range. Those that had ended by now, but fired then, are found among the alerts
     that began in the 90 days before. */ -}}
SELECT
  {{template "alertColumns"}},
  (
    SELECT 'until ' || to_char(q.ends_at AT TIME ZONE {{zone}}, 'FMDD Mon HH24:MI') || ' by ' || q.made_by || CASE WHEN q.reason <> '' THEN ': ' || q.reason ELSE '' END
    FROM alert_silences q
    WHERE q.starts_at <= $__timeTo() AND q.ends_at > $__timeTo() AND q.rule IN ('', a.rule)
      AND (q.subject = '' OR a.subject LIKE replace(replace(replace(replace(q.subject, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%'))
    ORDER BY q.ends_at DESC, q.silence_id
    LIMIT 1
  ) AS "Silenced"
FROM (
  SELECT * FROM alerts WHERE state <> 'resolved'
  UNION ALL
  SELECT * FROM alerts WHERE state = 'resolved' AND since BETWEEN $__timeTo()::timestamptz - interval '90 days' AND $__timeTo() AND resolved_at > $__timeTo()
) a
WHERE a.fired_at <= $__timeTo()
ORDER BY a.severity = 'critical' DESC, a.since DESC, a.rule, a.subject
LIMIT {{.AlertsListed}}
