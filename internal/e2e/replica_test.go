package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// balanced are three servers on one primary and one replica, behind nginx.
type balanced struct {
	database *pgtest.Replica
	servers  []*service
	url      string // of nginx
}

func startBalanced(t *testing.T) *balanced {
	t.Helper()
	b := &balanced{database: pgtest.NewReplica(t)}
	var upstream strings.Builder
	for range 3 {
		s := start(t, []string{"MACROWATCH_READ_DATABASE_URL=" + b.database.Standby}, "serve", "--open=false", "--listen", "127.0.0.1:0",
			"--database-url", b.database.Primary, "--allowed-host", "desk.example", "--spool-dir", filepath.Join(t.TempDir(), "spool"))
		b.servers = append(b.servers, s)
		fmt.Fprintf(&upstream, "server %s max_fails=1 fail_timeout=1s;\n", address(s))
	}
	b.url = "http://" + nginxWith(t, "upstream servers {\n"+upstream.String()+"}\n",
		"location / { proxy_pass http://servers; proxy_set_header Host desk.example; add_header Served-By $upstream_addr always; }")
	return b
}

// readings are what the primary has acknowledged (failed runs with numbers), and what readers saw of it.
type readings struct {
	mu        sync.Mutex
	committed []time.Time // when the run of each number was acknowledged
	failures  []string
	answers   int
}

// write commits runs until ctx ends.
func (l *readings) write(ctx context.Context, t *testing.T, primary string) {
	conn, err := pgx.Connect(ctx, primary)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for n := 0; ctx.Err() == nil; n++ {
		_, err := conn.Exec(ctx, `INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, error_message)
			VALUES ($1, 'fred', 'FAILED', now() - interval '1 second', now(), $2)`, fmt.Sprintf("run %d", n), fmt.Sprintf("number %d.", n))
		if err != nil {
			if ctx.Err() == nil {
				t.Error(err)
			}
			return
		}
		l.mu.Lock()
		l.committed = append(l.committed, time.Now())
		l.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

var numbered = regexp.MustCompile(`number (\d+)\.`)

// look reads the Error Log until ctx ends, and compares its newest run with the lag that is told.
func (l *readings) look(ctx context.Context, t *testing.T, url string, killed func(servedBy string) bool) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	defer client.CloseIdleConnections()
	for ctx.Err() == nil {
		began := time.Now()
		status, servedBy, told, body, err := ask(ctx, client, url)
		if ctx.Err() != nil {
			return
		}
		if err != nil || status != http.StatusOK || strings.Contains(body, `"error":"`) {
			if !killed(servedBy) {
				l.fail(fmt.Sprintf("%s: %d from %s: %v %.300s", url, status, servedBy, err, body))
			}
			continue
		}
		lag, err := strconv.ParseFloat(told, 64)
		if err != nil {
			l.fail(fmt.Sprintf("the lag is told as %q", told))
			continue
		}
		newest := -1
		for _, m := range numbered.FindAllStringSubmatch(body, -1) {
			n, _ := strconv.Atoi(m[1])
			newest = max(newest, n)
		}
		l.check(newest, began.Add(-time.Duration(lag*float64(time.Second))), lag)
	}
}

// check notes a failure if a run is missing that was acknowledged before an instant.
func (l *readings) check(newest int, before time.Time, lag float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers++
	if next := newest + 1; next < len(l.committed) && l.committed[next].Before(before) {
		l.failures = append(l.failures, fmt.Sprintf("number %d is shown %v after number %d was acknowledged, and the lag is told as %.3f s",
			newest, before.Sub(l.committed[next]), next, lag))
	}
}

func (l *readings) fail(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failures = append(l.failures, text)
}

// answered returns how many answers there were.
func (l *readings) answered() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.answers
}

// more waits for more answers.
func (l *readings) more(t *testing.T, what string) {
	t.Helper()
	before := l.answered()
	eventually(t, "readers get answers "+what, func() (bool, string) { return l.answered() >= before+20, "" })
}

func ask(ctx context.Context, client *http.Client, url string) (status int, servedBy, lag, body string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, "", "", "", err
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", "", "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header.Get("Served-By"), resp.Header.Get("Macrowatch-Lag"), string(text), err
}

// metric returns a metric of a server, or "" if it is absent.
func metric(t *testing.T, s *service, name string) string {
	t.Helper()
	return metricAt(t, strings.TrimSuffix(s.url, "/"), name)
}

// metricAt is metric for an address.
func metricAt(t *testing.T, url, name string) string {
	t.Helper()
	_, text := get(t, url+"/metrics")
	m := regexp.MustCompile(`(?m)^` + name + ` (.*)$`).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return m[1]
}

// Three servers behind nginx read from a replica while the primary is written. One of the servers is killed, the replica stands still
// for a while and is then restarted: only requests that the killed server was answering fail, and no figure is older than the lag
// that is told with it.
func TestServersShareADatabaseAndItsReplica(t *testing.T) {
	t.Parallel()
	b := startBalanced(t)
	panel := b.errorLog(t)
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	for _, s := range b.servers {
		eventually(t, "each server reads the replica", func() (bool, string) { up := metric(t, s, "macrowatch_replica_up"); return up == "1", up })
	}
	l := &readings{}
	victim := b.servers[0]
	var dead atomic.Bool
	killed := func(servedBy string) bool { return dead.Load() && strings.Contains(servedBy, address(victim)) }
	all.Go(func() { l.write(ctx, t, b.database.Primary) })
	for n := range 4 {
		url := fmt.Sprintf("%s%s?width=%d", b.url, panel, 800+n)
		all.Go(func() { l.look(ctx, t, url, killed) })
	}
	l.more(t, "from the replica")

	dead.Store(true)
	_ = victim.cmd.Process.Kill()
	l.more(t, "without the killed server")

	mustSQL(t, b.database.Standby, "SELECT pg_wal_replay_pause()")
	eventually(t, "every page says that its figures are old", func() (bool, string) {
		for _, s := range b.servers[1:] {
			if _, text := get(t, s.path("/api/changes")); !strings.Contains(text, `"replica_lag"`) || !strings.Contains(text, "behind the primary") {
				return false, text
			}
		}
		return true, ""
	})
	if lag, err := strconv.ParseFloat(metric(t, b.servers[1], "macrowatch_replica_lag_seconds"), 64); err != nil || lag < 5 {
		t.Errorf("the lag in the metrics: %v %v", lag, err)
	}
	l.more(t, "while the replica stands still")
	mustSQL(t, b.database.Standby, "SELECT pg_wal_replay_resume()")

	b.database.Stop()
	l.more(t, "from the primary")
	for _, s := range b.servers[1:] {
		if status, text := get(t, s.path("/readyz")); status != http.StatusOK || !strings.Contains(text, "the primary is read in its place") {
			t.Errorf("/readyz without the replica: %d %s", status, text)
		}
	}
	b.database.Start()
	for _, s := range b.servers[1:] {
		eventually(t, "the replica is read again", func() (bool, string) { up := metric(t, s, "macrowatch_replica_up"); return up == "1", up })
	}
	l.more(t, "from the replica again")
	stop()
	all.Wait()
	version := func(s *service) string {
		_, text := get(t, s.path("/api/changes"))
		return regexp.MustCompile(`"version":"[^"]*"`).FindString(text)
	}
	before := version(b.servers[1])
	if r := run(t, nil, "exec", "--database-url", b.database.Primary, "--step", "fred", "--", "true"); r.status != 0 {
		t.Error(r.errout)
	}
	eventually(t, "both servers tell pages the same, and that there is something new", func() (bool, string) {
		one, two := version(b.servers[1]), version(b.servers[2])
		return one == two && one != before, one + " " + two
	})
	for n, failure := range l.failures {
		if n == 10 {
			t.Errorf("and %d more", len(l.failures)-n)
			break
		}
		t.Error(failure)
	}
	t.Logf("%d answers, %d runs written", l.answers, len(l.committed))
}

// errorLog returns the path of the panel Error Log.
func (b *balanced) errorLog(t *testing.T) string {
	t.Helper()
	for id, p := range panelsOf(t, b.servers[0].url, "pipeline-health", "") {
		if p.Title == "Error Log" {
			return fmt.Sprintf("/api/dashboards/uid/pipeline-health/panels/%d", id)
		}
	}
	t.Fatal("there is no Error Log")
	return ""
}

func TestWhatServeAndDoctorSayOfAReplica(t *testing.T) {
	t.Parallel()
	servers := pgtest.NewReplica(t)
	serve := func(args ...string) []string {
		return append([]string{"serve", "--open=false", "--listen", "127.0.0.1:0", "--spool-dir", filepath.Join(t.TempDir(), "spool")}, args...)
	}
	mustRefuse(t, run(t, nil, serve("--private", "--read-database-url", servers.Standby)...), 2, "--read-database-url is for a database that is given by its URL")
	mustRefuse(t, run(t, nil, serve("--database-url", servers.Primary, "--read-database-url", pgtest.MigratedURL(t))...), 1, "--read-database-url: it is no")
	mustRefuse(t, run(t, nil, serve("--database-url", servers.Primary, "--read-database-url", "nonsense")...), 1, "--read-database-url: ")
	doctor := func(replica string) string {
		return run(t, nil, "doctor", "--database-url", servers.Primary, "--read-database-url", replica).out
	}
	eventually(t, "doctor finds that the replica can be read", func() (bool, string) { // it does not wait long for the replica to catch up
		text := doctor(servers.Standby)
		return regexp.MustCompile(`OK +replica +it can be read`).MatchString(text), text
	})
	if text := doctor(pgtest.MigratedURL(t)); !regexp.MustCompile(`PROBLEM +replica +--read-database-url: it is no`).MatchString(text) {
		t.Errorf("doctor, of another database: %s", text)
	}

	servers.Stop()
	if text := doctor(servers.Standby); !regexp.MustCompile(`PROBLEM +replica +.*can't reach`).MatchString(text) {
		t.Errorf("doctor, of a replica that is away: %s", text)
	}
	s := start(t, nil, serve("--database-url", servers.Primary, "--read-database-url", servers.Standby)...)
	if status, text := get(t, s.path("/readyz")); status != http.StatusOK || !strings.Contains(text, "the primary is read in its place") {
		t.Errorf("/readyz, started without the replica: %d %s", status, text)
	}
	for id, p := range panelsOf(t, s.url, "pipeline-health", "") {
		if p.Error != "" {
			t.Errorf("without the replica, panel %d: %s", id, p.Error)
		}
	}
	eventually(t, "every page says that the primary is read", func() (bool, string) {
		_, text := get(t, s.path("/api/changes"))
		return strings.Contains(text, "The pages are read from the primary"), text
	})
	servers.Start()
	eventually(t, "the replica is read", func() (bool, string) { up := metric(t, s, "macrowatch_replica_up"); return up == "1", up })
	eventually(t, "nothing is wrong any more", func() (bool, string) {
		_, text := get(t, s.path("/api/changes"))
		return strings.Contains(text, `"troubles":[]`), text
	})

	// What macrowatch writes goes to the primary, and an open page learns of it once the replica has it.
	token := madeToken(t, servers.Primary, "fred")
	_, before := get(t, s.path("/api/changes"))
	if p := post(t, s, token, "/api/v1/ping/fred", ""); p.status != http.StatusOK {
		t.Errorf("a ping: %d %s", p.status, p.body)
	}
	eventually(t, "the page learns of the run", func() (bool, string) {
		_, after := get(t, s.path("/api/changes"))
		return after != before, after
	})
	eventually(t, "the run is on the page", func() (bool, string) {
		_, body := get(t, s.path("/api/dashboards/uid/pipeline-health/panels"))
		return strings.Contains(body, "SUCCESS"), ""
	})
}
