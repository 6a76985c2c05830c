package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/view"
)

// databaseURL is the connection URL of a data directory's private PostgreSQL.
func databaseURL(t testing.TB, dir string) string {
	t.Helper()
	r := run(t, nil, "database", "url", "--data-dir", dir)
	if r.status != 0 {
		t.Fatalf("database url: %s", r.errout)
	}
	return strings.TrimSpace(r.out)
}

// scalar asks the database one question.
func scalar[T any](t testing.TB, url, sql string, args ...any) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var v T
	if err := conn.QueryRow(ctx, sql, args...).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// panels fetches all panels of Pipeline Health.
func panels(t testing.TB, url, query string) map[string]view.Panel {
	t.Helper()
	status, body := get(t, strings.TrimRight(url, "/")+"/api/dashboards/uid/pipeline-health/panels"+query)
	if status != http.StatusOK {
		t.Fatalf("panels: %d %s", status, body)
	}
	byTitle := map[string]view.Panel{}
	for line := range strings.Lines(body) {
		var p view.Panel
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		byTitle[p.Title] = p
	}
	return byTitle
}

func demoAt(t testing.TB, dir string, more ...string) *service {
	t.Helper()
	return start(t, nil, append([]string{"demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir}, more...)...)
}

// The sample desk must leave no panel empty, whatever the day.
func TestDemoFillsEveryPanelOnAnyDay(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	for _, at := range []string{saturday, "2026-11-22T04:00:00-03:00", monday, "2026-11-20T20:00:00-03:00"} {
		s := demoAt(t, dir, "--as-of", at)
		for _, query := range []string{"", "?from=now-7d&to=now", "?from=now-30d&to=now"} {
			got := panels(t, s.url, query)
			if len(got) != 9 {
				t.Errorf("%s%s: %d panels, want 9", at, query, len(got))
			}
			for title, p := range got {
				switch {
				case p.Error != "" || p.View == nil:
					t.Errorf("%s%s: %s: %q", at, query, title, p.Error)
				case p.View.Kind == "empty" && p.View.Message != "No failures in this range":
					t.Errorf("%s%s: %s is empty: %q", at, query, title, p.View.Message)
				case p.View.Kind == "unsupported" || len(p.View.Notices) > 0:
					t.Errorf("%s%s: %s: %s %q", at, query, title, p.View.Message, p.View.Notices)
				}
			}
			for _, connector := range []string{"BCB SGS", "FRED", "Yahoo Finance", "BCB PTAX", "B3 Market Data", "Treasury Gov"} {
				p := got[connector]
				if p.View == nil || p.View.Stat == nil || len(p.View.Stat.Items) != 3 {
					t.Fatalf("%s%s: tile %s: %+v", at, query, connector, p.View)
				}
				// Weekend hours don't count: Friday's run is fresh until Monday's.
				if text := p.View.Stat.Items[0].Value.Text; text != "SUCCESS" && text != "FAILED" && text != "RUNNING" {
					t.Errorf("%s%s: tile %s says %s", at, query, connector, text)
				}
			}
		}
		s.stop(t)
	}
}

func TestDemoGoesOnWhereItWasAndBeginsAnewWhenAsked(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	count := func() int64 {
		return scalar[int64](t, databaseURL(t, dir), "SELECT count(*) FROM pipeline_runs")
	}
	s := demoAt(t, dir, "--as-of", "2026-11-19T12:00:00-03:00")
	first := count()
	url := databaseURL(t, dir)
	if running := scalar[int64](t, url, "SELECT count(*) FROM pipeline_runs WHERE status = 'RUNNING'"); running != 0 {
		t.Errorf("%d runs are RUNNING at noon", running)
	}
	if r := run(t, nil, "exec", "--step", "mine", "--data-dir", dir, "--", "true"); r.status != 0 {
		t.Fatalf("exec: %s", r.errout)
	}
	s.stop(t)

	s = demoAt(t, dir, "--as-of", "2026-11-19T12:00:00-03:00")
	if again := count(); again != first+1 {
		t.Errorf("%d runs after a second start, want %d and the one recorded by exec", again, first)
	}
	s.stop(t)

	s = demoAt(t, dir, "--as-of", "2026-11-20T12:00:00-03:00")
	if later := count(); later <= first+1 {
		t.Errorf("no runs were added for the next day: %d", later)
	}
	s.stop(t)

	s = demoAt(t, dir, "--as-of", "2026-11-20T12:00:00-03:00", "--fresh")
	if mine := scalar[int64](t, databaseURL(t, dir), "SELECT count(*) FROM pipeline_runs WHERE step_name = 'mine'"); mine != 0 {
		t.Errorf("--fresh kept %d earlier runs", mine)
	}
	s.stop(t)
}

func TestDemoLeavesSomebodysRecordAlone(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	if r := run(t, nil, "exec", "--step", "mine", "--data-dir", dir, "--", "true"); r.status != 0 {
		t.Fatalf("exec: %s", r.errout)
	}
	for _, more := range [][]string{nil, {"--fresh"}} {
		args := append([]string{"demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir}, more...)
		mustRefuse(t, run(t, nil, args...), 1, "not the sample desk's", "--data-dir")
	}
	s := start(t, nil, "serve", "--private", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir)
	if n := scalar[int64](t, databaseURL(t, dir), "SELECT count(*) FROM pipeline_runs"); n != 1 {
		t.Errorf("%d runs, want the one that was recorded", n)
	}
	s.stop(t)
}

func TestSecondInstanceIsRefused(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := demoAt(t, dir, "--as-of", saturday)
	mustRefuse(t, run(t, nil, "serve", "--private", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir), 1,
		dir, "macrowatch demo", strconv.Itoa(s.cmd.Process.Pid))
}

// The private PostgreSQL must not outlive the demo, however that ends.
func TestKilledDemoLeavesNoServer(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := demoAt(t, dir, "--as-of", saturday)
	pid := postmaster(t, dir)
	if err := s.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	<-s.done
	eventually(t, "the server ends", func() (bool, string) {
		return syscall.Kill(pid, 0) != nil, strconv.Itoa(pid)
	})
	if took := time.Since(killed); took > 5*time.Second {
		t.Errorf("the server ended %s after the demo was killed; 5 s are allowed", took)
	}
	if again := demoAt(t, dir, "--as-of", saturday); again.url == "" {
		t.Error("no address after a new start")
	}
}

// postmaster is the process of a data directory's server.
func postmaster(t testing.TB, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestSettingsComeFromFileThenEnvironmentThenFlags(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	file := filepath.Join(t.TempDir(), "macrowatch.yaml")
	if err := os.WriteFile(file, []byte("data-dir: /nowhere/from/file\nlisten: 127.0.0.1:0\nopen: false\nbase-path: /fromfile\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, []string{"MACROWATCH_CONFIG=" + file, "MACROWATCH_DATA_DIR=" + dir, "MACROWATCH_BASE_PATH=/fromenv"},
		"demo", "--as-of", saturday, "--base-path", "/fromflag")
	if !strings.HasSuffix(s.url, "/fromflag/") {
		t.Errorf("the page is at %s", s.url)
	}
	if status, _ := get(t, s.url+"api/health"); status != 200 {
		t.Errorf("health: %d", status)
	}
}

// A live demo runs a real process now and then, recorded by exec like anybody's.
func TestLiveDemoRecordsARealProcess(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := demoAt(t, dir)
	url := databaseURL(t, dir)
	started := time.Now().UTC().Add(-time.Minute)
	eventually(t, "a refresh is recorded", func() (bool, string) {
		// The history's own runs have version 5 IDs; exec writes version 7.
		n := scalar[int64](t, url, "SELECT count(*) FROM pipeline_runs WHERE started_at > $1 AND substr(run_id, 15, 1) = '7'", started)
		return n > 0, s.log.String()
	})
}

func TestOrdinaryUserCanRunTheDemo(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("every other test here runs as an ordinary user already")
	}
	dir := filepath.Dir(dataDir(t))
	path := filepath.Join(dir, "macrowatch")
	if out, err := exec.Command("install", "-m", "755", program(t), path).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	home := filepath.Join(dir, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	const nobody = 65534
	if err := os.Chown(home, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, "demo", "--open=false", "--listen", "127.0.0.1:0", "--as-of", saturday)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	c.Env = append(cleanEnv(), "HOME="+home, "XDG_DATA_HOME=")
	c.Dir = home
	s := startCommand(t, c)
	if got := panels(t, s.url, ""); len(got) != 9 {
		t.Errorf("%d panels", len(got))
	}
	if _, err := os.Stat(filepath.Join(home, ".local/share/macrowatch/postgres")); err != nil {
		t.Errorf("the data are not in the user's data directory: %v", err)
	}
	s.stop(t)
}
