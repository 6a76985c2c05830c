package server_test

import (
	"bufio"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/pgtest"
	"macrowatch/internal/query"
	"macrowatch/internal/server"
	"macrowatch/internal/store"
)

// A run that anybody records through the store reaches an open page without its asking.
func TestPagesAreToldOfNewRuns(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	s, err := server.New(server.Config{
		Dashboards: []server.Dashboard{{UID: "small", JSON: []byte(small)}},
		Querier:    query.NewRunner(pool, query.Options{}), Ping: pool.Ping,
		Page: fstest.MapFS{"index.html": {}}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(s)
	defer ts.Close()
	defer s.EndLive()
	listener := store.New(pool, nil)
	go listener.Listen(t.Context(), s.Changed)

	resp, err := http.Get(ts.URL + "/api/live")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	events := make(chan string)
	go func() {
		defer close(events)
		lines := bufio.NewScanner(resp.Body)
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				events <- name
			}
		}
	}()
	// The listener may not be listening yet when the first run is written, so write until it is.
	deadline := time.After(time.Minute)
	write := time.NewTicker(50 * time.Millisecond)
	defer write.Stop()
	for {
		select {
		case name := <-events:
			if name != "change" {
				t.Fatalf("event %q", name)
			}
			s.EndLive()
			for range events { // what was under way; then the stream ends
			}
			return
		case <-write.C:
			run := desk.Run{ID: "1", Step: "fred", Status: desk.Running, StartedAt: noon}
			if err := listener.RunUpsert(t.Context(), run); err != nil {
				t.Fatal(err)
			}
		case <-deadline:
			t.Fatal("no page was told")
		}
	}
}
