package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// tornPieces finds snapshots that look torn: as if a writer had given each row the time at which it wrote the row.
// Such a snapshot has another snapshot at most ten seconds before it that has the same NAV and other positions.
// If the two have a position in common, or if one of them is flat, they do not look torn.
//
// The first argument is a query for the times to look at, each with the line that it stands on.
const tornPieces = `WITH asked AS (
    SELECT at, line, (SELECT max(p."timestamp") FROM portfolio_state p WHERE p."timestamp" < at AND p."timestamp" >= at - interval '10 seconds') AS before
    FROM (%s) times
)
SELECT at, before, line, count(*) OVER ()
FROM asked
WHERE before IS NOT NULL
    AND (SELECT total_equity FROM portfolio_state WHERE "timestamp" = at LIMIT 1) = (SELECT total_equity FROM portfolio_state WHERE "timestamp" = before LIMIT 1)
    AND EXISTS (SELECT FROM portfolio_state WHERE "timestamp" = at AND weight <> 0)
    AND EXISTS (SELECT FROM portfolio_state WHERE "timestamp" = before AND weight <> 0)
    AND NOT EXISTS (SELECT FROM portfolio_state a JOIN portfolio_state b ON b.strategy_id = a.strategy_id AND b.instrument = a.instrument
        WHERE a."timestamp" = at AND b."timestamp" = before)
ORDER BY at LIMIT %d`

const (
	// keptName is a temporary table of the stored rows of a file's snapshots that the file lacks. It has those of the snapshots
	// that are in the stage, whole.
	keptName = "macrowatch_kept"

	// keptCreate creates this table. No other writer writes snapshots between this and the end of the transaction.
	keptCreate = portfolioLock + `;
CREATE TEMP TABLE ` + keptName + ` ON COMMIT DROP AS SELECT t."timestamp", t.total_equity FROM portfolio_state t
WHERE t."timestamp" IN (SELECT "timestamp" FROM pg_temp.` + stageName + `) AND NOT EXISTS (SELECT FROM pg_temp.` + stageName + ` o
    WHERE o."timestamp" = t."timestamp" AND o.strategy_id = t.strategy_id AND o.instrument = t.instrument)`

	// keptStaged counts the rows of this table by snapshot.
	keptStaged = `SELECT "timestamp" AS at, count(*) AS kept FROM pg_temp.` + keptName + ` GROUP BY 1`

	// portfolioLock takes the lock that the trigger of portfolio_state takes before every statement that writes.
	portfolioLock = `SELECT pg_advisory_xact_lock(hashtextextended('macrowatch portfolio_state', 0))`

	// keptShown is how many of the snapshots that keep stored rows a report names.
	keptShown = 5
)

// keptRows returns a query for the snapshots of a file that keep stored rows which the file lacks, with the number of these
// rows. It counts all of these snapshots, and returns the first of them. from is as in bulkOptions.afterWriting.
func keptRows(from []string) string {
	parts := notedKept
	switch {
	case slices.Contains(from, trailName):
		parts = keptStaged + ` UNION ALL ` + notedKept + ` AND at NOT IN (SELECT "timestamp" FROM pg_temp.` + stageName + `)`
	case from != nil:
		parts = keptStaged
	}
	return fmt.Sprintf(`SELECT at, kept, count(*) OVER () FROM (%s) snapshots ORDER BY at LIMIT %d`, parts, keptShown)
}

// fileRows returns a query for the keys and lines of a file's rows. from names the temporary tables that have them.
func fileRows(from []string) string {
	var parts []string
	for _, table := range from {
		parts = append(parts, `SELECT "timestamp", strategy_id::text AS strategy_id, instrument::text AS instrument, line FROM pg_temp.`+table)
	}
	return strings.Join(parts, " UNION ALL ")
}

// fileTimes returns a query for the times of a file's snapshots, each with its first line.
func fileTimes(from []string) string {
	return `SELECT "timestamp" AS at, min(line) AS line FROM (` + fileRows(from) + `) file GROUP BY 1`
}

// refuseTorn returns a *desk.BadRowsError if snapshots of a file look torn. The other piece may be in the file, or
// stored before. times is a query for the snapshots' times, each with a line.
func refuseTorn(ctx context.Context, tx pgx.Tx, times string) error {
	var at, before time.Time
	var line, total int64
	rows, err := tx.Query(ctx, fmt.Sprintf(tornPieces, times, desk.MaxBadRows))
	if err != nil {
		return err
	}
	bad := &desk.BadRowsError{}
	_, err = pgx.ForEachRow(rows, []any{&at, &before, &line, &total}, func() error {
		bad.Add(desk.BadRow{Line: line, Column: "timestamp", Value: at.UTC().Format(time.RFC3339Nano), Problem: fmt.Sprintf(
			"%s after a snapshot of the same total_equity and other positions: a snapshot's rows have one timestamp, and this looks like one written in pieces; "+
				"--snapshot-window %s gathers them, --snapshot-window 0 takes them as they are", at.Sub(before), windowFor(at.Sub(before)))})
		return nil
	})
	if err != nil || len(bad.Rows) == 0 {
		return err
	}
	bad.More = total - int64(len(bad.Rows))
	return bad
}

// windowFor returns a window that gathers pieces that are so far apart, in whole seconds.
func windowFor(apart time.Duration) time.Duration {
	return max(time.Second, (apart + time.Second - 1).Truncate(time.Second))
}

// reportKept notes the snapshots of a file that keep stored rows which the file lacks. kept is a query for them.
func reportKept(ctx context.Context, tx pgx.Tx, kept string, report *desk.SnapshotReport) error {
	rows, err := tx.Query(ctx, kept)
	if err != nil {
		return err
	}
	var k desk.KeptRows
	_, err = pgx.ForEachRow(rows, []any{&k.At, &k.Rows, &report.Snapshots}, func() error {
		report.Kept = append(report.Kept, k)
		return nil
	})
	return err
}

// TornSnapshots looks at the snapshots of some times and returns those that look torn. With each comes the time of
// the snapshot that looks like its other piece.
func (s *Store) TornSnapshots(ctx context.Context, times ...time.Time) (map[time.Time]time.Time, error) {
	sql := fmt.Sprintf(tornPieces, `SELECT unnest($1::timestamptz[]) AS at, 0::bigint AS line`, len(times)+1)
	rows, err := s.pool.Query(ctx, sql, times)
	if err != nil {
		return nil, fmt.Errorf("look for torn snapshots: %w", translate(err))
	}
	found := map[time.Time]time.Time{}
	var at, before time.Time
	var line, total int64
	if _, err = pgx.ForEachRow(rows, []any{&at, &before, &line, &total}, func() error { found[at.UTC()] = before; return nil }); err != nil {
		return nil, fmt.Errorf("look for torn snapshots: %w", translate(err))
	}
	return found, nil
}
