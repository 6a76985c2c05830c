{{/* The signals that Signal Overview is about, the most confident first, and when the newest of all signals came. */ -}}
WITH {{template "latestSignals" .}}
SELECT
  (SELECT newest FROM moment) AS newest,
  strategy_id AS strategy,
  instrument,
  direction,
  confidence
FROM (SELECT) always
LEFT JOIN signals ON true
ORDER BY CASE WHEN direction IN ('LONG', 'SHORT') THEN confidence END DESC NULLS LAST, strategy_id COLLATE "C", instrument COLLATE "C"
