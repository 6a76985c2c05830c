package store

import "macrowatch/internal/desk"

const (
	// signalAfterMark is the first signal of a mark's strategy and instrument after its last one. It is asked for as the row after a
	// row in the order of the key, so that the planner can't walk through the signals of all strategies.
	signalAfterMark = `SELECT found.at FROM (
        SELECT s.strategy_id, s.instrument, s.generated_at AS at FROM strategy_signals s
        WHERE (s.strategy_id, s.instrument, s.generated_at) > (m.strategy_id, m.instrument, m.last_at)
        ORDER BY s.strategy_id, s.instrument, s.generated_at LIMIT 1
    ) found
    WHERE found.strategy_id = m.strategy_id AND found.instrument = m.instrument`

	// signalBeforeMark is the last signal before its first one.
	signalBeforeMark = `SELECT found.at FROM (
        SELECT s.strategy_id, s.instrument, s.generated_at AS at FROM strategy_signals s
        WHERE (s.strategy_id, s.instrument, s.generated_at) < (m.strategy_id, m.instrument, m.first_at)
        ORDER BY s.strategy_id DESC, s.instrument DESC, s.generated_at DESC LIMIT 1
    ) found
    WHERE found.strategy_id = m.strategy_id AND found.instrument = m.instrument`

	// flipsOfAll are the flips among all signals.
	flipsOfAll = `SELECT strategy_id, instrument, generated_at AS flipped_at
FROM (
    SELECT strategy_id, instrument, generated_at, direction, lag(direction) OVER (PARTITION BY strategy_id, instrument ORDER BY generated_at) AS previous
    FROM strategy_signals
) s
WHERE direction <> previous`

	flipsAll = `WITH settled AS (DELETE FROM signal_flip_marks)
INSERT INTO signal_flips (strategy_id, instrument, flipped_at) ` + flipsOfAll

	// flipsSome finds the flips of the first marks anew, from the first signal of each mark to the one after its last. Marks of one day
	// are taken together. The signals of a mark are found by their key.
	flipsSome = `WITH marked AS MATERIALIZED (
    SELECT mark_id, strategy_id, instrument, first_at, last_at FROM signal_flip_marks WHERE isfinite(first_at) ORDER BY mark_id LIMIT {most}
),
settled AS (DELETE FROM signal_flip_marks WHERE mark_id IN (SELECT mark_id FROM marked)),
stretches AS MATERIALIZED (
    SELECT m.strategy_id, m.instrument, m.first_at, coalesce(before.at, m.first_at) AS read_from, coalesce(after.at, m.last_at) AS read_to
    FROM (
        SELECT strategy_id, instrument, min(first_at) AS first_at, max(last_at) AS last_at
        FROM marked
        GROUP BY strategy_id, instrument, date_bin(interval '1 day', first_at, timestamptz '2000-01-01 00:00Z')
    ) m
    LEFT JOIN LATERAL (` + signalBeforeMark + `) before ON true
    LEFT JOIN LATERAL (` + signalAfterMark + `) after ON true
),
fresh AS MATERIALIZED (
    SELECT DISTINCT s.strategy_id, s.instrument, s.generated_at AS flipped_at
    FROM stretches m
    CROSS JOIN LATERAL (
        SELECT strategy_id, instrument, generated_at, direction, lag(direction) OVER (ORDER BY generated_at) AS previous
        FROM strategy_signals
        WHERE strategy_id = m.strategy_id AND instrument = m.instrument AND generated_at >= m.read_from AND generated_at <= m.read_to
    ) s
    WHERE s.direction <> s.previous AND s.generated_at >= m.first_at
),
gone AS (
    DELETE FROM signal_flips WHERE ctid = ANY (ARRAY(
        SELECT t.row_id
        FROM stretches m
        CROSS JOIN LATERAL (
            SELECT r.ctid AS row_id, r.strategy_id, r.instrument, r.flipped_at FROM signal_flips r
            WHERE r.strategy_id = m.strategy_id AND r.instrument = m.instrument AND r.flipped_at >= m.first_at AND r.flipped_at <= m.read_to
            OFFSET 0
        ) t
        WHERE (t.strategy_id, t.instrument, t.flipped_at) NOT IN (SELECT strategy_id, instrument, flipped_at FROM fresh)))
),
written AS (
    INSERT INTO signal_flips (strategy_id, instrument, flipped_at) SELECT strategy_id, instrument, flipped_at FROM fresh ON CONFLICT DO NOTHING
)
SELECT count(*) FROM marked`

	// flipsWrong finds the flips that are missing, and those that are none, although there is no mark.
	flipsWrong = `SELECT d.flipped_at AS begins_at
FROM (
    SELECT strategy_id, instrument, flipped_at, is_flip, is_kept
    FROM (SELECT *, true AS is_flip FROM (` + flipsOfAll + `) found) f
    FULL JOIN (SELECT *, true AS is_kept FROM signal_flips) k USING (strategy_id, instrument, flipped_at)
) d
WHERE (d.is_flip IS NULL OR d.is_kept IS NULL) AND NOT EXISTS (
    SELECT FROM signal_flip_marks m
    WHERE m.strategy_id = d.strategy_id AND m.instrument = d.instrument AND d.flipped_at >= m.first_at
        AND d.flipped_at <= coalesce((` + signalAfterMark + `), m.last_at))`
)

// flipSummary keeps the flips of the signals.
func flipSummary() summary {
	return summary{
		of: signalTable.name, rows: "signals", into: "signal_flips", marks: "signal_flip_marks", mark: "first_at",
		kept: desk.FlipsKept(), each: &summaryStatements{all: flipsAll, some: flipsSome, wrong: flipsWrong},
	}
}
