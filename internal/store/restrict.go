package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"macrowatch/deploy/timescaledb"
)

// What the query for restrictions takes as given. Compiling it would take longer than running it.
const restrictSettings = `SELECT set_config('search_path', 'pg_catalog', true), set_config('jit', 'off', true),
    set_config('macrowatch.owner', $1, true), set_config('macrowatch.readers', $2::text[]::text, true)`

// restrictPasses is more than one, since another macrowatch may change the same rights of the whole
// server at the same time, from another database.
const restrictPasses = 3

// restriction is a statement that is still to be run.
type restriction struct {
	Statement string
	Closes    bool // it takes a right away; otherwise it gives one to who needs it
}

// RestrictPublic takes from PUBLIC, that is from every login, what a login that only reads has no use
// for: functions that change, lock or fill anything, temporary tables, code in trusted languages, other
// databases. The owner, and who else may write in this database, keep it, and the owner gets the right
// to end the readers' statements. The readers are those that GrantReading noted and those named here;
// an owner "" is whoever owns the database and macrowatch's tables.
//
// It may be repeated at any time, and does nothing where nothing is to be done. A superuser can run all
// of it. Another login does what it may; the statements that it may not run are returned.
func RestrictPublic(ctx context.Context, conn *pgx.Conn, owner string, readers ...string) (left []string, err error) {
	noted, err := ReaderRoles(ctx, conn)
	if err != nil {
		return nil, err
	}
	readers = slices.Compact(slices.Sorted(slices.Values(slices.Concat(noted, readers))))
	for range restrictPasses {
		again, err := restrictOnce(ctx, conn, owner, readers)
		if err != nil {
			return nil, fmt.Errorf("restrict the logins that only read: %w", translate(err))
		}
		if !again {
			break
		}
	}
	needed, err := neededRestrictions(ctx, conn, owner, readers)
	for _, r := range needed {
		left = append(left, r.Statement)
	}
	return left, err
}

// restrictOnce runs what is needed and allowed. It reports whether a statement failed for another
// reason than that, so that trying again may help.
func restrictOnce(ctx context.Context, conn *pgx.Conn, owner string, readers []string) (again bool, err error) {
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		needed, err := restrictionsIn(ctx, tx, owner, readers)
		if err != nil {
			return err
		}
		for _, r := range needed {
			err := pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
				_, err := tx.Exec(ctx, r.Statement)
				return err
			})
			var server *pgconn.PgError
			if err != nil && !errors.As(err, &server) {
				return err
			}
			again = again || err != nil && server.Code != "42501"
		}
		return nil
	})
	return again, err
}

// beginner is a pool, a connection or a transaction.
type beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

func neededRestrictions(ctx context.Context, db beginner, owner string, readers []string) (needed []restriction, err error) {
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		needed, err = restrictionsIn(ctx, tx, owner, readers)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look at the rights of every login: %w", translate(err))
	}
	return needed, nil
}

// restrictionsIn leaves the settings behind in the transaction.
func restrictionsIn(ctx context.Context, tx pgx.Tx, owner string, readers []string) ([]restriction, error) {
	if readers == nil {
		readers = []string{} // nil is NULL, and a setting can't be that
	}
	if _, err := tx.Exec(ctx, restrictSettings, owner, readers); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, timescaledb.Restrict)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[restriction])
}
