package query_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/query"
)

// A dashboard of one's own may hold any statement. What one leaves must not reach the next, on the same connection.
func TestAStatementLeavesTheNextOnesTransactionAsItWas(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	for name, url := range map[string]string{"direct": address, "pooled": pgtest.PgBouncer(t, address, pgtest.TransactionPooling)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := onlyConnection(t, url)
			if _, err := pool.Exec(t.Context(), "CREATE TABLE left_by_"+name+" (v int)", pgx.QueryExecModeSimpleProtocol); err != nil {
				t.Fatal(err)
			}
			r := query.NewRunner(pool, query.Options{Timeout: time.Second})
			for _, sql := range []string{
				"COMMIT", "ROLLBACK", "COMMIT AND CHAIN", "ROLLBACK AND CHAIN", "BEGIN", "BEGIN READ WRITE", "SET TRANSACTION READ WRITE",
				"SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE", "SET default_transaction_read_only = off", "SET statement_timeout = 0",
				"SELECT set_config('statement_timeout', '0', false) AS v", "SET datestyle = German", "SET standard_conforming_strings = off",
				"SAVEPOINT a", "PREPARE TRANSACTION 'a'", "DEALLOCATE ALL", "DISCARD ALL", "RESET ALL",
				"DO $$ BEGIN SET statement_timeout = 0; COMMIT; END $$", "SELECT 1/0 AS v", "no statement", "-- nothing", "",
				"COPY (SELECT 1) TO STDOUT",
			} {
				_, _ = r.Query(t.Context(), sql, query.Table, nil) // some are refused
				if got := shownNow(t, r); got != "on 1s 5s 2025-03-01 00:00:00+00 a\\b" {
					t.Errorf("after %q: %s", sql, got)
				}
				if _, err := r.Query(t.Context(), "INSERT INTO left_by_"+name+" VALUES (1)", query.Table, nil); err == nil || !strings.Contains(err.Error(), "a panel may only read") {
					t.Errorf("after %q a statement writes: %v", sql, err)
				}
			}
		})
	}
}

// shownNow returns what the transaction of a statement is limited by, and how it writes dates and reads backslashes.
func shownNow(t *testing.T, r *query.Runner) string {
	t.Helper()
	f, err := r.Query(t.Context(), `SELECT concat_ws(' ', current_setting('transaction_read_only'), current_setting('statement_timeout'),
		current_setting('lock_timeout'), timestamptz '2025-03-01 00:00+00' AT TIME ZONE 'UTC' || '+00', 'a\b') AS v`, query.Table, nil)
	if err != nil {
		return err.Error()
	}
	text, _ := concrete(t, f.Fields[0], 0).(string)
	return text
}

// onlyConnection returns a pool of one connection.
func onlyConnection(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	cfg.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// The server takes no such limit.
func TestAStatementDoesNotRunWithoutItsLimits(t *testing.T) {
	t.Parallel()
	pool := onlyConnection(t, pgtest.URL(t))
	sql := "SELECT pg_advisory_lock(1)::text AS v" // stays held if it ran
	if _, err := query.NewRunner(pool, query.Options{LockTimeout: 1e6 * time.Hour}).Query(t.Context(), sql, query.Table, nil); err == nil ||
		!strings.Contains(err.Error(), "lock_timeout") {
		t.Errorf("got %v", err)
	}
	f := run(t, pool, query.Table, "SELECT count(*) AS v FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
	if held := concrete(t, f.Fields[0], 0); held != int64(0) {
		t.Errorf("%v locks are held", held)
	}
}

func TestATextWithoutRowsShowsNothing(t *testing.T) {
	t.Parallel()
	pool := onlyConnection(t, pgtest.URL(t))
	for _, sql := range []string{"", "-- nothing", "SET jit = on", "COPY (SELECT 1) TO STDOUT", "DO $$ BEGIN END $$"} {
		if f := run(t, pool, query.Table, sql); len(f.Fields) != 0 {
			t.Errorf("%q: %v", sql, f.Fields)
		}
	}
	if made := pool.Stat().NewConnsCount(); made != 1 {
		t.Errorf("%d connections were made for them", made)
	}
}
