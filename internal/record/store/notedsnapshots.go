package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	// No other writer writes snapshots between this and the end of the transaction.
	notedCreate = portfolioLock + `;
CREATE TEMP TABLE macrowatch_snapshots (at timestamptz NOT NULL, line bigint NOT NULL, rows bigint NOT NULL, stored boolean NOT NULL) ON COMMIT DROP`

	// LIMIT, so that each time is looked up in the key's index.
	notedInsert = `INSERT INTO pg_temp.macrowatch_snapshots
SELECT at, line, rows, at IS DISTINCT FROM $4 AND (SELECT true FROM portfolio_state t WHERE t."timestamp" = at LIMIT 1) IS NOT NULL
FROM unnest($1::timestamptz[], $2::bigint[], $3::bigint[]) part(at, line, rows)`

	// notedTimes is a query for the times of a file's snapshots, each with its first line.
	notedTimes = `SELECT at, min(line) AS line FROM pg_temp.macrowatch_snapshots GROUP BY at`

	// notedKept finds the snapshots of which the table had rows before, and has more rows than the file: it keeps the others.
	// All noted rows of these snapshots must have gone straight into the table. A caller may add a condition.
	notedKept = `SELECT at, (all_rows - file_rows)::bigint AS kept
FROM (SELECT at, sum(rows) AS file_rows FROM pg_temp.macrowatch_snapshots GROUP BY at HAVING bool_or(stored)) file,
    LATERAL (SELECT count(*) AS all_rows FROM portfolio_state t WHERE t."timestamp" = file.at) t
WHERE all_rows > file_rows`
)

// notedSnapshots notes in a temporary table which snapshots the rows of a file are of, before they go straight into the
// table: their times, first lines and numbers of rows, and whether the table had rows of them before. It needs one row for
// each run of rows of one time. The keys of the rows need not be kept for what is asked about snapshots then.
type notedSnapshots struct {
	last *time.Time // the time of the last row
}

func (n *notedSnapshots) note(ctx context.Context, tx pgx.Tx, states []desk.PortfolioState, lines []int64) error {
	if n.last == nil {
		if _, err := tx.Exec(ctx, notedCreate); err != nil {
			return err
		}
	}
	var times []time.Time
	var firsts, rows []int64
	for i, state := range states {
		if last := len(times) - 1; last >= 0 && times[last].Equal(state.Timestamp) {
			rows[last]++
			continue
		}
		times, firsts, rows = append(times, state.Timestamp), append(firsts, lines[i]), append(rows, 1)
	}
	if len(times) == 0 {
		return nil
	}
	// Rows of the last time may be in the table because they came just before.
	_, err := tx.Exec(ctx, notedInsert, times, firsts, rows, n.last)
	n.last = &times[len(times)-1]
	return err
}
