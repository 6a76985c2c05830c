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

// settingReaders is the setting with the roles that GrantReading noted, as a JSON array of names.
const settingReaders = "reader_roles"

// notReaders returns the roles among $1 that can't be readers, and why. Restricting them would have no effect, or it
// would take away rights that macrowatch or others need.
const notReaders = `SELECT rolname, why FROM (
    SELECT r.rolname::text, CASE
        WHEN r.rolname LIKE 'pg\_%' THEN 'is one of PostgreSQL''s own roles, whose members have other work'
        WHEN r.rolsuper THEN 'is a superuser'
        WHEN EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database() AND d.datdba = r.oid) THEN 'owns the database'
        ELSE (SELECT 'owns the table ' || min(t) FROM unnest($2::text[]) t JOIN pg_class c ON c.oid = to_regclass(t) WHERE c.relowner = r.oid)
    END AS why
    FROM pg_roles r WHERE r.rolname = ANY ($1)) s
WHERE why IS NOT NULL ORDER BY 1`

const settingsReadable = `SELECT coalesce(has_table_privilege(to_regclass('macrowatch_settings'), 'SELECT'), false)`

// ReaderRoles returns the roles that GrantReading noted and that still exist. For a login that may not read
// macrowatch's settings it returns none.
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

// NoReader is a role that can't be a login that only reads.
type NoReader struct {
	Role string
	Why  string // such as "is a superuser"
}

func findNoReaders(ctx context.Context, pool *pgxpool.Pool, roles []string) ([]NoReader, error) {
	rows, err := pool.Query(ctx, notReaders, roles, readTables())
	if err != nil {
		return nil, translate(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[NoReader])
	return found, translate(err)
}

// refuseNoReader returns an error (Forbidden) if a role can't be a reader, such as the role of this login.
func refuseNoReader(ctx context.Context, pool *pgxpool.Pool, role string) error {
	found, err := findNoReaders(ctx, pool, []string{role})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		var own bool
		if err := pool.QueryRow(ctx, `SELECT $1 IN (session_user, current_user)`, role).Scan(&own); err != nil {
			return translate(err)
		}
		if own {
			found = []NoReader{{Role: role, Why: "is the login that macrowatch uses here"}}
		}
	}
	if len(found) == 0 {
		return nil
	}
	return &Error{Kind: Forbidden, Sentence: fmt.Sprintf(
		"%s can't be a login that only reads, since it %s; nothing was granted. Make another login for reading", role, found[0].Why)}
}

// ForgetReader removes a role from those that ReaderRoles returns, and reports whether it was one of them. The role
// keeps what it was granted. Other logins are no longer restricted because of this role.
func ForgetReader(ctx context.Context, pool *pgxpool.Pool, role string) (noted bool, err error) {
	known, err := ReaderRoles(ctx, pool)
	if err != nil || !slices.Contains(known, role) {
		return false, err
	}
	value, err := json.Marshal(slices.DeleteFunc(known, func(r string) bool { return r == role }))
	if err != nil {
		return true, err
	}
	return true, New(pool, nil).SetSetting(ctx, settingReaders, string(value))
}

// noteReader adds a role to those that ReaderRoles returns.
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
