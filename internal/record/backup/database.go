package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Database is a database that is backed up or restored.
type Database struct {
	// URL is its connection URL, or a string of keywords and values.
	URL string
	// FindProgram finds pg_dump or pg_restore of a major version or a newer one.
	FindProgram func(ctx context.Context, name string, oldest int) (string, error)
}

// connect connects to the database. It returns the major version of the server too.
func (d Database) connect(ctx context.Context) (conn *pgx.Conn, major int, err error) {
	if conn, err = pgx.Connect(ctx, d.URL); err != nil {
		return nil, 0, err
	}
	if err = conn.QueryRow(ctx, "SELECT current_setting('server_version_num')::int / 10000").Scan(&major); err != nil {
		_ = conn.Close(ctx)
		return nil, 0, err
	}
	return conn, major, nil
}

// run runs a program of PostgreSQL on the database. The password is not among the program's arguments, because
// other users of the machine can read those.
func (d Database) run(ctx context.Context, program string, args ...string) error {
	env, name, err := d.forLibpq()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program, append(args, "--no-password", "--dbname="+name)...)
	cmd.Env = env
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("%w: %s", err, firstLines(said.String()))
	}
	return nil
}

// firstLines returns the first lines that a program wrote, as one.
func firstLines(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	return strings.Join(lines[:min(len(lines), 3)], " ")
}

// libpqKnows are the settings of a URL that the programs of PostgreSQL know in each version. pgx knows others.
var libpqKnows = []string{"host", "hostaddr", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl",
	"passfile", "service", "connect_timeout", "options", "target_session_attrs", "channel_binding", "gssencmode", "krbsrvname"}

// forLibpq returns the environment for a program of PostgreSQL, and the URL without its password.
func (d Database) forLibpq() (env []string, name string, err error) {
	env = os.Environ()
	u, err := url.Parse(d.URL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		if strings.Contains(d.URL, "password") {
			return nil, "", errors.New("the database is given by keywords with a password, which other users could read in ps: give its URL, or put the password into PGPASSWORD or ~/.pgpass")
		}
		return env, d.URL, nil
	}
	if password, given := u.User.Password(); given {
		env = append(env, "PGPASSWORD="+password)
		u.User = url.User(u.User.Username())
	}
	query := u.Query()
	if password := query.Get("password"); password != "" {
		env = append(env, "PGPASSWORD="+password)
	}
	// Programs of version 16 and newer obey it in the environment; older ones don't know it there either.
	if methods := query.Get("require_auth"); methods != "" {
		env = append(env, "PGREQUIREAUTH="+methods)
	}
	for key := range query {
		if !slices.Contains(libpqKnows, key) {
			query.Del(key)
		}
	}
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
	return env, u.String(), nil
}

// FilledTable returns the name of a table that has a row, or "". It does not look at the tables that are excepted.
func FilledTable(ctx context.Context, address string, except ...string) (string, error) {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	tables, err := tableNames(ctx, conn)
	if err != nil {
		return "", err
	}
	for _, table := range tables {
		if slices.Contains(except, strings.TrimPrefix(table, "public.")) {
			continue
		}
		var filled bool
		if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM "+table+")").Scan(&filled); err != nil || filled {
			return table, err
		}
	}
	return "", nil
}

// querier is a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// tableNames returns the names of the tables that are not PostgreSQL's own, with their schemas.
func tableNames(ctx context.Context, q querier) ([]string, error) {
	found, err := q.Query(ctx, `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
		AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%' ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, pgx.RowTo[string])
}

// countRows counts the rows of each table that is not PostgreSQL's own.
func countRows(ctx context.Context, q querier) (map[string]int64, error) {
	tables, err := tableNames(ctx, q)
	if err != nil {
		return nil, err
	}
	rows := map[string]int64{}
	for _, table := range tables {
		var n int64
		if err := q.QueryRow(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			return nil, err
		}
		rows[table] = n
	}
	return rows, nil
}
