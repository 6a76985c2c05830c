{{/* Every strategy of some classes in every class that it has signals in, and null where it has none. The matrix
     takes its rows and columns in the order in which they come. A strategy of the cross-asset class stands in the
     classes of its instruments, every other strategy in its own class. If the signals are stale, a first row without
     cells says so.

     A signal whose direction is not known counts in no mean. A cell that has no other signals is NaN, which the panel
     shows as a question mark. A row without cells says how many such signals there are, and the column notice has it
     for the viewer. */ -}}
WITH {{template "latestSignals" .}},
{{template "placedSignals" .}},
strategies AS (
  SELECT DISTINCT strategy_id, own_class FROM placed
),
unread AS (
  SELECT direction AS word, count(*) AS rows, row_number() OVER (ORDER BY count(*) DESC, direction) AS place
  FROM placed
  WHERE {{template "notKnown" "direction"}}
  GROUP BY direction
),
lines AS (
  SELECT DISTINCT class AS label, class, {{classRank "class"}} AS rank FROM placed
  UNION ALL
  SELECT stale_since, NULL, 0 FROM span WHERE is_stale
  UNION ALL
  SELECT sum(rows) || ' unknown: ' || {{template "unreadList"}}, NULL, 0.5 FROM unread HAVING count(*) > 0
),
cells AS (
  SELECT strategy_id, class, coalesce(avg(signed_confidence), 'NaN') AS signed_confidence FROM placed GROUP BY strategy_id, class
)
SELECT
  label AS "Asset class",
  strategy_id,
  signed_confidence,
  CASE WHEN row_number() OVER (ORDER BY rank, label) = 1 THEN (SELECT {{template "signalsNotice"}} FROM unread) END AS notice
FROM lines
CROSS JOIN strategies
LEFT JOIN cells USING (strategy_id, class)
ORDER BY rank, label, {{classRank "own_class"}}, strategy_id COLLATE "C"
