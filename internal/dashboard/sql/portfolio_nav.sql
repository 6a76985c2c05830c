{{/* Of each cell the first, the last, the lowest and the highest NAV, at their own times. */ -}}
WITH RECURSIVE {{template "snapshots" .}}
SELECT at AS time, nav AS "Portfolio NAV"
FROM (
  SELECT at, nav, {{template "cellEnd"}} OR {{template "cellExtreme" "nav"}} AS kept
  FROM snapshots
) points
WHERE kept
ORDER BY time
