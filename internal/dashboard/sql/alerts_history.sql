{{/* The alerts that began in the range and have fired by its end, the latest first. */ -}}
SELECT
  {{template "alertColumns"}},
  CASE WHEN listed > {{.AlertsListed}} THEN 'latest {{.AlertsListed}}, there are more' END AS cut
FROM (
  SELECT *, count(*) OVER () AS listed
  FROM (
    SELECT * FROM alerts WHERE $__timeFilter(since) AND fired_at <= $__timeTo() ORDER BY since DESC, alert_id LIMIT {{.AlertsListed}} + 1
  ) latest
) a
ORDER BY a.since DESC, a.alert_id
LIMIT {{.AlertsListed}}
