package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// RequireReader returns an error unless this login reads the database of another store and can't write it. The login
// may be a role of RestrictPublic or any other one that owns nothing there and may write none of the desk's tables.
func (s *Store) RequireReader(ctx context.Context, writer *Store) error {
	var login string
	if err := s.pool.QueryRow(ctx, `SELECT session_user::text`).Scan(&login); err != nil {
		return translate(err)
	}
	found, err := findNoReaders(ctx, s.pool, []string{login})
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return &Error{Kind: Forbidden, Sentence: fmt.Sprintf("%s can't be the login that only reads, since it %s", login, found[0].Why)}
	}
	rows, err := s.pool.Query(ctx, readersWhoWrite, []string{login}, readTables())
	if err != nil {
		return translate(err)
	}
	writes, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return translate(err)
	}
	if len(writes) > 0 {
		return &Error{Kind: Forbidden, Sentence: fmt.Sprintf("%s can't be the login that only reads, since it may write the desk's tables", login)}
	}
	return s.requireSameDatabase(ctx, login, writer)
}

// requireSameDatabase returns an error if the other store leads to another database or to another schema of it, or if
// this login can't read the tables there.
func (s *Store) requireSameDatabase(ctx context.Context, login string, other *Store) error {
	if elsewhere, err := s.isElsewhere(ctx, other); err != nil {
		return err
	} else if elsewhere {
		return &Error{Kind: BadURL, Sentence: fmt.Sprintf("%s is connected to another database, or to another schema, than the login that writes", login)}
	}
	return s.requireReading(ctx, login)
}

// isElsewhere reports whether another store leads to another database or to another schema of it. It is false if that is not known.
func (s *Store) isElsewhere(ctx context.Context, other *Store) (bool, error) {
	mine, err := s.Whereabouts(ctx)
	if err != nil {
		return false, err
	}
	theirs, err := other.Whereabouts(ctx)
	if err != nil {
		return false, err
	}
	return mine.Identity != theirs.Identity && mine.Identity != "" && theirs.Identity != "", nil
}

// requireReading returns an error if this store's login may not read one of the desk's tables.
func (s *Store) requireReading(ctx context.Context, login string) error {
	for _, table := range readTables() {
		now, err := whatIsReadable(ctx, s.pool, login, table)
		if err != nil {
			return err
		}
		if !now.read || !now.use {
			return &Error{Kind: Forbidden, Sentence: fmt.Sprintf("%s may not read %s: run macrowatch migrate --reader-role %s", login, now.table, login)}
		}
	}
	return nil
}

// RequireNoSecrets returns an error if this login may read who is logged in, or which programs may write over HTTP. The
// queries of dashboards that macrowatch is not built with are sent only by logins that may not.
func (s *Store) RequireNoSecrets(ctx context.Context) error {
	var login string
	var open []string
	err := s.pool.QueryRow(ctx, `SELECT session_user::text, ARRAY(SELECT name FROM unnest($1::text[]) name
		WHERE to_regclass(name) IS NOT NULL AND has_any_column_privilege(session_user, to_regclass(name), 'SELECT'))`,
		tableNames(func(t registered) bool { return t.holds == secrets })).Scan(&login, &open)
	if err != nil {
		return translate(err)
	}
	if len(open) > 0 {
		return &Error{Kind: Forbidden, Sentence: fmt.Sprintf("%s may read %s, which tell who is logged in and who may write: REVOKE its right to SELECT there", login, Enumerate(open))}
	}
	return nil
}
