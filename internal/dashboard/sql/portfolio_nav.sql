{{/* Of each cell the first, the last, the lowest and the highest NAV, at their own times. */ -}}
WITH RECURSIVE {{template "navParts" .}},
marked AS (
  SELECT {{template "navColumns"}}, {{template "partsOfCells" (between "lowest_nav, lowest_at" "highest_nav DESC, highest_at")}}
  FROM parts
)
SELECT time, "Portfolio NAV"
FROM (
  SELECT first_at AS time, first_nav AS "Portfolio NAV" FROM marked WHERE is_first
  UNION
  SELECT last_at, last_nav FROM marked WHERE is_last
  UNION
  SELECT lowest_at, lowest_nav FROM marked WHERE is_lowest
  UNION
  SELECT highest_at, highest_nav FROM marked WHERE is_highest
) points
ORDER BY time
