package timescaledb_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/store"
)

// Codes of PostgreSQL for what is cut off.
const (
	tooMuchDisk   = "53400"
	tooManyOpen   = "53300"
	endedByOthers = "57P01"
)

// exhaust sends statements that need more space on the disk than the login may use. The test lowers the limit, so that
// it need not write two gigabytes.
func exhaust(t *testing.T, super *pgx.Conn, name, address string) {
	t.Helper()
	reader := pgx.Identifier{name}.Sanitize()
	var former string
	if err := super.QueryRow(t.Context(), `SELECT split_part(c, '=', 2) FROM pg_db_role_setting, unnest(setconfig) c
		WHERE setrole = $1::regrole AND c LIKE 'temp_file_limit=%'`, reader).Scan(&former); err != nil {
		t.Fatalf("%s may use any space: %v", name, err)
	}
	exec1(t, super, "ALTER ROLE "+reader+" SET temp_file_limit = '1MB'")
	defer exec1(t, super, "ALTER ROLE "+reader+" SET temp_file_limit = '"+former+"'")
	session := connect(t, address)
	lift(t, session)
	exec1(t, session, "SET work_mem = '64kB'")
	for _, sql := range []string{
		"SELECT count(*) FROM (SELECT g FROM generate_series(1, 3000000) g ORDER BY md5(g::text)) s",
		"SELECT count(*) FROM (SELECT DISTINCT md5(g::text) FROM generate_series(1, 3000000) g) s",
		"WITH m AS MATERIALIZED (SELECT md5(g::text) FROM generate_series(1, 3000000) g) SELECT count(*) FROM m a, m b WHERE a.md5 < b.md5",
		"DECLARE kept CURSOR WITH HOLD FOR SELECT repeat('x', 100) FROM generate_series(1, 3000000)",
	} {
		if code := outcome(t, session, sql); code != tooMuchDisk {
			t.Errorf("%s: %s, want it cut off for want of space", sql, code)
		}
		mayRead(t, session, sql)
	}
}

// aCopy sends rows until its session is ended.
const aCopy = "a copy"

// isEnded reports whether a statement's error says that another session has ended its own. PostgreSQL does not say so, but only closes
// the connection, while it waits for the client to take rows that it sent before.
func isEnded(err error, sendsRows bool) bool {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return server.Code == endedByOthers
	}
	return err != nil && sendsRows
}

// outstay runs statements and transactions that never end. The watchdog of serve ends their sessions.
func outstay(t *testing.T, g target, name, address string) {
	t.Helper()
	const endless = "SELECT count(*) FROM (SELECT generate_series(1, 1000000000000)) AS rows"
	pool, err := pgxpool.New(context.Background(), g.owner)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	holder := connect(t, g.owner)
	exec1(t, holder, "BEGIN; LOCK TABLE strategy_signals IN ACCESS EXCLUSIVE MODE")
	ended := map[string]chan error{}
	var idle []*pgx.Conn
	for what, statements := range map[string][]string{
		"a series":                        {endless},
		"a cross join":                    {"SELECT count(*) FROM portfolio_state a, portfolio_state b, portfolio_state c, portfolio_state d, portfolio_state e, portfolio_state f, portfolio_state g"},
		"a query that calls itself":       {"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n"},
		"a cursor":                        {"BEGIN", "DECLARE c CURSOR FOR " + endless, "FETCH c"},
		aCopy:                             {"COPY (SELECT generate_series(1, 1000000000000)) TO STDOUT"},
		"a wait for a lock":               {"SELECT count(*) FROM strategy_signals"},
		"a limit lifted within itself":    {"SELECT set_config('statement_timeout', '0', false), count(*) FROM (SELECT generate_series(1, 1000000000000)) AS rows"},
		"a session idle in a transaction": {"BEGIN; LOCK TABLE pipeline_runs IN ACCESS SHARE MODE", ""},
		"a snapshot held open":            {"BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pipeline_runs", ""},
	} {
		session := connect(t, withName(t, address, "outstays"))
		lift(t, session)
		last := statements[len(statements)-1]
		for _, sql := range statements[:len(statements)-1] {
			exec1(t, session, sql)
		}
		if last == "" {
			idle = append(idle, session)
			continue
		}
		ended[what] = make(chan error, 1)
		go func() {
			_, err := session.PgConn().Exec(context.WithoutCancel(t.Context()), last).ReadAll()
			ended[what] <- err
		}()
	}

	guard := store.ReadingGuard{Pool: pool, Limit: time.Millisecond, Log: slog.New(slog.DiscardHandler), Tell: func(s string) { t.Errorf("told %q", s) }}
	defer guard.Close()
	look := func() {
		t.Helper()
		if err := guard.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for what, end := range ended {
		for waiting := true; waiting; {
			select {
			case err := <-end:
				waiting = false
				if !isEnded(err, what == aCopy) {
					t.Errorf("%s: %v, want it ended by the watchdog", what, err)
				}
			default:
				look()
			}
		}
	}
	for there := len(idle); there > 0; {
		look()
		if err := pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'outstays' AND usename = $1", name).Scan(&there); err != nil {
			t.Fatal(err)
		}
	}
	exec1(t, holder, "ROLLBACK")
	mayRead(t, connect(t, address), "the watchdog's work")
}

// flood opens as many connections as the login gets. Others can still connect, and a session that is open still reads.
func flood(t *testing.T, super *pgx.Conn, g target, name, address string) {
	t.Helper()
	var limit int
	if err := super.QueryRow(t.Context(), "SELECT rolconnlimit FROM pg_roles WHERE rolname = $1", name).Scan(&limit); err != nil || limit < 0 {
		t.Fatalf("%s may have %d connections: %v", name, limit, err)
	}
	var open []*pgx.Conn
	defer func() {
		for _, conn := range open {
			_ = conn.Close(context.Background())
		}
	}()
	refused := false
	for range limit + 1 {
		conn, err := pgx.Connect(t.Context(), address)
		var server *pgconn.PgError
		if refused = errors.As(err, &server) && server.Code == tooManyOpen; refused {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, conn)
	}
	if !refused {
		t.Errorf("%s opened %d connections", name, len(open))
	}
	mayRead(t, open[0], fmt.Sprintf("opening %d connections", len(open)))
	exec1(t, connect(t, g.owner), "SELECT 1")
	for other, elsewhere := range g.readers {
		if other != name {
			mayRead(t, connect(t, elsewhere), "a flood of another login's connections")
		}
	}
}
