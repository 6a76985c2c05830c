package e2e

import (
	"context"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// databaseURL returns the URL by which the owner connects to a data directory's private PostgreSQL.
func databaseURL(t testing.TB, dir string) string {
	t.Helper()
	r := run(t, nil, "database", "url", "--owner", "--data-dir", dir)
	if r.status != 0 {
		t.Fatalf("database url: %s", r.errout)
	}
	return strings.TrimSpace(r.out)
}

// scalar runs a query that returns one value.
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

// ownSteps returns the setting of the page that names the steps which are not the sample desk's.
func ownSteps(t testing.TB, s *service) string {
	t.Helper()
	_, page := get(t, s.url)
	_, rest, found := strings.Cut(html.UnescapeString(page), `"ownSteps":`)
	own, _, ends := strings.Cut(rest, `,"now":`)
	if !found || !ends {
		t.Fatalf("the page's settings lack ownSteps: %s", page)
	}
	return own
}

func demoAt(t testing.TB, dir string, more ...string) *service {
	t.Helper()
	return start(t, nil, append([]string{"demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir}, more...)...)
}

func TestDemoGoesOnWhereItWasAndBeginsAnewWhenAsked(t *testing.T) {
	t.Parallel()
	dir := deskDir(t)
	count := func() int64 {
		return scalar[int64](t, databaseURL(t, dir), "SELECT count(*) FROM pipeline_runs")
	}
	s := demoAt(t, dir, "--as-of", thursday)
	first := count()
	url := databaseURL(t, dir)
	if running := scalar[int64](t, url, "SELECT count(*) FROM pipeline_runs WHERE status = 'RUNNING'"); running != 0 {
		t.Errorf("%d runs are RUNNING at noon", running)
	}
	if own := ownSteps(t, s); own != "null" && own != "[]" {
		t.Errorf("the page takes %s for the reader's own", own)
	}
	if r := run(t, nil, "exec", "--step", "mine", "--data-dir", dir, "--", "true"); r.status != 0 {
		t.Fatalf("exec: %s", r.errout)
	}
	if own := ownSteps(t, s); own != `["mine"]` {
		t.Errorf("the page takes %s for the reader's own, not the run of mine", own)
	}
	s.stop(t)

	s = demoAt(t, dir, "--as-of", thursday)
	if again := count(); again != first+1 {
		t.Errorf("%d runs after a second start, want %d and the one recorded by exec", again, first)
	}
	s.stop(t)

	s = demoAt(t, dir, "--as-of", "2026-11-13T12:00:00-03:00")
	if later := count(); later <= first+1 {
		t.Errorf("no runs were added for the next day: %d", later)
	}
	s.stop(t)

	s = demoAt(t, dir, "--as-of", "2026-11-13T12:00:00-03:00", "--fresh")
	if mine := scalar[int64](t, databaseURL(t, dir), "SELECT count(*) FROM pipeline_runs WHERE step_name = 'mine'"); mine != 0 {
		t.Errorf("--fresh kept %d earlier runs", mine)
	}
	s.stop(t)
}

func TestDemoDoesNotWriteIntoAnothersRecord(t *testing.T) {
	t.Parallel()
	dir := emptyDir(t)
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
	s, dir := onceDesk(t)
	mustRefuse(t, run(t, nil, "serve", "--private", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir), 1,
		dir, "macrowatch demo", strconv.Itoa(s.cmd.Process.Pid))
}

// The private PostgreSQL must not outlive the demo, however the demo ends.
func TestKilledDemoLeavesNoServer(t *testing.T) {
	t.Parallel()
	dir := deskDir(t)
	s := demoAt(t, dir, "--as-of", saturday)
	pid := postmaster(t, dir)
	if err := s.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-s.done
	eventually(t, "the server ends", func() (bool, string) {
		return syscall.Kill(pid, 0) != nil, strconv.Itoa(pid)
	})
	if again := demoAt(t, dir, "--as-of", saturday); again.url == "" {
		t.Error("no address after a new start")
	}
}

// postmaster returns the process id of a data directory's server.
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
	dir := emptyDir(t)
	file := filepath.Join(t.TempDir(), "macrowatch.yaml")
	if err := os.WriteFile(file, []byte("data-dir: /nowhere/from/file\nlisten: 127.0.0.1:0\nopen: false\nbase-path: /fromfile\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, []string{"MACROWATCH_CONFIG=" + file, "MACROWATCH_DATA_DIR=" + dir, "MACROWATCH_BASE_PATH=/fromenv"},
		"serve", "--private", "--as-of", saturday, "--base-path", "/fromflag")
	if !strings.HasSuffix(s.url, "/fromflag/") {
		t.Errorf("the page is at %s", s.url)
	}
	if status, _ := get(t, s.url+"api/health"); status != 200 {
		t.Errorf("health: %d", status)
	}
}

func TestOrdinaryUserCanRunTheDemo(t *testing.T) {
	t.Parallel()
	dir := filepath.Dir(dataDir(t))
	path := filepath.Join(dir, "macrowatch")
	if out, err := exec.Command("install", "-m", "755", program(t), path).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	home := filepath.Join(dir, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, "demo", "--open=false", "--listen", "127.0.0.1:0", "--as-of", saturday)
	if os.Geteuid() == 0 { // otherwise the test runs as an ordinary user already
		const nobody = 65534
		if err := os.Chown(home, nobody, nobody); err != nil {
			t.Fatal(err)
		}
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	c.Env = append(ownEnv(t), "HOME="+home, "MACROWATCH_HOME=", "XDG_DATA_HOME=")
	c.Dir = home
	s := startCommand(t, c)
	if got := panelsOf(t, s.url, "pipeline-health", ""); len(got) != 13 {
		t.Errorf("%d panels", len(got))
	}
	if _, err := os.Stat(filepath.Join(home, ".local/share/macrowatch/postgres")); err != nil {
		t.Errorf("the data are not in the user's data directory: %v", err)
	}
	s.stop(t)
}
