package e2e

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// secretsOf returns the passwords in a data directory, by role.
func secretsOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "passwords"))
	if err != nil {
		t.Fatal(err)
	}
	var secrets map[string]string
	if err := json.Unmarshal(text, &secrets); err != nil || len(secrets) != 4 {
		t.Fatalf("%v: %d passwords", err, len(secrets))
	}
	return secrets
}

// A person who has the URL that database url prints must not become the superuser, who can run programs.
func TestDatabaseURLHandsOutNoSuperuser(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	servePrivate(t, dir)
	for _, more := range [][]string{nil, {"--owner"}, {"--old-client"}, {"--owner", "--old-client"}} {
		t.Run("flags "+strings.Join(more, " "), func(t *testing.T) {
			r := run(t, nil, append([]string{"database", "url", "--data-dir", dir}, more...)...)
			printed := strings.TrimSpace(r.out)
			if r.status != 0 || strings.Contains(printed, "\n") {
				t.Fatalf("%+v", r)
			}
			u, err := url.Parse(printed)
			if err != nil {
				t.Fatal(err)
			}
			role := scalar[string](t, printed, "SELECT current_user || ' ' || rolsuper FROM pg_roles WHERE rolname = current_user")
			if want := map[bool]string{false: "macrowatch_reader false", true: "macrowatch false"}[len(more) > 0 && more[0] == "--owner"]; role != want {
				t.Errorf("the role is %q, want %q", role, want)
			}
			password, _ := u.User.Password()
			u.User = url.UserPassword("postgres", password)
			conn, err := pgx.Connect(t.Context(), u.String())
			if err == nil {
				_, err = conn.Exec(t.Context(), "COPY (SELECT 1) TO PROGRAM 'cat >/dev/null'")
				_ = conn.Close(t.Context())
			}
			if err == nil || !strings.Contains(err.Error(), "28P01") {
				t.Errorf("as the superuser: %v", err)
			}
		})
	}
	mustRefuse(t, run(t, nil, "database", "url", "--data-dir", dir, "--tcp"), 1, "--postgres-port")
	mustRefuse(t, run(t, nil, "database", "url", "--data-dir", dir, "--tcp", "--old-client"), 2, "exclude")
}

// The viewer runs the dashboards' queries, and must do so as a role that can only read.
func TestTheViewerHasOnlyTheRightsOfTheReader(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := servePrivate(t, dir)
	for _, dashboard := range []string{"pipeline-health", "signal-overview", "risk-dashboard", "portfolio-performance"} {
		for _, p := range panelsOf(t, s.url, dashboard, "") {
			if p.Error != "" {
				t.Errorf("%s: %s", dashboard, p.Error)
			}
		}
	}
	// When the reader loses rights, the panels that need them fail.
	owner := databaseURL(t, dir)
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "REVOKE SELECT ON pipeline_runs, strategy_signals, risk_metrics_daily, portfolio_state FROM macrowatch_reader"); err != nil {
		t.Fatal(err)
	}
	for _, dashboard := range []string{"pipeline-health", "signal-overview", "risk-dashboard", "portfolio-performance"} {
		denied := 0
		for _, p := range panelsOf(t, s.url, dashboard, "") {
			if strings.Contains(p.Error, "permission denied") || strings.Contains(p.Error, "not allow") {
				denied++
			}
		}
		if denied == 0 {
			t.Errorf("no panel of %s needs the reader's rights", dashboard)
		}
	}
}

// Any user can read a process's arguments, and this user's programs can read its environment.
func TestNoProcessCarriesThePasswords(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	servePrivate(t, dir)
	secrets := secretsOf(t, dir)
	processes, err := filepath.Glob("/proc/[0-9]*")
	if err != nil || len(processes) == 0 {
		t.Skip("processes can't be looked at here")
	}
	seen := 0
	for _, p := range processes {
		arguments, err := os.ReadFile(filepath.Join(p, "cmdline"))
		if err != nil || !strings.Contains(string(arguments), dir) {
			continue
		}
		seen++
		environment, _ := os.ReadFile(filepath.Join(p, "environ"))
		for role, secret := range secrets {
			if strings.Contains(string(arguments)+string(environment), secret) {
				t.Errorf("%s carries the password of the %s", arguments, role)
			}
		}
	}
	if seen < 3 { // serve, the guard, the server
		t.Errorf("%d processes were looked at", seen)
	}
	r := run(t, nil, "exec", "--data-dir", dir, "--step", "look", "--", "env")
	for role, secret := range secrets {
		if strings.Contains(r.out+r.errout, secret) {
			t.Errorf("a command that exec runs gets the password of the %s", role)
		}
	}
}

// The psql command of the README must work with the psql on this machine.
func TestPsqlTakesTheURL(t *testing.T) {
	t.Parallel()
	psql, err := exec.LookPath("psql")
	if err != nil {
		t.Skip("there is no psql")
	}
	version, err := exec.Command(psql, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	major, err := strconv.Atoi(strings.FieldsFunc(strings.Fields(string(version))[2], func(r rune) bool { return r < '0' || r > '9' })[0])
	if err != nil {
		t.Fatal(err)
	}
	dir := dataDir(t)
	servePrivate(t, dir)
	args := []string{"database", "url", "--data-dir", dir}
	if major < 16 {
		args = append(args, "--old-client")
	}
	r := run(t, nil, args...)
	out, err := exec.Command(psql, "--no-psqlrc", "-Atc", "SELECT count(*) FROM pipeline_runs", strings.TrimSpace(r.out)).CombinedOutput()
	if err != nil || string(out) != "0\n" {
		t.Errorf("psql %d: %v %s", major, err, out)
	}
}

// Every command refuses a data directory that others can read or change, and says what to type.
func TestDataDirectoryOpenToOthersIsRefused(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	servePrivate(t, dir).stop(t)
	commands := [][]string{
		{"serve", "--private", "--open=false", "--listen", "127.0.0.1:0"}, {"migrate"}, {"import", "prices", "-"}, {"database", "url"},
	}
	refuse := func(words ...string) {
		t.Helper()
		for _, c := range commands {
			mustRefuse(t, run(t, nil, append(c, "--data-dir", dir)...), 1, words...)
		}
		// exec runs its command all the same, and keeps the run.
		if r := run(t, nil, "exec", "--data-dir", dir, "--step", "kept", "--", "true"); r.status != 0 ||
			!strings.Contains(r.errout, "not recorded yet") || !strings.Contains(r.errout, words[0]) {
			t.Errorf("exec: %+v", r)
		}
	}
	for path, modes := range map[string][]os.FileMode{dir: {0o755, 0o770}, filepath.Join(dir, "passwords"): {0o644, 0o620}} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, mode := range modes {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			refuse("chmod ", path)
		}
		if err := os.Chmod(path, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	s := servePrivate(t, dir)
	owner := databaseURL(t, dir)
	eventually(t, "the runs are delivered", func() (bool, string) {
		got := runsOf(t, owner, "kept")
		return strings.Count(got, "SUCCESS") == 4, got
	})
	s.stop(t)
}

// An older version's server had a URL with a port. Runs that were kept under that URL are delivered to the server.
func TestRunsKeptForTheFormerURLAreDelivered(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	servePrivate(t, dir).stop(t)
	if err := os.WriteFile(filepath.Join(dir, "port"), []byte("1\n"), 0o600); err != nil { // that version wrote the port here
		t.Fatal(err)
	}
	spool := t.TempDir()
	former := []string{"DATABASE_URL=postgres://macrowatch:0123@127.0.0.1:1/macrowatch?sslmode=disable", "MACROWATCH_SPOOL_DIR=" + spool}
	execInVain(t, former, "before the takeover")
	execInVain(t, former, "before it too")
	s := start(t, []string{"MACROWATCH_SPOOL_DIR=" + spool}, "serve", "--private", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir)
	owner := databaseURL(t, dir)
	for _, step := range []string{"before the takeover", "before it too"} {
		eventually(t, "the run is delivered", func() (bool, string) {
			got := runsOf(t, owner, step)
			return got == "FAILED exit status 7", got
		})
	}
	s.stop(t)
	execInVain(t, former, "by the next exec")
	if r := run(t, []string{"MACROWATCH_SPOOL_DIR=" + spool}, "exec", "--data-dir", dir, "--step", "next", "--", "true"); r.status != 0 || r.errout != "" {
		t.Errorf("exec: %+v", r)
	}
	if left := waiting(t, spool); len(left) != 0 {
		t.Errorf("still waiting: %v", left)
	}
}
