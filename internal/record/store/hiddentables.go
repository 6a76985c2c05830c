package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// makeHiddenTables makes the tables that logins which only read can't see, if they are missing in a migrated database.
// A dump that such a login wrote does not have them, although it says that their migration was applied.
func makeHiddenTables(ctx context.Context, pool *pgxpool.Pool, all []migration) error {
	for _, name := range tableNames(func(t registered) bool { return t.holds == secrets }) {
		var there bool
		if err := pool.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, name).Scan(&there); err != nil {
			return fmt.Errorf("look for the table %s: %w", name, translate(err))
		}
		if there {
			continue
		}
		if err := makeAgain(ctx, pool, name, all); err != nil {
			return fmt.Errorf("make the table %s again: %w", name, translate(err))
		}
	}
	return nil
}

// makeAgain runs the part of a migration that makes a table, unless another program has just done so.
func makeAgain(ctx context.Context, pool *pgxpool.Pool, name string, all []migration) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, migrationLock); err != nil {
			return err
		}
		var there bool
		if err := tx.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, name).Scan(&there); err != nil || there {
			return err
		}
		for _, m := range all {
			for _, p := range m.parts() {
				if p.makes && slices.Contains(p.tables, name) {
					if _, err := tx.Exec(ctx, p.sql); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}
