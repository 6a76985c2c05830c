{{/* The flips of the range, counted by cell and class. A bar stands in the middle of its cell. A change to or from a
     direction that is not known may be a flip or none, so these have a series of their own. See shared_flips.sql.

     starts: of each strategy and instrument the last signal before the range, otherwise the first one in it
     walk:   the flips after these, one after the other. Each row has the two other directions with their next signals, of
             which the earlier one is the next flip. The other one stays the next signal of its direction, so one probe for the
             direction that is left is enough.
     others: the signals of the range of another tool's table, each with the one before it

     Grafana makes all bars as wide as the smallest distance between two rows allows. A row without a value, a cell
     after the first bar, keeps the bars a cell wide. A millisecond is added, so that the row meets no bar. */ -}}
WITH RECURSIVE scale AS MATERIALIZED (
  SELECT make_interval(secs => $__interval_ms / 1000.0) AS cell
),
{{template "flipsIndexed"}},
{{template "flipPairs"}},
starts AS (
  SELECT pairs.strategy_id, pairs.instrument, start.at, start.direction, {{template "firstOther" "start.direction"}} AS one, {{template "secondOther" "start.direction"}} AS two
  FROM pairs
  CROSS JOIN LATERAL (
    SELECT around.at, around.direction
    FROM (
      (
        SELECT s.strategy_id, s.instrument, s.generated_at AS at, s.direction::text AS direction
        FROM strategy_signals s
        WHERE (s.strategy_id, s.instrument, s.generated_at) < (pairs.strategy_id, pairs.instrument, $__timeFrom()::timestamptz)
        ORDER BY s.strategy_id DESC, s.instrument DESC, s.generated_at DESC
        LIMIT 1
      )
      UNION ALL
      (
        SELECT s.strategy_id, s.instrument, s.generated_at, s.direction::text
        FROM strategy_signals s
        WHERE (s.strategy_id, s.instrument, s.generated_at) >= (pairs.strategy_id, pairs.instrument, $__timeFrom()::timestamptz)
        ORDER BY s.strategy_id, s.instrument, s.generated_at
        LIMIT 1
      )
    ) around
    WHERE around.strategy_id = pairs.strategy_id AND around.instrument = pairs.instrument
    ORDER BY around.at
    LIMIT 1
  ) start
  WHERE {{chosenStrategy "pairs.strategy_id::text"}}
),
walk AS (
  SELECT starts.strategy_id, starts.instrument, starts.direction, starts.at, false AS is_flip, starts.one, first.at AS one_at, starts.two, second.at AS two_at
  FROM starts
  LEFT JOIN LATERAL (
    {{template "signalAfter" (signalProbe "starts" "one" "at")}}
  ) first ON true
  LEFT JOIN LATERAL (
    {{template "signalAfter" (signalProbe "starts" "two" "at")}}
  ) second ON true
  UNION ALL
  SELECT flip.strategy_id, flip.instrument, flip.direction, flip.at, true, flip.left_direction, again.at, flip.other, flip.other_at
  FROM (
    SELECT
      strategy_id, instrument, direction AS left_direction, least(one_at, two_at) AS at,
      CASE WHEN is_one THEN one ELSE two END AS direction, CASE WHEN is_one THEN two ELSE one END AS other, CASE WHEN is_one THEN two_at ELSE one_at END AS other_at
    FROM (SELECT *, one_at < two_at OR two_at IS NULL AS is_one FROM walk WHERE least(one_at, two_at) <= $__timeTo()) earlier
    OFFSET 0
  ) flip
  LEFT JOIN LATERAL (
    {{template "signalAfter" (signalProbe "flip" "left_direction" "at")}}
  ) again ON true
),
others AS (
  SELECT
    s.strategy_id, s.instrument, s.generated_at, {{template "directionRead" "s.direction"}} AS direction,
    lag({{template "directionRead" "s.direction"}}) OVER of_pair AS previous, row_number() OVER of_pair AS place
  FROM {{rows "strategy_signals"}} s
  WHERE NOT (SELECT yes FROM indexed) AND $__timeFilter(s.generated_at) AND {{chosenStrategy "s.strategy_id::text"}}
  WINDOW of_pair AS (PARTITION BY s.strategy_id, s.instrument ORDER BY s.generated_at)
),
flips AS (
  SELECT strategy_id::text AS strategy_id, at, false AS is_unread FROM walk WHERE is_flip
  UNION ALL
  SELECT strategy_id, at, {{template "notKnown" "direction"}} OR {{template "notKnown" "previous"}}
  FROM (
    SELECT strategy_id::text AS strategy_id, generated_at AS at, direction, CASE WHEN place > 1 THEN previous ELSE (
        SELECT {{template "directionRead" "b.direction"}}
        FROM {{rows "strategy_signals"}} b
        WHERE b.strategy_id = others.strategy_id AND b.instrument = others.instrument AND b.generated_at < $__timeFrom()
        ORDER BY b.generated_at DESC
        LIMIT 1
      ) END AS previous
    FROM others
    OFFSET 0
  ) steps
  WHERE direction <> previous
),
bars AS (
  SELECT
    least(greatest(date_bin(cell, at, {{template "cellOrigin" .}}) + cell / 2, $__timeFrom()::timestamptz), $__timeTo()::timestamptz) AS time,
    CASE
      WHEN is_unread THEN {{literal .NotKnown}}
      ELSE {{strategyClass "strategy_id"}}
    END AS metric,
    count(*)::float8 AS "Flips"
  FROM flips, scale
  GROUP BY 1, 2
)
SELECT time, metric, "Flips" FROM bars
UNION ALL
(
  SELECT time + cell + interval '1 ms', metric, NULL
  FROM bars, scale
  ORDER BY time, metric
  LIMIT 1
)
ORDER BY time, metric
