{{/* The peak of a NAV is the highest daily NAV of the days before it, of the whole history, or
     itself: the same whatever the range and its cells. */ -}}
WITH RECURSIVE {{template "dailyNAVs" 0}},
{{template "snapshots" .}},
peaks AS (
  SELECT day, max(nav) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS peak
  FROM (SELECT {{template "dayOf" "at"}} AS day, nav FROM daily) days
)
SELECT at AS time, CASE WHEN greatest(nav, peak) > 0 THEN (nav / greatest(nav, peak) - 1) * 100 END AS "Drawdown"
FROM (SELECT at, nav, {{template "dayOf" "at"}} AS day FROM snapshots) points
JOIN peaks USING (day)
ORDER BY time
