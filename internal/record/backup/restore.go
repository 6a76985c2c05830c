package backup

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
)

// ErrNotEmpty says that a database has tables, so that nothing is restored into it.
var ErrNotEmpty = errors.New("the database has tables already: nothing is restored over what is there")

// Restore restores a backup into a database without tables. All of it is restored, or nothing. The tables belong to
// the login of the URL. The rights that other logins had are not restored.
func Restore(ctx context.Context, d Database, path string) (Summary, error) {
	want, err := Read(path)
	if err != nil {
		return Summary{}, err
	}
	conn, major, err := d.connect(ctx)
	if err != nil {
		return Summary{}, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	there, err := rowsOf(ctx, conn)
	if err != nil {
		return Summary{}, err
	}
	if len(there) > 0 {
		return Summary{}, ErrNotEmpty
	}
	program, err := d.FindProgram(ctx, "pg_restore", major)
	if err != nil {
		return Summary{}, err
	}
	err = d.run(ctx, program, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", path)
	if err != nil {
		return Summary{}, fmt.Errorf("restore %s: pg_restore failed: %w", path, err)
	}
	got, err := rowsOf(ctx, conn)
	if err != nil {
		return Summary{}, err
	}
	return want, compare(want.Rows, got)
}

func rowsOf(ctx context.Context, conn *pgx.Conn) (rows map[string]int64, err error) {
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL statement_timeout = 0"); err != nil {
			return err
		}
		rows, err = countRows(ctx, tx)
		return err
	})
	return rows, err
}

// compare returns an error if a table does not have the rows that the backup had.
func compare(want, got map[string]int64) error {
	for _, table := range slices.Sorted(maps.Keys(want)) {
		n, there := got[table]
		switch {
		case !there:
			return fmt.Errorf("the restored database lacks the table %s", table)
		case n != want[table]:
			return fmt.Errorf("the restored table %s has %d rows, but the backup had %d", table, n, want[table])
		}
	}
	return nil
}
