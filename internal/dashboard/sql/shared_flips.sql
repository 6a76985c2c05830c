{{/* Flips: signals whose direction differs from that of the signal before them of the same strategy and instrument.

     Where macrowatch made strategy_signals, an index has the signals of each strategy, instrument and direction in the order of
     their times. From a signal of one direction, a probe of that index for each of the two other directions finds the
     next flip: it is the earlier of the two signals that they find. So the cost follows the flips, however many signals lie
     between them. The probes ask for the row after a row in the order of the index, which only this index gives. If they
     asked by equality, the planner might walk through the signals of all strategies.

     Another tool's table has no such index, and words of its own. The signals of the range are read there. Its columns may be of
     other types, hence the casts: on a text they do nothing. */}}

{{/* Whether the table has the index, and the constraints that make its directions macrowatch's own words and all its rows
     usable. */}}
{{define "flipsIndexed" -}}
indexed AS MATERIALIZED (
  SELECT
    {{constraintsKept "strategy_signals" "strategy_signals_pkey" "strategy_signals_direction_known"}}
      AND EXISTS (SELECT FROM pg_catalog.pg_index WHERE indrelid = to_regclass('strategy_signals') AND indexrelid = to_regclass('strategy_signals_flips_idx') AND indisvalid)
      AS yes
)
{{- end}}

{{/* The strategies with their instruments, one index probe each. The argument is the condition without which there are none. */}}
{{define "flipPairs" -}}
pairs AS (
  (SELECT strategy_id::text AS strategy_id, instrument::text AS instrument FROM strategy_signals WHERE {{.}} ORDER BY strategy_id::text, instrument::text LIMIT 1)
  UNION ALL
  SELECT following.strategy_id, following.instrument
  FROM pairs
  CROSS JOIN LATERAL (
    SELECT s.strategy_id::text AS strategy_id, s.instrument::text AS instrument
    FROM strategy_signals s
    WHERE (s.strategy_id::text, s.instrument::text) > (pairs.strategy_id, pairs.instrument)
    ORDER BY s.strategy_id::text, s.instrument::text
    LIMIT 1
  ) following
)
{{- end}}

{{/* The first signal of a direction after an instant. The argument is a table with the columns strategy_id and instrument, and
     with the direction and the instant in the columns of the names given. No signal: no row. */}}
{{define "signalAfter" -}}
SELECT found.at FROM (
      SELECT s.strategy_id::text AS strategy_id, s.instrument::text AS instrument, s.direction::text AS direction, s.generated_at AS at
      FROM strategy_signals s
      WHERE (s.strategy_id::text, s.instrument::text, s.direction::text, s.generated_at) > ({{.From}}.strategy_id, {{.From}}.instrument, {{.Direction}}, {{.At}})
      ORDER BY s.strategy_id::text, s.instrument::text, s.direction::text, s.generated_at
      LIMIT 1
    ) found
    WHERE found.strategy_id = {{.From}}.strategy_id AND found.instrument = {{.From}}.instrument AND found.direction = {{.Direction}}
{{- end}}

{{/* The last signal of a direction before an instant, as in signalAfter. */}}
{{define "signalBefore" -}}
SELECT found.at FROM (
      SELECT s.strategy_id::text AS strategy_id, s.instrument::text AS instrument, s.direction::text AS direction, s.generated_at AS at
      FROM strategy_signals s
      WHERE (s.strategy_id::text, s.instrument::text, s.direction::text, s.generated_at) < ({{.From}}.strategy_id, {{.From}}.instrument, {{.Direction}}, {{.At}})
      ORDER BY s.strategy_id::text DESC, s.instrument::text DESC, s.direction::text DESC, s.generated_at DESC
      LIMIT 1
    ) found
    WHERE found.strategy_id = {{.From}}.strategy_id AND found.instrument = {{.From}}.instrument AND found.direction = {{.Direction}}
{{- end}}

{{/* The two directions that a direction is not. The argument is the direction. */}}
{{define "firstOther"}}CASE {{.}} WHEN 'LONG' THEN 'SHORT' ELSE 'LONG' END{{end}}
{{define "secondOther"}}CASE {{.}} WHEN 'NEUTRAL' THEN 'SHORT' ELSE 'NEUTRAL' END{{end}}
