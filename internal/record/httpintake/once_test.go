package httpintake_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/record/httpintake"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

func TestAKeyGetsTheFirstAnswerAgain(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	other := s.newToken(t, store.Token{Name: "other"})
	first := s.post(t, "/api/v1/signals", signal1, "Idempotency-Key", "k 1")
	for name, c := range map[string]struct {
		path, body string
		headers    []string
		status     int
		replayed   bool
	}{
		"the same request":   {"/api/v1/signals", signal1, nil, 200, true},
		"another body":       {"/api/v1/signals", signal2, nil, 422, false},
		"another call":       {"/api/v1/pipeline-runs/start", `{"step_name":"fred"}`, nil, 422, false},
		"another parameter":  {"/api/v1/signals?timezone=UTC", signal1, nil, 422, false},
		"another token":      {"/api/v1/signals", signal1, []string{"Authorization", "Bearer " + other}, 200, false},
		"another key":        {"/api/v1/signals", signal1, []string{"Idempotency-Key", "k 2"}, 200, false},
		"the key without it": {"/api/v1/signals", signal1, []string{"Idempotency-Key", ""}, 200, false},
	} {
		a := s.post(t, c.path, c.body, append([]string{"Idempotency-Key", "k 1"}, c.headers...)...)
		if a.status != c.status || (a.header.Get("Idempotent-Replayed") == "true") != c.replayed || c.replayed && a.body != first.body {
			t.Errorf("%s: %d %q %s", name, a.status, a.header.Get("Idempotent-Replayed"), a.body)
		}
	}
	if n := s.count(t, "strategy_signals"); n != 1 || first.said.Inserted != 1 {
		t.Errorf("%d rows; the first answer was %s", n, first.body)
	}
	// What was refused was not taken, so the key can be used for the corrected request.
	if a := s.post(t, "/api/v1/signals", `{"x":1}`, "Idempotency-Key", "k 3"); a.status != 400 {
		t.Error(a.body)
	}
	if a := s.post(t, "/api/v1/signals", signal2, "Idempotency-Key", "k 3"); a.said.Inserted != 1 {
		t.Error(a.body)
	}
	*s.now = nine.Add(25 * time.Hour)
	if a := s.post(t, "/api/v1/signals", signal1, "Idempotency-Key", "k 1"); a.header.Get("Idempotent-Replayed") != "" || a.said.Unchanged != 1 {
		t.Errorf("a day later: %s", a.body)
	}
}

func TestOneOfManyRequestsWithOneKeyIsExecuted(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	var mu sync.Mutex
	bodies, executed := map[string]int{}, 0
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			a := s.post(t, "/api/v1/pipeline-runs/start", `{"step_name":"fred"}`, "Idempotency-Key", "once")
			mu.Lock()
			defer mu.Unlock()
			bodies[a.body]++
			if a.status != http.StatusCreated {
				t.Errorf("%d %s", a.status, a.body)
			}
			if a.header.Get("Idempotent-Replayed") == "" {
				executed++
			}
		})
	}
	all.Wait()
	if n := s.count(t, "pipeline_runs"); n != 1 || executed != 1 || len(bodies) != 1 {
		t.Errorf("%d runs, %d executed, %d different answers", n, executed, len(bodies))
	}
}

// Fifty writers send the same rows in different orders. Each is answered, every row is there once, and each row was new
// to exactly one of them.
func TestFiftyWritersWithTheSameRows(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	const writers, rows = 50, 60
	var mu sync.Mutex
	inserted, seen := int64(0), int64(0)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			var lines []string
			for i := range rows {
				n := (i*7 + w*13) % rows // 7 and 60 have no common divisor, so each row comes once
				lines = append(lines, strings.Replace(signal1, "FX_CARRY", fmt.Sprint("S", n), 1))
			}
			a := s.post(t, "/api/v1/signals", strings.Join(lines, "\n"), "Content-Type", "application/x-ndjson")
			mu.Lock()
			defer mu.Unlock()
			inserted, seen = inserted+a.said.Inserted, seen+a.said.Inserted+a.said.Unchanged
			if a.status != http.StatusOK || a.said.Updated != 0 {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
	all.Wait()
	if n := s.count(t, "strategy_signals"); n != rows || inserted != rows || seen != writers*rows {
		t.Errorf("%d rows are stored, %d were new, %d were answered", n, inserted, seen)
	}
}

// While the database refuses connections, requests are told to come back; then they are taken.
func TestADatabaseThatIsAwayAndComesBack(t *testing.T) {
	t.Parallel()
	s := serve(t, httpintake.Limits{})
	admin := pgtest.New(t) // another database of the server
	name := s.text(t, "SELECT current_database()")
	sql := func(statement string) {
		t.Helper()
		if _, err := admin.Exec(context.WithoutCancel(t.Context()), statement); err != nil {
			t.Fatal(err)
		}
	}
	sql(`ALTER DATABASE "` + name + `" ALLOW_CONNECTIONS false`)
	sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '` + name + `'`)
	for range 3 {
		a := s.post(t, "/api/v1/signals", signal1, "Idempotency-Key", "k")
		if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" || a.said.Message == "" {
			t.Errorf("away: %d %q %s", a.status, a.header.Get("Retry-After"), a.body)
		}
	}
	sql(`ALTER DATABASE "` + name + `" ALLOW_CONNECTIONS true`)
	if a := s.post(t, "/api/v1/signals", signal1, "Idempotency-Key", "k"); a.said.Inserted != 1 {
		t.Errorf("back: %d %s", a.status, a.body)
	}
}
