//go:build linux || darwin

package privatepg

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	readyPoll    = 20 * time.Millisecond
	connectLimit = 5 * time.Second // one attempt
	sayWaiting   = 3 * time.Second // after which waiting is worth a word
)

// connectionURL is how a role reaches a database of the server.
func connectionURL(port int, role, password, database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, password),
		Host: "127.0.0.1:" + strconv.Itoa(port), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// errUnguarded says that a server that was waited for has no guard any more, and so never comes.
var errUnguarded = errors.New("the guard has ended")

// waitReady waits until the server answers, for as long as it has a guard: recovery after a power
// cut may take its time. It makes the role and the database if they are missing, and returns the
// port.
func waitReady(ctx context.Context, cfg Config, l layout) (port int, err error) {
	password, err := readSmall(l.password())
	if err != nil {
		return 0, fmt.Errorf("read the password of the private PostgreSQL: %w", err)
	}
	began, said := time.Now(), false
	for {
		port = l.readPort()
		err := prepareDatabase(ctx, port, password)
		if err == nil {
			return port, nil
		}
		if ctx.Err() != nil {
			return 0, fmt.Errorf("wait for the private PostgreSQL: %w", context.Cause(ctx))
		}
		if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) && !passing(pg.Code) {
			return 0, fmt.Errorf("prepare the private PostgreSQL in %s: %w", l.dir, pg)
		}
		guarded, herr := held(l.guardLock())
		if herr != nil {
			return 0, herr
		}
		if !guarded {
			return 0, errUnguarded
		}
		if !said && time.Since(began) > sayWaiting {
			cfg.Progress("waiting for the private PostgreSQL to be ready")
			said = true
		}
		select {
		case <-ctx.Done():
		case <-time.After(readyPoll):
		}
	}
}

// passing reports whether an error's code means that the server is busy starting or stopping, or
// full for the moment.
func passing(code string) bool {
	switch code {
	case "57P03", "57P01", "57P02", "53300": // cannot connect now, shutdown, crash, too many connections
		return true
	}
	return false
}

// prepareDatabase makes the role and the database unless they are there.
func prepareDatabase(ctx context.Context, port int, password string) error {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	conn, err := pgx.Connect(ctx, connectionURL(port, superuser, password, "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var role, database bool
	err = conn.QueryRow(ctx, `select exists (select from pg_roles where rolname = $1),
		exists (select from pg_database where datname = $2)`, roleName, databaseName).Scan(&role, &database)
	if err != nil {
		return err
	}
	if !role { // neither statement takes parameters; the names are constants, the password is hexadecimal
		if _, err := conn.Exec(ctx, "create role "+roleName+" login createdb password '"+password+"'"); err != nil {
			return err
		}
	}
	if !database {
		if _, err := conn.Exec(ctx, "create database "+databaseName+" owner "+roleName); err != nil {
			return err
		}
	}
	return nil
}
