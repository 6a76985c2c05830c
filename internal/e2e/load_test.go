//go:build linux

package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"macrowatch/internal/testkit/testenv"
)

// load is how many people and programs use a server at once, and for how long.
type load struct {
	viewers, writers int
	lasts            time.Duration
}

// loadSize returns the load of this run: a small one, or with MACROWATCH_TEST_LOAD=full the one that docs/deployment.md states.
func loadSize() load {
	if os.Getenv("MACROWATCH_TEST_LOAD") == "full" {
		return load{viewers: 500, writers: 50, lasts: 2 * time.Minute}
	}
	return load{viewers: testenv.Scaled(40, 120), writers: testenv.Scaled(10, 20), lasts: time.Duration(testenv.Scaled(6, 20)) * time.Second}
}

// tally collects how long requests took, by their kind, and what went wrong.
type tally struct {
	mu     sync.Mutex
	took   map[string][]time.Duration
	faults map[string]int

	reloads, acknowledged atomic.Int64 // pages that loaded their panels again, and runs whose end was acknowledged
}

func (ta *tally) add(kind string, took time.Duration, err error) {
	ta.mu.Lock()
	defer ta.mu.Unlock()
	ta.took[kind] = append(ta.took[kind], took)
	if err != nil {
		ta.faults[kind+": "+err.Error()]++
	}
}

// log writes the number of requests of each kind, and the time within which 50, 99 and 100 percent of them were answered.
func (ta *tally) log(t *testing.T) {
	t.Helper()
	for kind, took := range ta.took {
		slices.Sort(took)
		share := func(percent int) time.Duration { return took[(len(took)-1)*percent/100].Round(time.Millisecond) }
		t.Logf("%-10s %6d requests, median %s, p99 %s, longest %s", kind, len(took), share(50), share(99), share(100))
	}
}

// visitor is a page that is open in a browser, or a program that writes.
type visitor struct {
	client *http.Client
	base   string
	token  string
	tally  *tally
}

// asks sends a request, and returns the answer's text.
func (v visitor) asks(ctx context.Context, kind, method, path, body string) string {
	began := time.Now()
	text, err := v.sends(ctx, method, path, body)
	if ctx.Err() != nil {
		return "" // the test has ended, and so the request may have been cut off
	}
	v.tally.add(kind, time.Since(began), err)
	return text
}

func (v visitor) sends(ctx context.Context, method, path, body string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, v.base+path, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	if body == "" {
		req.Body = nil
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	if v.token != "" {
		req.Header.Set("Authorization", "Bearer "+v.token)
	}
	resp, err := v.client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode/100 != 2 {
		err = fmt.Errorf("status %d: %.200s", resp.StatusCode, text)
	}
	return string(text), err
}

// panels loads a dashboard's panels. A panel that shows an error counts as a fault, unless its page loads again.
func (v visitor) panels(ctx context.Context, uid string, width int) {
	text := v.asks(ctx, "panels", http.MethodGet, fmt.Sprintf("/api/dashboards/uid/%s/panels?from=2026-11-05T00:00:00Z&to=now&width=%d&timezone=utc", uid, width), "")
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Buffer(nil, 8<<20); lines.Scan(); {
		var p struct{ Title, Error string }
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			v.tally.add("panel", 0, err)
		} else if p.Error != "" {
			v.tally.add("panel", 0, fmt.Errorf("%s: %s", p.Title, p.Error))
		}
	}
}

// views does what an open page does: it loads a dashboard, asks every two seconds for changes, and loads the panels again
// when there are some.
func (v visitor) views(ctx context.Context, n int) {
	uid := []string{"pipeline-health", "signal-overview", "risk-dashboard", "portfolio-performance"}[n%4]
	width := []int{390, 1440, 1920, 2560}[n/4%4]
	v.asks(ctx, "page", http.MethodGet, "/d/"+uid+"/"+uid, "")
	v.asks(ctx, "dashboard", http.MethodGet, "/api/dashboards/uid/"+uid, "")
	v.asks(ctx, "variables", http.MethodGet, "/api/dashboards/uid/"+uid+"/variables", "")
	known := v.asks(ctx, "changes", http.MethodGet, "/api/changes", "")
	v.panels(ctx, uid, width)
	for rests(ctx, 2*time.Second) {
		if now := v.asks(ctx, "changes", http.MethodGet, "/api/changes", ""); now != known {
			known = now
			v.panels(ctx, uid, width)
			v.tally.reloads.Add(1)
		}
	}
}

// writes starts and ends a run each second, and sends a few signals.
func (v visitor) writes(ctx context.Context, n int) {
	for i := 0; ctx.Err() == nil; i++ {
		id := fmt.Sprintf("load-%d-%d", n, i)
		v.asks(ctx, "start", http.MethodPost, "/api/v1/pipeline-runs/start", fmt.Sprintf(`{"step_name":"load%d","run_id":%q}`, n, id))
		if !rests(ctx, 500*time.Millisecond) {
			return
		}
		if strings.Contains(v.asks(ctx, "finish", http.MethodPost, "/api/v1/pipeline-runs/"+id+"/finish", `{"status":"SUCCESS"}`), id) {
			v.tally.acknowledged.Add(1)
		}
		v.asks(ctx, "signals", http.MethodPost, "/api/v1/signals", strings.Replace(oneSignal, "FX_CARRY", "FX_LOAD"+strconv.Itoa(n), 1))
		rests(ctx, 500*time.Millisecond)
	}
}

// rests waits, and reports whether the test still goes on.
func rests(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// Many pages are open while many programs write. Nobody gets an error, and every run that was acknowledged is there.
func TestManyViewersAndWriters(t *testing.T) {
	size := loadSize()
	dir := deskDir(t)
	s := servePrivate(t, dir) // without --as-of, so that pages learn of changes
	database := databaseURL(t, dir)
	token := madeToken(t, database, "load")
	transport := &http.Transport{MaxIdleConns: 1000, MaxIdleConnsPerHost: 1000, MaxConnsPerHost: 0}
	defer transport.CloseIdleConnections()
	v := visitor{&http.Client{Transport: transport, Timeout: patience}, strings.TrimSuffix(s.url, "/"), "", &tally{took: map[string][]time.Duration{}, faults: map[string]int{}}}
	before := resident(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var all sync.WaitGroup
	for n := range size.viewers {
		all.Go(func() {
			if rests(ctx, rand.N(size.lasts/6)) { // people do not open their pages at the same instant
				v.views(ctx, n)
			}
		})
	}
	w := v
	w.token = token
	for n := range size.writers {
		all.Go(func() { w.writes(ctx, n) })
	}
	most := before
	for ends := time.Now().Add(size.lasts); time.Now().Before(ends); rests(ctx, 200*time.Millisecond) {
		most = max(most, resident(t, s))
	}
	eventually(t, "a run is acknowledged, and a page loads it", func() (bool, string) {
		return v.tally.reloads.Load() > 0 && v.tally.acknowledged.Load() > 0, ""
	})
	cancel()
	all.Wait()
	v.tally.log(t)
	t.Logf("%d viewers and %d writers for %s: %d MiB before, %d MiB at most", size.viewers, size.writers, size.lasts, before>>20, most>>20)
	for fault, n := range v.tally.faults {
		t.Errorf("%d times %s", n, fault)
	}
	if n := scalar[int](t, database, `SELECT count(*) FROM pipeline_runs WHERE run_id LIKE 'load-%' AND status = 'SUCCESS'`); n < int(v.tally.acknowledged.Load()) {
		t.Errorf("%d runs have ended, and %d were acknowledged", n, v.tally.acknowledged.Load())
	}
}
