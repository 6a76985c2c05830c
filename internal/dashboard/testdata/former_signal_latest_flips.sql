{{/* The query walks back from the end of the range, with one index probe for each signal, and stops at the first flip
     that the list has no room for: then the column cut says that there are more. */ -}}
SELECT
  "Time", "Strategy", "Instrument", "From", "To",
  CASE WHEN listed > {{.ListedMost}} THEN 'latest {{.ListedMost}}, there are more' END AS cut,
  CASE WHEN row_number() OVER (ORDER BY "Time" DESC, "Strategy", "Instrument") = 1 THEN (SELECT {{template "signalsNotice"}} FROM (
  {{template "unreadSignals" (printf "$__timeFilter(generated_at) AND %s" (chosenStrategy "strategy_id::text"))}}
  ) unread) END AS notice
FROM (
  SELECT
    count(*) OVER () AS listed,
    s.generated_at AS "Time",
    s.strategy_id::text AS "Strategy",
    s.instrument::text AS "Instrument",
    before.direction AS "From",
    {{template "directionRead" "s.direction"}} AS "To"
  FROM {{rows "strategy_signals"}} s
  CROSS JOIN LATERAL (
    SELECT {{template "directionRead" "p.direction"}} AS direction
    FROM {{rows "strategy_signals"}} p
    WHERE p.strategy_id = s.strategy_id AND p.instrument = s.instrument AND p.generated_at < s.generated_at
    ORDER BY p.generated_at DESC
    LIMIT 1
  ) before
  WHERE $__timeFilter(s.generated_at) AND {{chosenStrategy "s.strategy_id::text"}} AND {{template "directionRead" "s.direction"}} <> before.direction
  ORDER BY s.generated_at DESC, s.strategy_id, s.instrument
  LIMIT {{.ListedMost}} + 1
) latest
ORDER BY "Time" DESC, "Strategy", "Instrument"
LIMIT {{.ListedMost}}
