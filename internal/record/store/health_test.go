package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// A standby's own snapshots do not list the transactions that are under way on the primary. So they stay the same when one of
// several ends that did not begin last.
func TestTheSnapshotOfAStandbyChangesWithEveryTransaction(t *testing.T) {
	t.Parallel()
	primary, standby := pgtest.Replicated(t)
	s := openStore(t, standby, store.Options{})
	health := s.Health()
	defer health.Close()
	var open []pgx.Tx
	for n := range 4 {
		conn, err := pgx.Connect(t.Context(), primary)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.WithoutCancel(t.Context()))
		tx, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), `INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ($1, 'fred', 'RUNNING', now())`, fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
		open = append(open, tx)
	}
	before := ""
	for _, n := range []int{3, 2, 1} {
		if err := open[n].Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		untilTrue(t, s, fmt.Sprintf("SELECT EXISTS (SELECT FROM pipeline_runs WHERE run_id = '%d')", n))
		// The standby notes a moment later what it has replayed.
		after := before
		for deadline := time.Now().Add(patience); after == before && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			var err error
			if after, err = health.Snapshot(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if after == before {
			t.Errorf("run %d is there, and the snapshot is still %s", n, after)
		}
		before = after
	}
	if err := open[0].Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// patience ends a test that has already failed.
const patience = 30 * time.Second

// untilTrue waits until a database answers a question with true.
func untilTrue(t *testing.T, s *store.Store, question string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		var answer bool
		if err := s.Pool().QueryRow(t.Context(), question).Scan(&answer); err != nil {
			t.Fatal(err)
		}
		if answer {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("it never came to be true: %s", question)
		}
	}
}
