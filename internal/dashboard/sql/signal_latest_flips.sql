{{/* The latest flips of the range, and one more, which shows that there are more: then the column cut says it. See
     shared_flips.sql.

     ends: of each strategy and instrument the last signal by the end of the range
     last: their last flips. Each is the first signal after the last one of another direction
     back: these, and the flips before them, as far as they may be among the latest of all. So a strategy is followed back
           only while its flips are later than the last flip of enough others.

     Of another tool's table the signals of the range are read from its end, with a probe for the signal before each; OFFSET 0
     keeps the planner from sorting them first. */ -}}
WITH RECURSIVE {{template "flipsIndexed"}},
{{template "flipPairs" "(SELECT yes FROM indexed)"}},
ends AS (
  SELECT pairs.strategy_id, pairs.instrument, latest.at, latest.direction, {{template "firstOther" "latest.direction"}} AS one, {{template "secondOther" "latest.direction"}} AS two
  FROM pairs
  CROSS JOIN LATERAL (
    SELECT s.strategy_id::text AS strategy_id, s.instrument::text AS instrument, s.generated_at AS at, s.direction::text AS direction
    FROM strategy_signals s
    WHERE (s.strategy_id::text, s.instrument::text, s.generated_at) <= (pairs.strategy_id, pairs.instrument, $__timeTo()::timestamptz)
    ORDER BY s.strategy_id::text DESC, s.instrument::text DESC, s.generated_at DESC
    LIMIT 1
  ) latest
  WHERE latest.strategy_id = pairs.strategy_id AND latest.instrument = pairs.instrument AND {{chosenStrategy "pairs.strategy_id"}}
),
parted AS (
  SELECT ends.strategy_id, ends.instrument, ends.direction, ends.one, first.at AS one_at, ends.two, second.at AS two_at
  FROM ends
  LEFT JOIN LATERAL (
    {{template "signalBefore" (signalProbe "ends" "one" "at")}}
  ) first ON true
  LEFT JOIN LATERAL (
    {{template "signalBefore" (signalProbe "ends" "two" "at")}}
  ) second ON true
),
last AS MATERIALIZED (
  SELECT parted.*, flip.at
  FROM (SELECT *, greatest(one_at, two_at) AS before_at FROM parted WHERE one_at IS NOT NULL OR two_at IS NOT NULL OFFSET 0) parted
  CROSS JOIN LATERAL (
    {{template "signalAfter" (signalProbe "parted" "direction" "before_at")}}
  ) flip
  WHERE $__timeFilter(flip.at)
),
back AS (
  SELECT strategy_id, instrument, at, direction, one, one_at, two, two_at, before_at, 1 AS place
  FROM last
  WHERE at >= coalesce((SELECT l.at FROM last l ORDER BY l.at DESC OFFSET {{.ListedMost}} LIMIT 1), $__timeFrom()::timestamptz)
  UNION ALL
  SELECT turn.strategy_id, turn.instrument, flip.at, turn.direction, turn.left_direction, turn.left_at, turn.other, turn.other_at, turn.before_at, turn.place + 1
  FROM (
    SELECT earlier.*, left_one.at AS left_at, greatest(left_one.at, earlier.other_at) AS before_at
    FROM (
      SELECT
        strategy_id, instrument, direction AS left_direction, before_at AS ended_at, place,
        CASE WHEN is_one THEN one ELSE two END AS direction, CASE WHEN is_one THEN two ELSE one END AS other, CASE WHEN is_one THEN two_at ELSE one_at END AS other_at
      FROM (SELECT *, one_at > two_at OR two_at IS NULL AS is_one FROM back WHERE place <= {{.ListedMost}}) later
      OFFSET 0
    ) earlier
    LEFT JOIN LATERAL (
      {{template "signalBefore" (signalProbe "earlier" "left_direction" "ended_at")}}
    ) left_one ON true
    OFFSET 0
  ) turn
  CROSS JOIN LATERAL (
    {{template "signalAfter" (signalProbe "turn" "direction" "before_at")}}
  ) flip
  WHERE $__timeFilter(flip.at) AND flip.at >= coalesce((SELECT l.at FROM last l ORDER BY l.at DESC OFFSET {{.ListedMost}} LIMIT 1), $__timeFrom()::timestamptz)
),
others AS (
  SELECT s.generated_at AS at, s.strategy_id, s.instrument, before.direction AS previous, {{template "directionRead" "s.direction"}} AS direction
  FROM (
    SELECT * FROM {{rows "strategy_signals"}} s
    WHERE NOT (SELECT yes FROM indexed) AND $__timeFilter(s.generated_at) AND {{chosenStrategy "s.strategy_id::text"}}
    ORDER BY s.generated_at DESC, s.strategy_id, s.instrument
    OFFSET 0
  ) s
  CROSS JOIN LATERAL (
    SELECT {{template "directionRead" "p.direction"}} AS direction
    FROM {{rows "strategy_signals"}} p
    WHERE p.strategy_id = s.strategy_id AND p.instrument = s.instrument AND p.generated_at < s.generated_at
    ORDER BY p.generated_at DESC
    LIMIT 1
  ) before
  WHERE {{template "directionRead" "s.direction"}} <> before.direction
  LIMIT {{.ListedMost}} + 1
),
flips AS (
  SELECT at, strategy_id, instrument, CASE WHEN one_at > two_at OR two_at IS NULL THEN one ELSE two END AS previous, direction FROM back
  UNION ALL
  SELECT at, strategy_id::text, instrument::text, previous, direction FROM others
)
SELECT
  at AS "Time", strategy_id AS "Strategy", instrument AS "Instrument", previous AS "From", direction AS "To",
  CASE WHEN listed > {{.ListedMost}} THEN 'latest {{.ListedMost}}, there are more' END AS cut,
  CASE WHEN row_number() OVER (ORDER BY at DESC, strategy_id, instrument) = 1 AND NOT (SELECT yes FROM indexed) THEN (SELECT {{template "signalsNotice"}} FROM (
  {{template "unreadSignals" (printf "$__timeFilter(generated_at) AND %s" (chosenStrategy "strategy_id::text"))}}
  ) unread) END AS notice
FROM (SELECT *, count(*) OVER () AS listed FROM flips) latest
ORDER BY at DESC, strategy_id, instrument
LIMIT {{.ListedMost}}
