package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// poolModes are the modes of PgBouncer with which macrowatch works.
func poolModes() []string { return []string{pgtest.SessionPooling, pgtest.TransactionPooling} }

// behindPgBouncer opens a migrated database through a real PgBouncer.
func behindPgBouncer(t *testing.T, mode string) *store.Store {
	t.Helper()
	return openStore(t, pgtest.PgBouncer(t, pgtest.MigratedURL(t), mode), store.Options{})
}

func openStore(t *testing.T, address string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestMigrationsRunBehindPgBouncer(t *testing.T) {
	t.Parallel()
	for _, mode := range poolModes() {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, pgtest.PgBouncer(t, pgtest.URL(t), mode), store.Options{})
			for range 2 {
				if err := store.Migrate(t.Context(), s.Pool()); err != nil {
					t.Fatal(err)
				}
			}
			all, err := store.MigrationStatus(t.Context(), s.Pool())
			if err != nil || slices.ContainsFunc(all, func(m store.Migration) bool { return m.AppliedAt.IsZero() }) {
				t.Errorf("%v, %v", all, err)
			}
		})
	}
}

// There are more writers than the pooler has connections to the server. So the transactions of a writer run in
// different sessions, and one session gets the same statement from several writers.
func TestManyWritersShareAPooler(t *testing.T) {
	t.Parallel()
	for _, mode := range poolModes() {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			address := pgtest.PgBouncer(t, pgtest.MigratedURL(t), mode)
			const writers, each = 6, 15
			var all sync.WaitGroup
			var mu sync.Mutex
			var failed []error
			for w := range writers {
				all.Go(func() {
					if err := writeRuns(t.Context(), address, w, each); err != nil {
						mu.Lock()
						failed = append(failed, err)
						mu.Unlock()
					}
				})
			}
			all.Wait()
			if err := errors.Join(failed...); err != nil {
				t.Fatal(err)
			}
			s := openStore(t, address, store.Options{})
			var n int
			if err := s.Pool().QueryRow(t.Context(), `SELECT count(*) FROM pipeline_runs`).Scan(&n); err != nil || n != writers*each {
				t.Errorf("%d runs, want %d (%v)", n, writers*each, err)
			}
		})
	}
}

// writeRuns makes a new connection for every few runs, as cron jobs do.
func writeRuns(ctx context.Context, address string, writer, n int) error {
	for i := 0; i < n; i += 5 {
		s, err := store.Open(ctx, address, store.Options{})
		if err != nil {
			return err
		}
		for j := i; j < min(i+5, n); j++ {
			started := time.Date(2026, 3, 2, 9, writer, j, 0, time.UTC)
			run := desk.Run{ID: fmt.Sprintf("%d-%d", writer, j), Step: "fred", Status: desk.Success, StartedAt: started,
				FinishedAt: started.Add(time.Minute), DurationSeconds: 60}
			if err = s.RunUpsert(ctx, run); err != nil {
				break
			}
		}
		s.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func TestAPoolerLeavesNoSettingToTheNextClient(t *testing.T) {
	t.Parallel()
	s := behindPgBouncer(t, pgtest.TransactionPooling)
	var limit string
	if err := s.Pool().QueryRow(t.Context(), `SELECT current_setting('statement_timeout')`).Scan(&limit); err != nil || limit != "0" {
		t.Errorf("statement_timeout is %q behind a pooler, whose sessions belong to everybody (%v)", limit, err)
	}
}

func TestALongStatementIsEndedBehindAPoolerToo(t *testing.T) {
	t.Parallel()
	for _, mode := range poolModes() {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			address := pgtest.MigratedURL(t)
			s := openStore(t, pgtest.PgBouncer(t, address, mode), store.Options{StatementTimeout: 100 * time.Millisecond})
			_, err := s.Pool().Exec(t.Context(), `SELECT pg_sleep(600)`)
			if err == nil || !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("got %v", err)
			}
			direct := openStore(t, address, store.Options{})
			const running = `SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND state = 'active' AND datname = current_database()`
			for n := 1; n > 0; {
				if err := direct.Pool().QueryRow(t.Context(), running).Scan(&n); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestChangesAreNoticedBehindAPooler(t *testing.T) {
	t.Parallel()
	for _, mode := range poolModes() {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			address := pgtest.MigratedURL(t)
			followChanges(t, openStore(t, pgtest.PgBouncer(t, address, mode), store.Options{}), address)
		})
	}
}

// followChanges writes through another store until the store that listens notices.
func followChanges(t *testing.T, listener *store.Store, address string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	noticed, began := make(chan struct{}, 100), make(chan struct{}, 100)
	var following sync.WaitGroup
	following.Go(func() {
		err := listener.Listen(ctx, func() { began <- struct{}{} }, func() {
			select {
			case noticed <- struct{}{}:
			default:
			}
		})
		if err != nil {
			t.Error(err)
		}
	})
	defer following.Wait()
	defer cancel()
	writer := openStore(t, address, store.Options{})
	<-began
	giveUp := time.After(90 * time.Second)
	for i := 0; ; i++ {
		if err := writeRun(ctx, writer, fmt.Sprint("run-", i)); err != nil {
			t.Fatal(err)
		}
		select {
		case <-noticed:
			return
		case <-giveUp:
			t.Fatal("no change was noticed")
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func writeRun(ctx context.Context, s *store.Store, id string) error {
	started := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	return s.RunUpsert(ctx, desk.Run{ID: id, Step: "fred", Status: desk.Running, StartedAt: started})
}

func TestASettingThatAPoolerRefusesIsNamed(t *testing.T) {
	t.Parallel()
	address := pgtest.PgBouncer(t, pgtest.MigratedURL(t), pgtest.TransactionPooling)
	for _, setting := range []string{"statement_timeout", "search_path", "lock_timeout", "work_mem"} {
		_, err := store.Open(t.Context(), address+"&"+setting+"=1000", store.Options{})
		if err == nil || !strings.Contains(err.Error(), "refuses the setting "+setting) || !strings.Contains(err.Error(), "ignore_startup_parameters") {
			t.Errorf("%s: %v", setting, err)
		}
	}
}
