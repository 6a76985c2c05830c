package query_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/query"
)

// poolTo opens a pool that ends with the test.
func poolTo(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// A query that a replica ends runs on the primary: because it restarts, because it replays that the rows are gone, or because it was
// found not to answer.
func TestAQueryThatAReplicaEndsRunsOnThePrimary(t *testing.T) {
	t.Parallel()
	servers := pgtest.NewReplica(t)
	primary, standby := poolTo(t, servers.Primary), poolTo(t, servers.Standby)
	must := func(pool *pgxpool.Pool, sql string) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	must(standby, "ALTER SYSTEM SET max_standby_streaming_delay = 0")
	must(standby, "SELECT pg_reload_conf()")
	must(primary, "INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ('1', 'fred', 'RUNNING', now())")
	// On the replica the query takes until somebody ends it.
	const slow = `SELECT pg_is_in_recovery()::text AS replica, (SELECT count(*) FROM pipeline_runs) AS runs, CASE WHEN pg_is_in_recovery() THEN pg_sleep(600)::text END`
	for name, end := range map[string]func(leave context.CancelFunc){
		"the rows are gone": func(context.CancelFunc) {
			must(primary, "UPDATE pipeline_runs SET error_message = coalesce(error_message, '') || 'x'")
			must(primary, "VACUUM pipeline_runs")
		},
		"it is ended": func(context.CancelFunc) {
			must(standby, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%it is ended%' AND wait_event = 'PgSleep'")
		},
		"it was found to be away": func(leave context.CancelFunc) { leave() },
	} {
		t.Run(name, func(t *testing.T) {
			while, leave := context.WithCancel(t.Context())
			defer leave()
			f := &query.Fallback{Replica: query.NewRunner(standby, query.Options{Timeout: 10 * time.Minute}), Primary: query.NewRunner(primary, query.Options{}),
				While: func() context.Context { return while }}
			done := make(chan string)
			go func() {
				frame, err := f.Query(t.Context(), slow+" /* "+name+" */", query.Table, nil) // the server may still run the query of the case before
				if err != nil {
					done <- err.Error()
					return
				}
				text, _ := frame.Fields[0].ConcreteAt(0)
				done <- text.(string)
			}()
			for {
				var runs bool
				if err := standby.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' || $1 || '%' AND wait_event = 'PgSleep')", name).Scan(&runs); err != nil {
					t.Fatal(err)
				}
				if runs {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			end(leave)
			if got := <-done; got != "false" {
				t.Errorf("the query says: %s", got)
			}
		})
	}
	f := &query.Fallback{Replica: query.NewRunner(standby, query.Options{}), Primary: query.NewRunner(primary, query.Options{}), While: t.Context}
	if frame, err := f.Query(t.Context(), "SELECT pg_is_in_recovery()::text", query.Table, nil); err != nil || *frame.Fields[0].At(0).(*string) != "true" {
		t.Errorf("a query that the replica can answer: %v", err)
	}
	if _, err := f.Query(t.Context(), "SELECT nonsense", query.Table, nil); err == nil {
		t.Error("a wrong query has no error")
	}
}
