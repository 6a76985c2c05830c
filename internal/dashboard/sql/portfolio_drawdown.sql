{{/* The peak of a NAV is the NAV itself or the highest daily NAV of all days before it. So it does not depend on the
     range and its cells. Of each cell the first, the last, the deepest and the smallest drawdown are drawn, at
     their own times. Of several snapshots without a drawdown, the one with the highest NAV counts.

     No part lies in two days, so its deepest drawdown is that of its lowest NAV, and its smallest that of its highest. */ -}}
WITH RECURSIVE {{template "allDailyNAVs" "$__timeTo()::timestamptz"}},
{{template "navParts" .}},
peaks AS (
  SELECT day, max(nav) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS peak
  FROM daily
),
falls AS (
  SELECT begins, {{template "navColumns"}},
    {{template "fallOf" "first_nav"}} AS first_fall,
    {{template "fallOf" "last_nav"}} AS last_fall,
    coalesce({{template "fallOf" "lowest_nav"}}, {{template "fallOf" "highest_nav"}}) AS deepest,
    {{template "fallOf" "highest_nav"}} AS smallest
  FROM (SELECT *, {{template "dayOf" "first_at"}} AS day FROM parts) of_days
  JOIN peaks USING (day)
),
marked AS (
  SELECT *, {{template "partsOfCells" (between "deepest, CASE WHEN deepest < 0 THEN lowest_nav ELSE -highest_nav END, CASE WHEN deepest < 0 THEN lowest_at ELSE highest_at END" "smallest DESC NULLS LAST, highest_nav DESC, highest_at")}}
  FROM falls
)
SELECT time, "Drawdown"
FROM (
  SELECT first_at AS time, first_fall AS "Drawdown" FROM marked WHERE is_first
  UNION
  SELECT last_at, last_fall FROM marked WHERE is_last
  UNION
  SELECT CASE WHEN deepest < 0 THEN lowest_at ELSE highest_at END, deepest FROM marked WHERE is_lowest
  UNION
  SELECT highest_at, smallest FROM marked WHERE is_highest
) points
ORDER BY time
