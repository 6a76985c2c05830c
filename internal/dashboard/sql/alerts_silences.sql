{{/* The silences that held at some time in the range, the latest first. */ -}}
SELECT
  starts_at AS "From",
  ends_at AS "Until",
  CASE WHEN rule = '' THEN 'every rule' ELSE rule END AS "Rule",
  CASE WHEN subject = '' THEN 'every subject' ELSE subject END AS "Subject",
  made_by AS "Made by",
  reason AS "Reason",
  ended_by AS "Ended early by"
FROM alert_silences
WHERE starts_at <= $__timeTo() AND ends_at >= $__timeFrom()
ORDER BY starts_at DESC, silence_id
LIMIT {{.AlertsListed}}
