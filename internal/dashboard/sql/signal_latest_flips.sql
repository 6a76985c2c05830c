{{/* Walks back from the end of the range, one index probe a signal, and stops at the twentieth
     flip. */ -}}
SELECT
  s.generated_at AS "Time",
  s.strategy_id::text AS "Strategy",
  s.instrument::text AS "Instrument",
  before.direction::text AS "From",
  s.direction::text AS "To"
FROM strategy_signals s
CROSS JOIN LATERAL (
  SELECT p.direction
  FROM strategy_signals p
  WHERE p.strategy_id = s.strategy_id AND p.instrument = s.instrument AND p.generated_at < s.generated_at
  ORDER BY p.generated_at DESC
  LIMIT 1
) before
WHERE $__timeFilter(s.generated_at) AND s.direction <> before.direction
ORDER BY s.generated_at DESC, s.strategy_id, s.instrument
LIMIT 20
