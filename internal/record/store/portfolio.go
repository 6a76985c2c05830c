package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	portfolioNothingBetween = `SELECT NOT EXISTS (SELECT FROM portfolio_state WHERE "timestamp" >= $1 AND "timestamp" <= $2)`

	portfolioAnyTwoNAVs = `SELECT EXISTS (SELECT FROM pg_temp.` + stageName + ` GROUP BY "timestamp" HAVING min(total_equity) <> max(total_equity))`

	portfolioTwoNAVs = `WITH firsts AS (
    SELECT DISTINCT ON ("timestamp") "timestamp", total_equity, line FROM pg_temp.` + stageName + ` ORDER BY "timestamp", line
),
differing AS (
    SELECT DISTINCT ON (s."timestamp") s.line, s.total_equity, f.line AS first, f.total_equity AS first_equity
    FROM pg_temp.` + stageName + ` s JOIN firsts f ON f."timestamp" = s."timestamp" AND f.total_equity <> s.total_equity
    ORDER BY s."timestamp", s.line
)
SELECT line, total_equity::text, first, first_equity::text, count(*) OVER () FROM differing ORDER BY line LIMIT $1`

	portfolioStoredNAV = `WITH snapshots AS (
    SELECT DISTINCT ON ("timestamp") "timestamp", total_equity, line FROM pg_temp.` + stageName + `
    WHERE "timestamp" IN (SELECT "timestamp" FROM pg_temp.` + keptName + `) ORDER BY "timestamp", line
),
differing AS (
    SELECT DISTINCT ON (s.line) s.line, s.total_equity, k.total_equity AS stored
    FROM snapshots s JOIN pg_temp.` + keptName + ` k ON k."timestamp" = s."timestamp" AND k.total_equity <> s.total_equity
    ORDER BY s.line
)
SELECT line, total_equity::text, stored::text, count(*) OVER () FROM differing ORDER BY line LIMIT $1`
)

// portfolioTable is the table portfolio_state. Its rows of one timestamp are a snapshot.
var portfolioTable = table[desk.PortfolioState]{
	relation: relation{
		name: "portfolio_state",
		columns: []column{
			{name: "timestamp", family: instant},
			{name: "strategy_id", family: textual},
			{name: "instrument", family: textual},
			{name: "weight", family: number},
			{name: "total_equity", family: number},
		},
		keys: 3,
	},
	group: 1,
	encode: func(c *copyRows, p desk.PortfolioState) {
		c.time(p.Timestamp)
		c.text(p.Strategy)
		c.text(p.Instrument)
		c.number(p.Weight)
		c.number(p.TotalEquity)
	},
	describe: func(p desk.PortfolioState) string {
		return "portfolio state at " + p.Timestamp.Format(time.RFC3339)
	},
}

// PortfolioStateUpsert writes whole snapshots, all or none. It replaces what is stored of each timestamp:
// positions that the new snapshot lacks are deleted, and Counts.Removed says how many. Two different rows
// of one key, and two values of TotalEquity at one timestamp, are refused with a *desk.BadRowsError.
func (s *Store) PortfolioStateUpsert(ctx context.Context, states ...desk.PortfolioState) (desk.Counts, error) {
	return upsert(ctx, s, portfolioTable, states, bulkOptions[desk.PortfolioState]{
		nothingStored: func(ctx context.Context, tx pgx.Tx) (bool, error) { return nothingBetween(ctx, tx, states) },
		afterStaging:  refuseTwoNAVs,
	})
}

// nothingBetween reports whether nothing is stored from the first to the last time of some rows, and each of these times has one NAV.
func nothingBetween(ctx context.Context, tx pgx.Tx, states []desk.PortfolioState) (nothing bool, err error) {
	if len(states) == 0 {
		return false, nil
	}
	navs := map[int64]float64{}
	first, last := states[0].Timestamp, states[0].Timestamp
	for _, s := range states {
		at := s.Timestamp.UnixMicro() // as the database keeps it
		if nav, seen := navs[at]; seen && nav != s.TotalEquity {
			return false, nil
		}
		navs[at] = s.TotalEquity
		if s.Timestamp.Before(first) {
			first = s.Timestamp
		}
		if s.Timestamp.After(last) {
			last = s.Timestamp
		}
	}
	err = tx.QueryRow(ctx, portfolioNothingBetween, first.Truncate(time.Microsecond), last).Scan(&nothing)
	return nothing, err
}

// PortfolioStateImport writes the rows of a file, all or none. A row replaces the stored one of the same key.
// Unlike PortfolioStateUpsert it deletes no row, because each strategy of a snapshot may come in a file of
// its own. So if stored rows of a snapshot stay, the file must have the same TotalEquity as they have. The
// report names the snapshots that keep stored rows which the file lacks.
//
// With SnapshotOptions.Replace it replaces whole snapshots, as PortfolioStateUpsert does. Snapshots that look
// torn (see tornPieces) are refused unless SnapshotOptions.TakeTorn is set.
func (s *Store) PortfolioStateImport(ctx context.Context, rows desk.Rows[desk.PortfolioState], o desk.SnapshotOptions) (desk.Counts, desk.SnapshotReport, error) {
	var report desk.SnapshotReport
	var noted notedSnapshots
	counts, err := bulkImport(ctx, s, portfolioTable, rows, bulkOptions[desk.PortfolioState]{
		replaceGroups: o.Replace,
		beforeCopy:    noted.note,
		afterStaging: func(ctx context.Context, tx pgx.Tx) error {
			if err := refuseTwoNAVs(ctx, tx); err != nil || o.Replace {
				return err
			}
			if _, err := tx.Exec(ctx, keptCreate); err != nil {
				return err
			}
			return refuseOtherNAV(ctx, tx)
		},
		afterWriting: func(ctx context.Context, tx pgx.Tx, from []string) error {
			if from == nil && noted.last == nil {
				return nil // the file has no rows
			}
			times := notedTimes
			if from != nil {
				times = fileTimes(from)
			}
			if !o.TakeTorn {
				if err := refuseTorn(ctx, tx, times); err != nil {
					return err
				}
			}
			if o.Replace {
				return nil
			}
			return reportKept(ctx, tx, keptRows(from), &report)
		},
	})
	if err != nil {
		return desk.Counts{}, desk.SnapshotReport{}, err
	}
	return counts, report, nil
}

// refuseTwoNAVs returns a *desk.BadRowsError if a snapshot in the stage has two values of total_equity.
func refuseTwoNAVs(ctx context.Context, tx pgx.Tx) error {
	var some bool
	if err := tx.QueryRow(ctx, portfolioAnyTwoNAVs).Scan(&some); err != nil || !some {
		return err
	}
	var line, first, total int64
	var equity, firstEquity string
	return findStageFaults(ctx, tx, portfolioTwoNAVs, []any{&line, &equity, &first, &firstEquity, &total}, func() (desk.BadRow, int64) {
		return desk.BadRow{Line: line, Column: "total_equity", Value: equity, Problem: fmt.Sprintf(
			"differs from line %d, which has %s at the same timestamp; a snapshot has one total_equity", first, firstEquity)}, total
	})
}

// refuseOtherNAV returns a *desk.BadRowsError if a snapshot in the stage has another total_equity than stored rows
// of the same snapshot that stay. The table of keptCreate has them.
func refuseOtherNAV(ctx context.Context, tx pgx.Tx) error {
	var line, total int64
	var equity, stored string
	return findStageFaults(ctx, tx, portfolioStoredNAV, []any{&line, &equity, &stored, &total}, func() (desk.BadRow, int64) {
		return desk.BadRow{Line: line, Column: "total_equity", Value: equity, Problem: fmt.Sprintf(
			"differs from %s, which is stored at the same timestamp for positions that are not in the file; a snapshot has one total_equity", stored)}, total
	})
}
