{{/* The signals that the matrix is about, one by one. Where there are more than the list has room for, the column cut says
     how many. */ -}}
WITH {{template "latestSignals" .}},
named AS (
  {{template "namedClasses"}}
),
placed AS (
  SELECT *, {{template "shownClass" .}} AS class
  FROM (
    SELECT
      signals.*,
      {{strategyClass "strategy_id"}} AS own_class,
      coalesce(named.class, {{instrumentClass "instrument"}}) AS instrument_class
    FROM signals
    LEFT JOIN named USING (instrument)
    WHERE {{chosenStrategy "strategy_id"}}
  ) classified
)
SELECT
  strategy_id AS "Strategy",
  class AS "Asset class",
  instrument AS "Instrument",
  direction AS "Direction",
  confidence AS "Confidence",
  generated_at AS "Time",
  CASE WHEN count(*) OVER () > {{.SignalsMost}} THEN 'first {{.SignalsMost}} of ' || count(*) OVER () END AS cut
FROM placed
ORDER BY {{classRank "own_class"}}, strategy_id COLLATE "C", {{classRank "class"}}, instrument COLLATE "C"
LIMIT {{.SignalsMost}}
