package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// A snapshot looks torn where another is at most ten seconds before it, of the same NAV, and no position
// is in both: a writer stamped each row as it came. A book that repeats its positions within seconds is
// none, nor is a flat book's row beside the first positions. $1 are the times to look at, each with the line
// it stands on.
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

// keptRows are the snapshots of a file that keep rows which the file has not, all of them counted.
const keptRows = `SELECT t."timestamp", count(*), count(*) OVER ()
FROM portfolio_state t
WHERE t."timestamp" IN (SELECT "timestamp" FROM (%[1]s) file)
    AND NOT EXISTS (SELECT FROM (%[1]s) file WHERE file."timestamp" = t."timestamp" AND file.strategy_id = t.strategy_id::text AND file.instrument = t.instrument::text)
GROUP BY t."timestamp" ORDER BY t."timestamp" LIMIT %[2]d`

// keptShown is how many snapshots that keep rows are named.
const keptShown = 5

// fileRows is a query for the keys and lines of a file's rows.
func fileRows(from []string) string {
	var parts []string
	for _, table := range from {
		parts = append(parts, `SELECT "timestamp", strategy_id::text AS strategy_id, instrument::text AS instrument, line FROM pg_temp.`+table)
	}
	return strings.Join(parts, " UNION ALL ")
}

// refuseTorn finds snapshots of a file that look torn, into pieces of the file or from one stored before.
func refuseTorn(ctx context.Context, tx pgx.Tx, from []string) error {
	var at, before time.Time
	var line, total int64
	sql := fmt.Sprintf(tornPieces, `SELECT "timestamp" AS at, min(line) AS line FROM (`+fileRows(from)+`) file GROUP BY 1`, desk.MaxBadRows)
	rows, err := tx.Query(ctx, sql)
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

// windowFor is a window that gathers pieces so far apart: a second, or more whole ones.
func windowFor(apart time.Duration) time.Duration {
	return max(time.Second, (apart + time.Second - 1).Truncate(time.Second))
}

// reportKept notes the snapshots of a file that keep stored rows which the file lacks.
func reportKept(ctx context.Context, tx pgx.Tx, from []string, report *desk.SnapshotReport) error {
	rows, err := tx.Query(ctx, fmt.Sprintf(keptRows, fileRows(from), keptShown))
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

// TornSnapshots gives, of some snapshots, those that look torn, each with the time of the snapshot that
// looks like another piece of it.
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
