{{/* What the strategies say by asset class, as the matrix places their signals: the mean of the signed confidences, how
     many signals have each direction, the signal with the highest confidence, and the signals that have another direction
     than a day before. One index probe for each signal finds its direction a day before the end. */ -}}
WITH {{template "latestSignals" .}},
{{template "placedSignals" .}},
compared AS (
  SELECT placed.*, before.direction AS was
  FROM placed
  CROSS JOIN span
  LEFT JOIN LATERAL (
    SELECT {{template "directionRead" "p.direction"}} AS direction
    FROM {{rows "strategy_signals"}} p
    WHERE p.strategy_id = placed.strategy_key AND p.instrument = placed.instrument_key AND p.generated_at <= span.until - interval '24 hours'
    ORDER BY p.generated_at DESC
    LIMIT 1
  ) before ON true
),
ranked AS (
  SELECT
    compared.*,
    was <> direction AS changed,
    row_number() OVER (PARTITION BY class ORDER BY abs(signed_confidence) DESC NULLS LAST, strategy_id COLLATE "C", instrument COLLATE "C") AS strength,
    row_number() OVER (PARTITION BY class, was <> direction ORDER BY confidence DESC, strategy_id COLLATE "C", instrument COLLATE "C") AS place
  FROM compared
),
classes AS (
  SELECT
    class,
    coalesce(avg(signed_confidence), 'NaN') AS net,
    count(*) FILTER (WHERE direction = 'LONG') AS long,
    count(*) FILTER (WHERE direction = 'NEUTRAL') AS neutral,
    count(*) FILTER (WHERE direction = 'SHORT') AS short,
    max(strategy_id || ' ' || instrument || ' ' || direction || ' ' || round(confidence::numeric, 2)) FILTER (WHERE strength = 1 AND signed_confidence <> 0) AS strongest,
    max(strategy_id || ' ' || instrument || ' to ' || direction) FILTER (WHERE changed AND place = 1) AS first,
    count(*) FILTER (WHERE changed) AS changes
  FROM ranked
  GROUP BY class
),
unread AS (
  SELECT direction AS word, count(*) AS rows, row_number() OVER (ORDER BY count(*) DESC, direction) AS place
  FROM placed
  WHERE {{template "notKnown" "direction"}}
  GROUP BY direction
),
lines AS (
  SELECT class AS label, {{classRank "class"}} AS rank, net, long, short, neutral, strongest,
    CASE changes WHEN 0 THEN 'nothing' WHEN 1 THEN first ELSE first || ', ' || changes - 1 || ' more' END AS changed
  FROM classes
  UNION ALL
  SELECT stale_since, 0, NULL, NULL, NULL, NULL, NULL, NULL FROM span WHERE is_stale AND EXISTS (SELECT FROM classes)
)
SELECT
  label AS "Asset class",
  net AS "Net",
  long AS "Long",
  short AS "Short",
  neutral AS "Neutral",
  strongest AS "Strongest",
  changed AS "Changed since a day before",
  CASE WHEN row_number() OVER (ORDER BY rank, label) = 1 THEN (SELECT {{template "signalsNotice"}} FROM unread) END AS notice
FROM lines
ORDER BY rank, label
