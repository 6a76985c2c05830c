{{/* The flips of the range, counted by cell and class. A bar stands in the middle of its cell. A change to or from a
     direction that is not known may be a flip or none, so these have a series of their own.

     pairs: the strategies with their instruments, one index probe each
     steps: each pair's signals of the range in the order of their time, and the signal before them. That one is asked
            for as the row before the first in the order of the key, which only the key's index gives. If it were
            asked for by equality, the planner might walk back through the signals of all pairs. (ROWS saves the
            server from looking for signals of the same time, of which there are none.)

     Grafana makes all bars as wide as the smallest distance between two rows allows. A row without a value, a cell
     after the first bar, keeps the bars a cell wide. A millisecond is added, so that the row meets no bar. */ -}}
WITH RECURSIVE scale AS MATERIALIZED (
  SELECT make_interval(secs => $__interval_ms / 1000.0) AS cell
),
pairs AS (
  (SELECT strategy_id, instrument FROM {{rows "strategy_signals"}} strategy_signals ORDER BY strategy_id, instrument LIMIT 1)
  UNION ALL
  SELECT following.strategy_id, following.instrument
  FROM pairs
  CROSS JOIN LATERAL (
    SELECT s.strategy_id, s.instrument
    FROM {{rows "strategy_signals"}} s
    WHERE (s.strategy_id, s.instrument) > (pairs.strategy_id, pairs.instrument)
    ORDER BY s.strategy_id, s.instrument
    LIMIT 1
  ) following
),
steps AS (
  SELECT pairs.strategy_id, step.generated_at, step.direction, step.previous
  FROM pairs
  LEFT JOIN LATERAL (
    SELECT b.strategy_id, b.instrument, {{template "directionRead" "b.direction"}} AS direction
    FROM {{rows "strategy_signals"}} b
    WHERE (b.strategy_id, b.instrument, b.generated_at) < (pairs.strategy_id, pairs.instrument, $__timeFrom()::timestamptz)
    ORDER BY b.strategy_id DESC, b.instrument DESC, b.generated_at DESC
    LIMIT 1
  ) before ON before.strategy_id = pairs.strategy_id AND before.instrument = pairs.instrument
  CROSS JOIN LATERAL (
    SELECT generated_at, direction, lag(direction, 1, before.direction) OVER (ORDER BY generated_at ROWS UNBOUNDED PRECEDING) AS previous
    FROM (
      SELECT s.generated_at, {{template "directionRead" "s.direction"}} AS direction
      FROM {{rows "strategy_signals"}} s
      WHERE s.strategy_id = pairs.strategy_id AND s.instrument = pairs.instrument AND $__timeFilter(s.generated_at)
    ) own
  ) step
  WHERE {{chosenStrategy "pairs.strategy_id::text"}}
),
bars AS (
  SELECT
    least(greatest(date_bin(cell, generated_at, {{template "cellOrigin" .}}) + cell / 2, $__timeFrom()::timestamptz), $__timeTo()::timestamptz) AS time,
    CASE
      WHEN {{template "notKnown" "direction"}} OR {{template "notKnown" "previous"}} THEN {{literal .NotKnown}}
      ELSE {{strategyClass "strategy_id"}}
    END AS metric,
    count(*)::float8 AS "Flips"
  FROM steps, scale
  WHERE direction <> previous
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
