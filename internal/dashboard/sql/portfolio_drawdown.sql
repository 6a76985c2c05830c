{{/* The peak of a NAV is the NAV itself or the highest daily NAV of all days before it. So it does not depend on the
     range and its cells. Of each cell the first, the last, the deepest and the smallest drawdown are drawn, at
     their own times. */ -}}
WITH RECURSIVE {{template "dailyNAVs" 0}},
{{template "snapshots" .}},
peaks AS (
  SELECT day, max(nav) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS peak
  FROM (SELECT {{template "dayOf" "at"}} AS day, nav FROM daily) days
),
falls AS (
  SELECT at, begins, CASE WHEN greatest(nav, peak) > 0 THEN (nav / greatest(nav, peak) - 1) * 100 END AS fall
  FROM (SELECT at, begins, nav, {{template "dayOf" "at"}} AS day FROM snapshots) points
  JOIN peaks USING (day)
)
SELECT at AS time, fall AS "Drawdown"
FROM (
  SELECT at, fall, {{template "cellEnd"}} OR {{template "cellExtreme" "fall"}} AS kept
  FROM falls
) points
WHERE kept
ORDER BY time
