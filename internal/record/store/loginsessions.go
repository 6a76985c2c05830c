package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// LoginSession is a login to the viewer that lasts. The database has only the hash of its token.
type LoginSession struct {
	Hash    [32]byte
	User    string
	Role    string
	Method  string
	Stamp   string
	Address string
	Created time.Time
	Seen    time.Time
	Ends    time.Time
}

const (
	sessionColumns = `token_hash, username, role, method, stamp, address, created_at, seen_at, ends_at`

	sessionAdd = `INSERT INTO macrowatch_sessions (` + sessionColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	sessionsRead = `SELECT ` + sessionColumns + ` FROM macrowatch_sessions WHERE token_hash = ANY ($1::bytea[])`

	sessionsList = `SELECT ` + sessionColumns + ` FROM macrowatch_sessions WHERE ends_at > $1 ORDER BY seen_at DESC, token_hash`

	sessionsSeen = `UPDATE macrowatch_sessions SET seen_at = $2 WHERE token_hash = ANY ($1::bytea[]) AND seen_at < $2`

	sessionEnd = `DELETE FROM macrowatch_sessions WHERE token_hash = $1`

	sessionsOfUserEnd = `DELETE FROM macrowatch_sessions WHERE username = $1`

	sessionsAllEnd = `DELETE FROM macrowatch_sessions`

	sessionsRemove = `DELETE FROM macrowatch_sessions WHERE ends_at <= $1 OR seen_at < $2`

	// Each right is asked for by itself: of a list, PostgreSQL asks whether the login has any.
	sessionsUsable = `SELECT has_table_privilege('macrowatch_sessions', 'SELECT') AND has_table_privilege('macrowatch_sessions', 'INSERT')
    AND has_table_privilege('macrowatch_sessions', 'UPDATE') AND has_table_privilege('macrowatch_sessions', 'DELETE')
    AND NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off', quote_ident(current_user)`
)

// RequireLoginSessions returns an error (Forbidden) if this login may not keep sessions, as a login that only reads.
func (s *Store) RequireLoginSessions(ctx context.Context) error {
	var usable bool
	var login string
	if err := s.pool.QueryRow(ctx, sessionsUsable).Scan(&usable, &login); err != nil {
		return fmt.Errorf("look whether sessions can be kept: %w", translate(err))
	}
	if usable {
		return nil
	}
	return &Error{Kind: Forbidden, Sentence: fmt.Sprintf("logins by password or OpenID Connect keep sessions in the table macrowatch_sessions, "+
		"and the database login %[1]s may not write it: use a login that may (the tables' owner can: GRANT SELECT, INSERT, UPDATE, DELETE ON macrowatch_sessions TO %[1]s), "+
		"or let a proxy log people in", login)}
}

// AddLoginSession stores a new session.
func (s *Store) AddLoginSession(ctx context.Context, l LoginSession) error {
	_, err := s.pool.Exec(ctx, sessionAdd, l.Hash[:], l.User, l.Role, l.Method, l.Stamp, l.Address, l.Created, l.Seen, l.Ends)
	return sessionError("store the session", err)
}

// LoginSessions returns those of some sessions that exist.
func (s *Store) LoginSessions(ctx context.Context, hashes [][32]byte) ([]LoginSession, error) {
	rows, err := s.pool.Query(ctx, sessionsRead, bytesOf(hashes))
	if err != nil {
		return nil, sessionError("read sessions", err)
	}
	found, err := pgx.CollectRows(rows, scanSession)
	return found, sessionError("read sessions", err)
}

// ListLoginSessions returns all sessions that have not ended at a time, the one used last first.
func (s *Store) ListLoginSessions(ctx context.Context, now time.Time) ([]LoginSession, error) {
	rows, err := s.pool.Query(ctx, sessionsList, now)
	if err != nil {
		return nil, sessionError("list sessions", err)
	}
	found, err := pgx.CollectRows(rows, scanSession)
	return found, sessionError("list sessions", err)
}

// MarkLoginSessionsSeen notes that sessions were used at a time.
func (s *Store) MarkLoginSessionsSeen(ctx context.Context, hashes [][32]byte, at time.Time) error {
	_, err := s.pool.Exec(ctx, sessionsSeen, bytesOf(hashes), at)
	return sessionError("note that sessions are used", err)
}

// EndLoginSession ends a session, and reports whether there was one.
func (s *Store) EndLoginSession(ctx context.Context, hash [32]byte) (bool, error) {
	done, err := s.pool.Exec(ctx, sessionEnd, hash[:])
	return done.RowsAffected() > 0, sessionError("end the session", err)
}

// EndLoginSessionsOf ends all sessions of a user, and returns how many there were.
func (s *Store) EndLoginSessionsOf(ctx context.Context, user string) (int, error) {
	done, err := s.pool.Exec(ctx, sessionsOfUserEnd, user)
	return int(done.RowsAffected()), sessionError("end the user's sessions", err)
}

// EndAllLoginSessions ends every session, and returns how many there were.
func (s *Store) EndAllLoginSessions(ctx context.Context) (int, error) {
	done, err := s.pool.Exec(ctx, sessionsAllEnd)
	return int(done.RowsAffected()), sessionError("end all sessions", err)
}

// RemoveEndedLoginSessions deletes the sessions that ended at a time, and those that were last used before another.
func (s *Store) RemoveEndedLoginSessions(ctx context.Context, now, unusedSince time.Time) error {
	_, err := s.pool.Exec(ctx, sessionsRemove, now, unusedSince)
	return sessionError("remove sessions that have ended", err)
}

func scanSession(row pgx.CollectableRow) (LoginSession, error) {
	var l LoginSession
	var hash []byte
	err := row.Scan(&hash, &l.User, &l.Role, &l.Method, &l.Stamp, &l.Address, &l.Created, &l.Seen, &l.Ends)
	copy(l.Hash[:], hash)
	return l, err
}

func bytesOf(hashes [][32]byte) [][]byte {
	all := make([][]byte, len(hashes))
	for i := range hashes {
		all[i] = hashes[i][:]
	}
	return all
}

// sessionError says what failed, and what to do if the login may not touch the table.
func sessionError(what string, err error) error {
	var server *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &server) && server.Code == insufficientPrivilege:
		return &Error{Kind: Forbidden, cause: err, Sentence: "this database login may not use the table macrowatch_sessions: use the tables' owner, or a login that it granted the right to"}
	}
	return fmt.Errorf("%s: %w", what, translate(err))
}
