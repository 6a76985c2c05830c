package replica_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"macrowatch/internal/record/replica"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// followed is a follower with a clock of the test.
type followed struct {
	*replica.Follower
	t                *testing.T
	primary, standby *store.Store
	passed           atomic.Int64 // seconds that the test lets pass
}

func follow(t *testing.T, primary, standby string) *followed {
	t.Helper()
	f := &followed{t: t, primary: open(t, primary), standby: open(t, standby)}
	f.Follower = replica.New(replica.Config{
		Primary: f.primary, Replica: f.standby, Logger: slog.New(slog.DiscardHandler),
		Check: func(ctx context.Context) error { return f.standby.RequireReplicaOf(ctx, f.primary) },
		Now:   func() time.Time { return time.Now().Add(time.Duration(f.passed.Load()) * time.Second) },
	})
	t.Cleanup(f.Close)
	return f
}

func open(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{Lazy: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// patience ends a test that has already failed.
const patience = time.Minute

// until probes until a condition holds.
func (f *followed) until(what string, holds func(probed error) bool) {
	f.t.Helper()
	var err error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err = f.Probe(f.t.Context()); holds(err) {
			return
		}
	}
	f.t.Fatalf("it never came to be that %s: %v", what, err)
}

func (f *followed) read() replica.Reading {
	f.t.Helper()
	r, err := f.Read(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

func (f *followed) must(s *store.Store, sql string) {
	f.t.Helper()
	if _, err := s.Pool().Exec(f.t.Context(), sql); err != nil {
		f.t.Fatal(err)
	}
}

func good(err error) bool { return err == nil }

func TestAReplicaIsFollowed(t *testing.T) {
	t.Parallel()
	servers := pgtest.NewReplica(t)
	f := follow(t, servers.Primary, servers.Standby)
	if r := f.read(); !r.Primary {
		t.Error("a replica is read that was never asked")
	}
	f.until("the replica is read", good)
	if r := f.read(); r.Primary || r.AsOf.IsZero() || !strings.HasPrefix(r.Snapshot, "replica ") {
		t.Errorf("%+v", r)
	}
	if lag, known := f.Lag(); !known || lag >= replica.Noticeable {
		t.Errorf("a replica that has all is %v behind (%v)", lag, known)
	}

	// Nothing is written for an hour: that is no lag.
	f.passed.Add(3600)
	f.until("an idle replica is not behind", func(err error) bool { lag, known := f.Lag(); return err == nil && known && lag < replica.Noticeable })

	f.must(f.standby, "SELECT pg_wal_replay_pause()")
	f.until("the replay is paused", func(error) bool {
		var state string
		return f.standby.Pool().QueryRow(t.Context(), "SELECT pg_get_wal_replay_pause_state()").Scan(&state) == nil && state == "paused"
	})
	f.must(f.primary, "INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ('1', 'fred', 'RUNNING', now())")
	before := f.read()
	f.passed.Add(3600)
	f.until("the replica is an hour behind", func(err error) bool { lag, known := f.Lag(); return err == nil && known && lag >= time.Hour })
	if r := f.read(); r.Primary || r.Snapshot != before.Snapshot || r.AsOf.After(before.AsOf) {
		t.Errorf("a replica that stands still: %+v, before it was %+v", r, before)
	}
	if n := testutil.CollectAndCount(f, "macrowatch_replica_lag_seconds"); n != 1 {
		t.Errorf("%d lags in the metrics", n)
	}
	f.must(f.standby, "SELECT pg_wal_replay_resume()")
	f.until("the replica has caught up", func(err error) bool { lag, known := f.Lag(); return err == nil && known && lag < replica.Noticeable })

	while := f.While()
	servers.Stop()
	if r := f.read(); !r.Primary || r.Snapshot == "" {
		t.Errorf("the replica is away, and %+v is read", r)
	}
	if while.Err() == nil || f.Says() == "" || testutil.CollectAndCount(f, "macrowatch_replica_lag_seconds") != 0 {
		t.Error("it is not told that the replica is away")
	}
	servers.Start()
	f.until("the replica is read again", good)
	if r := f.read(); r.Primary || f.Says() != "" {
		t.Errorf("%+v %s", r, f.Says())
	}

	f.must(f.standby, "SELECT pg_promote()")
	f.until("a promoted replica is not read", func(err error) bool { return err != nil && strings.Contains(err.Error(), "no standby") })
	if r := f.read(); !r.Primary {
		t.Errorf("a promoted replica is read: %+v", r)
	}
}

func TestTheDatabaseItselfMayBeTheReplica(t *testing.T) {
	t.Parallel()
	url := pgtest.MigratedURL(t)
	f := follow(t, url, url)
	f.until("it is read", good)
	before := f.read()
	f.must(f.primary, "INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ('1', 'fred', 'RUNNING', now())")
	after := f.read()
	if lag, known := f.Lag(); before.Primary || after.Primary || before.Snapshot == after.Snapshot || lag != 0 || !known {
		t.Errorf("%+v, then %+v, %v behind", before, after, lag)
	}
}

func TestAnotherDatabaseIsNoReplica(t *testing.T) {
	t.Parallel()
	f := follow(t, pgtest.MigratedURL(t), pgtest.MigratedURL(t))
	f.until("another database of the same server is refused", func(err error) bool {
		if err == nil {
			t.Fatal("another database of the same server is read")
		}
		return strings.Contains(err.Error(), "no replica of the database that is written")
	})
	if !f.read().Primary {
		t.Error("another database of the same server is read")
	}
}
