package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/testkit/pgtest"
)

// reportReceiver is a webhook that notes the reports that it gets.
type reportReceiver struct {
	url string

	mu     sync.Mutex
	times  map[string]int    // how often each message came, by its ID
	due    map[string]string // when the report of each message was due
	last   map[string]string
	onTold func() // called before the answer; nil for nothing
}

func newReportReceiver(t *testing.T) *reportReceiver {
	r := &reportReceiver{times: map[string]int{}, due: map[string]string{}}
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		var m map[string]string
		if err := json.Unmarshal(body, &m); err != nil || m["tells"] != "report" || m["delivery_id"] == "" || m["delivery_id"] != q.Header.Get("Idempotency-Key") {
			t.Errorf("no report: %s", body)
			return
		}
		r.mu.Lock()
		r.times[m["delivery_id"]]++
		r.due[m["delivery_id"]] = m["due_at"]
		r.last = m
		then := r.onTold
		r.mu.Unlock()
		if then != nil {
			then()
		}
	}))
	t.Cleanup(s.Close)
	r.url = s.URL
	return r
}

// twice returns how many messages came more than once, and how many messages came.
func (r *reportReceiver) twice() (twice, all int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range r.times {
		if n > 1 {
			twice++
		}
	}
	return twice, len(r.times)
}

// reportDesk writes a desk file whose report is due each minute of each day, whatever day the test runs on, and goes to a
// receiver.
func reportDesk(t *testing.T, r *reportReceiver) string {
	t.Helper()
	dir := t.TempDir()
	address, path := filepath.Join(dir, "address"), filepath.Join(dir, "desk.yaml")
	if err := os.WriteFile(address, []byte("generic+"+r.url+"/hook\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := "calendar: {weekend: [], holidays: []}\nalerts:\n  targets:\n    hook: {service_file: address}\n  report: {cron: \"* * * * *\", to: hook}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Two servers share a database. One is killed by kill -9 while the receiver has the report and its record is not written:
// the other one sends the same message again, and no report is made twice.
func TestAReportSurvivesAKillAndIsMadeByOneServer(t *testing.T) {
	t.Parallel()
	r := newReportReceiver(t)
	database := pgtest.MigratedURL(t)
	serve := func() *service {
		return start(t, nil, "serve", "--open=false", "--database-url", database, "--listen", "127.0.0.1:0", "--desk-file", reportDesk(t, r))
	}
	first := make(chan struct{})
	var once sync.Once
	hold := make(chan struct{})
	r.onTold = func() {
		once.Do(func() {
			close(first)
			<-hold // until the server that sent it is dead
		})
	}
	killed := serve()
	<-first
	_ = killed.cmd.Process.Kill()
	<-killed.done
	r.mu.Lock()
	r.onTold = nil
	r.mu.Unlock()
	close(hold)
	serve()
	serve()
	eventually(t, "the report comes again", func() (bool, string) {
		twice, all := r.twice()
		return twice >= 1, fmt.Sprintf("%d of %d messages came again", twice, all)
	})
	eventually(t, "all reports are recorded as sent", func() (bool, string) {
		left := scalar[int](t, database, "SELECT count(*) FROM alert_deliveries WHERE sent_at IS NULL")
		return left == 0, fmt.Sprintf("%d are left", left)
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	by := map[string]string{}
	for id, due := range r.due {
		if other := by[due]; other != "" {
			t.Errorf("the report of %s came as %s and as %s", due, id, other)
		}
		by[due] = id
	}
	if !strings.HasPrefix(r.last["title"], "Macro desk, ") || !strings.Contains(r.last["message"], "No snapshot of the book is recorded.") || !strings.Contains(r.last["page"], "/d/pipeline-health/") {
		t.Errorf("%v", r.last)
	}
}

// The command sends the report of the sample desk's day at once.
func TestTheReportIsSentAtOnceAsATest(t *testing.T) {
	t.Parallel()
	r := newReportReceiver(t)
	dir := deskDir(t)
	got := run(t, nil, "alert", "test", "--report", "--data-dir", dir, "--desk-file", reportDesk(t, r), "--public-url", "https://desk.example")
	if got.status != 0 || got.out != "hook took the report.\n" {
		t.Fatalf("%+v", got)
	}
	due, err := time.Parse(time.RFC3339, r.last["due_at"])
	if err != nil || time.Since(due) > time.Hour {
		t.Errorf("it is due at %q", r.last["due_at"])
	}
	for _, want := range []string{"BOOK\nNAV: ", "RISK\n", "Page: https://desk.example/d/pipeline-health/pipeline-health?from="} {
		if !strings.Contains(r.last["message"], want) {
			t.Errorf("it lacks %q: %s", want, r.last["message"])
		}
	}
	t.Logf("%s\n%s\n--\n%s", r.last["title"], r.last["message"], r.last["short"])
}
