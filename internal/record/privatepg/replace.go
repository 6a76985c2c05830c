//go:build linux || darwin

package privatepg

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// The names that a database has before it takes the place of the desk's, and that the desk's has afterwards.
const (
	comingName = databaseName + "_restoring"
	formerName = databaseName + "_replaced"
)

// endingLimit is how long the sessions of a replaced database may take to end.
const endingLimit = 30 * time.Second

// ReplaceDatabase has fill write a new, empty database, whose URL it gets. If fill succeeds, the new database takes
// the place of the server's database in one transaction, and the old one is deleted. Otherwise everything stays as
// it was. A process that is killed leaves the old database or the new one; the other is deleted the next time.
//
// The sessions of the old database end. Their programs connect to the new one when they try again.
func (s *Server) ReplaceDatabase(ctx context.Context, fill func(url string) error) error {
	conn, _, err := connectAsSuperuser(ctx, s.l, s.socketDir, s.secrets)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, statement := range []string{
		"drop database if exists " + comingName + " with (force)",
		"drop database if exists " + formerName + " with (force)",
		"create database " + comingName + " owner " + ownerName + " template template0",
		"revoke all on database " + comingName + " from public",
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("make a new database: %w", err)
		}
	}
	err = fill(socketURL(s.socketDir, ownerName, s.secrets.Owner, comingName, URLForm{}))
	if err == nil {
		err = s.Exclusively(ctx, func() error { return swapDatabases(ctx, conn) })
	}
	last := formerName
	if err != nil {
		last = comingName
	}
	_, dropErr := conn.Exec(context.WithoutCancel(ctx), "drop database if exists "+last+" with (force)")
	return errors.Join(err, dropErr)
}

// swapDatabases puts the new database in the place of the old one. PostgreSQL renames only a database that nobody
// uses.
func swapDatabases(ctx context.Context, conn *pgx.Conn) error {
	err := endSessions(ctx, conn)
	if err == nil {
		err = execInTransaction(ctx, conn,
			"alter database "+databaseName+" rename to "+formerName,
			"alter database "+comingName+" rename to "+databaseName)
	}
	if err == nil {
		err = openDatabase(ctx, conn)
	}
	if err != nil {
		_, undoErr := conn.Exec(context.WithoutCancel(ctx), "alter database "+databaseName+" allow_connections true")
		return errors.Join(fmt.Errorf("put the new database in the place of the old one: %w", err), undoErr)
	}
	return nil
}

// endSessions ends the sessions of both databases, and lets none begin in the old one.
func endSessions(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, "alter database "+databaseName+" allow_connections false"); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, endingLimit, errors.New("other sessions still use the database"))
	defer cancel()
	for {
		var left int
		err := conn.QueryRow(ctx, "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname in ($1, $2)",
			databaseName, comingName).Scan(&left)
		if err != nil || left == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(readyPoll):
		}
	}
}
