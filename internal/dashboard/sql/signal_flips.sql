{{/* The flips of the range, counted by cell and class. A bar stands in the middle of its cell. A change to or from a
     direction that is not known may be a flip or none, so these have a series of their own. See shared_flips.sql.

     signal_flips has all flips. Those of a strategy and instrument are used only where no signal of theirs was written since they
     were found, which a mark in signal_flip_marks says. A written signal also decides whether the next one is a flip. All of it is
     one statement, so it sees one moment: what is written later neither lacks its mark nor shows.

     opened: the strategies and instruments that have marks, with the first signal of these and the one after the last
     walks:  where the flips are looked for: the part of the range between these two; if there are no flips to use, the whole range
             of each strategy and instrument
     starts: of each walk the last signal before it, otherwise the first one in it
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
kept AS MATERIALIZED (
  SELECT (SELECT yes FROM indexed) AND {{flipsKept}} AND NOT EXISTS (SELECT FROM signal_flip_marks WHERE first_at = '-infinity') AS yes
),
opened AS MATERIALIZED (
  SELECT marked.strategy_id, marked.instrument, marked.first_at, coalesce(after.at, marked.last_at) AS last_at
  FROM (
    SELECT strategy_id, instrument, min(first_at) AS first_at, max(last_at) AS last_at
    FROM signal_flip_marks
    WHERE (SELECT yes FROM kept) AND first_at <= $__timeTo() AND {{chosenStrategy "strategy_id"}}
    GROUP BY strategy_id, instrument
    OFFSET 0
  ) marked
  LEFT JOIN LATERAL (
    SELECT found.at
    FROM (
      SELECT s.strategy_id::text AS strategy_id, s.instrument::text AS instrument, s.generated_at AS at
      FROM strategy_signals s
      WHERE (s.strategy_id::text, s.instrument::text, s.generated_at) > (marked.strategy_id, marked.instrument, marked.last_at)
      ORDER BY s.strategy_id::text, s.instrument::text, s.generated_at
      LIMIT 1
    ) found
    WHERE found.strategy_id = marked.strategy_id AND found.instrument = marked.instrument
  ) after ON true
),
{{template "flipPairs" "(SELECT indexed.yes AND NOT kept.yes FROM indexed, kept)"}},
walks AS (
  SELECT strategy_id, instrument, $__timeFrom()::timestamptz AS from_at, $__timeTo()::timestamptz AS to_at
  FROM pairs
  WHERE {{chosenStrategy "strategy_id"}}
  UNION ALL
  SELECT strategy_id, instrument, greatest(first_at, $__timeFrom()), least(last_at, $__timeTo())
  FROM opened
  WHERE last_at >= $__timeFrom()
),
starts AS (
  SELECT walks.strategy_id, walks.instrument, walks.to_at, start.at, start.direction, {{template "firstOther" "start.direction"}} AS one, {{template "secondOther" "start.direction"}} AS two
  FROM walks
  CROSS JOIN LATERAL (
    SELECT around.at, around.direction
    FROM (
      (
        SELECT s.strategy_id::text AS strategy_id, s.instrument::text AS instrument, s.generated_at AS at, s.direction::text AS direction
        FROM strategy_signals s
        WHERE (s.strategy_id::text, s.instrument::text, s.generated_at) < (walks.strategy_id, walks.instrument, walks.from_at)
        ORDER BY s.strategy_id::text DESC, s.instrument::text DESC, s.generated_at DESC
        LIMIT 1
      )
      UNION ALL
      (
        SELECT s.strategy_id::text, s.instrument::text, s.generated_at, s.direction::text
        FROM strategy_signals s
        WHERE (s.strategy_id::text, s.instrument::text, s.generated_at) >= (walks.strategy_id, walks.instrument, walks.from_at)
        ORDER BY s.strategy_id::text, s.instrument::text, s.generated_at
        LIMIT 1
      )
    ) around
    WHERE around.strategy_id = walks.strategy_id AND around.instrument = walks.instrument
    ORDER BY around.at
    LIMIT 1
  ) start
),
walk AS (
  SELECT starts.strategy_id, starts.instrument, starts.direction, starts.at, starts.to_at, false AS is_flip, starts.one, first.at AS one_at, starts.two, second.at AS two_at
  FROM starts
  LEFT JOIN LATERAL (
    {{template "signalAfter" (signalProbe "starts" "one" "at")}}
  ) first ON true
  LEFT JOIN LATERAL (
    {{template "signalAfter" (signalProbe "starts" "two" "at")}}
  ) second ON true
  UNION ALL
  SELECT flip.strategy_id, flip.instrument, flip.direction, flip.at, flip.to_at, true, flip.left_direction, again.at, flip.other, flip.other_at
  FROM (
    SELECT
      strategy_id, instrument, to_at, direction AS left_direction, least(one_at, two_at) AS at,
      CASE WHEN is_one THEN one ELSE two END AS direction, CASE WHEN is_one THEN two ELSE one END AS other, CASE WHEN is_one THEN two_at ELSE one_at END AS other_at
    FROM (SELECT *, one_at < two_at OR two_at IS NULL AS is_one FROM walk WHERE least(one_at, two_at) <= to_at) earlier
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
  SELECT strategy_id, flipped_at AS at, false AS is_unread
  FROM signal_flips
  WHERE (SELECT yes FROM kept) AND $__timeFilter(flipped_at) AND {{chosenStrategy "strategy_id"}} AND NOT EXISTS (
    SELECT FROM opened
    WHERE opened.strategy_id = signal_flips.strategy_id AND opened.instrument = signal_flips.instrument AND flipped_at >= first_at AND flipped_at <= last_at
  )
  UNION ALL
  SELECT strategy_id, at, false FROM walk WHERE is_flip
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
