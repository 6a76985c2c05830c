package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// settingReaders notes the roles that GrantReading let read, as a JSON array of names.
const settingReaders = "reader_roles"

const settingsReadable = `SELECT coalesce(has_table_privilege(to_regclass('macrowatch_settings'), 'SELECT'), false)`

// ReaderRoles gives the roles that GrantReading let read and that still exist. A login that may not
// read macrowatch's settings is told of none.
func ReaderRoles(ctx context.Context, q queryer) ([]string, error) {
	var readable bool
	if err := q.QueryRow(ctx, settingsReadable).Scan(&readable); err != nil || !readable {
		return nil, translate(err)
	}
	var value string
	err := q.QueryRow(ctx, settingRead, settingReaders).Scan(&value)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read setting %s: %w", settingReaders, translate(err))
	}
	var noted []string
	if err := json.Unmarshal([]byte(value), &noted); err != nil {
		return nil, fmt.Errorf("read setting %s: %q is not a list of roles", settingReaders, value)
	}
	rows, err := q.Query(ctx, `SELECT rolname::text FROM pg_roles WHERE rolname = ANY ($1) ORDER BY 1`, noted)
	if err != nil {
		return nil, translate(err)
	}
	roles, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return roles, translate(err)
}

// noteReader adds a role to those that ReaderRoles gives.
func noteReader(ctx context.Context, pool *pgxpool.Pool, role string) error {
	known, err := ReaderRoles(ctx, pool)
	if err != nil || slices.Contains(known, role) {
		return err
	}
	value, err := json.Marshal(append(known, role))
	if err != nil {
		return err
	}
	return New(pool, nil).SetSetting(ctx, settingReaders, string(value))
}
