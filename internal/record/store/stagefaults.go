package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// dropDuplicates leaves one row of each key in the stage. If rows of one key contradict each other, it returns
// a *desk.BadRowsError that names their lines.
func dropDuplicates(ctx context.Context, tx pgx.Tx, sql bulkSQL) error {
	var some bool
	if err := tx.QueryRow(ctx, sql.anyDuplicates).Scan(&some); err != nil || !some {
		return err
	}
	var first, second, total int64
	var key []string
	err := findStageFaults(ctx, tx, sql.contradictions, []any{&first, &second, &key, &total}, func() (desk.BadRow, int64) {
		return desk.BadRow{Line: second, Column: sql.keyText, Value: strings.Join(key, ", "),
			Problem: fmt.Sprintf("differs from line %d, which has the same key; remove one of them", first)}, total
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sql.dropDuplicates)
	return err
}

// findStageFaults runs a query that finds faulty rows in the stage, at most $1 of them. If there are any, it
// returns a *desk.BadRowsError. It scans each row of the result into the variables of into and then calls
// fault, which makes a bad row of them and says how many faulty rows there are in all.
func findStageFaults(ctx context.Context, tx pgx.Tx, query string, into []any, fault func() (desk.BadRow, int64)) error {
	rows, err := tx.Query(ctx, query, desk.MaxBadRows)
	if err != nil {
		return err
	}
	bad := &desk.BadRowsError{}
	_, err = pgx.ForEachRow(rows, into, func() error {
		row, total := fault()
		bad.Add(row)
		bad.More = total - int64(len(bad.Rows))
		return nil
	})
	if err != nil {
		return err
	}
	if len(bad.Rows) > 0 {
		return bad
	}
	return nil
}
