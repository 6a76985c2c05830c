package e2e

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// cronUser is a user as cron sees it: with a home directory, and almost nothing in the environment.
type cronUser struct {
	program, home string
	attr          *syscall.SysProcAttr
}

// newCronUser makes a user who is not root, because root's default data directory belongs to the whole machine.
func newCronUser(t testing.TB) cronUser {
	t.Helper()
	dir, err := os.MkdirTemp("", "macrowatch-cron-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	u := cronUser{program: filepath.Join(dir, "macrowatch"), home: filepath.Join(dir, "home")}
	err = errors.Join(os.Chmod(dir, 0o755), os.Mkdir(u.home, 0o700), os.Link(program(t), u.program))
	if err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		const nobody = 65534
		u.attr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		if err := errors.Join(os.Chown(u.home, nobody, nobody), os.Chmod(u.program, 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	return u
}

// run runs macrowatch with HOME, PATH and env in its environment, and nothing else.
func (u cronUser) run(t testing.TB, env []string, args ...string) result {
	t.Helper()
	c := exec.CommandContext(t.Context(), u.program, args...)
	c.Env = append([]string{"HOME=" + u.home, "PATH=/usr/bin:/bin"}, env...)
	c.Dir, c.SysProcAttr = "/", u.attr
	var out, errout bytes.Buffer
	c.Stdout, c.Stderr = &out, &errout
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %v: %v", args, err)
	}
	return result{c.ProcessState.ExitCode(), out.String(), errout.String()}
}

// made lists the files in a user's home that are not kept runs.
func (u cronUser) made(t testing.TB) []string {
	t.Helper()
	var names []string
	for _, name := range waiting(t, u.home) {
		if !strings.HasSuffix(name, ".json") {
			names = append(names, name)
		}
	}
	return names
}

// cron does not set DATABASE_URL. The command runs, its run is kept, and one line says what is missing.
func TestExecWithoutADatabaseKeepsTheRunAndMakesNone(t *testing.T) {
	t.Parallel()
	u := newCronUser(t)
	for _, c := range []struct {
		name, script string
		env          []string
		status       int
	}{
		{"nothing in the environment", "echo words", nil, 0},
		{"variables that name no database", "echo words; exit 7", []string{"PGUSER=desk", "PGPASSFILE=/etc/pgpass", "PGSSLMODE=require"}, 7},
		{"empty variables", "echo words; exit 3", []string{"DATABASE_URL=", "PGHOST=", "TZ=America/Sao_Paulo"}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := u.run(t, c.env, "exec", "--step", "nightly", "--", "sh", "-c", c.script)
			if r.status != c.status || r.out != "words\n" || strings.Count(r.errout, "\n") != 1 {
				t.Errorf("%+v", r)
			}
			for _, word := range []string{"no database is given", "DATABASE_URL", "PGHOST", "it is kept in " + u.home, "macrowatch spool retry"} {
				if !strings.Contains(r.errout, word) {
					t.Errorf("%q is missing in %s", word, r.errout)
				}
			}
		})
	}
	if n := len(waiting(t, u.home)); n != 3 {
		t.Errorf("%d files in the home, want the three runs", n)
	}
}

// serve --private tells the same user that runs are kept for which no database was given.
func TestServePrivateMentionsRunsWithoutADatabase(t *testing.T) {
	t.Parallel()
	u := newCronUser(t)
	u.run(t, nil, "exec", "--step", "nightly", "--", "true")
	c := exec.Command(u.program, "serve", "--private", "--open=false", "--listen", "127.0.0.1:0")
	c.Env, c.Dir, c.SysProcAttr = []string{"HOME=" + u.home, "PATH=/usr/bin:/bin"}, "/", u.attr
	s := startCommand(t, c)
	eventually(t, "serve mentions the run", func() (bool, string) {
		said := s.log.String()
		return strings.Contains(said, "Warning: 1 run is kept"), said
	})
	if r := u.run(t, nil, "spool", "retry"); r.status != 0 || r.out != "delivered: 1, still kept: 0\n" {
		t.Errorf("%+v", r)
	}
	s.stop(t)
}

// If not even PATH is in the environment, the command is found where a shell would find it.
func TestExecRunsInAnEmptyEnvironment(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{{"true"}, {"sh", "-c", "exit 0"}, {"/bin/sh", "-c", "ls >/dev/null"}} {
		t.Run(strings.Join(command, " "), func(t *testing.T) {
			args := append([]string{"-i", program(t), "exec", "--data-dir", dataDir(t), "--step", "bare", "--"}, command...)
			out, err := exec.Command("env", args...).CombinedOutput()
			if err != nil || !strings.Contains(string(out), "SUCCESS") || !strings.Contains(string(out), "it is kept in") {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	out, err := exec.Command("env", "-i", program(t), "exec", "--data-dir", dataDir(t), "--step", "bare", "--", "no-such-program").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 127 || !strings.Contains(string(out), "command not found") {
		t.Errorf("%v: %s", err, out)
	}
}

// Only demo and serve --private make a private PostgreSQL.
func TestOtherCommandsMakeNoPrivatePostgreSQL(t *testing.T) {
	t.Parallel()
	u := newCronUser(t)
	file := filepath.Join(filepath.Dir(u.home), "prices.csv")
	if err := os.WriteFile(file, []byte("date,instrument,price\n2026-01-05,SPX,1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{
		{"import", "prices", file}, {"migrate"}, {"migrate", "status"}, {"risk"}, {"risk", "--stale"}, {"risk", "--check", file},
		{"risk", "--backfill", "2026-01-05"}, {"desk", "run"}, {"database", "url"}, {"serve", "--open=false", "--listen", "127.0.0.1:0"},
	} {
		t.Run(strings.Join(command, " "), func(t *testing.T) {
			r := u.run(t, nil, command...)
			if r.status == 0 || r.out != "" || strings.Count(r.errout, "\n") != 1 || !strings.Contains(r.errout, "macrowatch demo") {
				t.Errorf("%+v", r)
			}
		})
	}
	named := filepath.Join(u.home, "named")
	if r := u.run(t, nil, "import", "prices", file, "--data-dir", named); r.status != 1 || !strings.Contains(r.errout, "there is no private PostgreSQL in "+named) {
		t.Errorf("%+v", r)
	}
	if left := u.made(t); len(left) > 0 {
		t.Errorf("the home holds %d files", len(left))
	}
}

// Runs can be kept for a private PostgreSQL that does not exist yet. They are delivered when it is made.
func TestRunsKeptForANamedDataDirectoryAreDeliveredOnceItIsMade(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	r := run(t, nil, "exec", "--data-dir", dir, "--step", "early", "--", "sh", "-c", "exit 7")
	if r.status != 7 || strings.Count(r.errout, "\n") != 1 || !strings.Contains(r.errout, "there is no private PostgreSQL in "+dir) {
		t.Errorf("%+v", r)
	}
	if _, err := os.Stat(filepath.Join(dir, "postgres")); err == nil {
		t.Error("exec made a private PostgreSQL")
	}
	s := servePrivate(t, dir)
	owner := databaseURL(t, dir)
	eventually(t, "the run is delivered", func() (bool, string) {
		got := runsOf(t, owner, "early")
		return got == "FAILED exit status 7", got
	})
	s.stop(t)
	mustExec(t, []string{"MACROWATCH_DATA_DIR=" + dir}, "starts the server that was made")
}

// The variables that all clients of PostgreSQL know can name the database in place of DATABASE_URL.
func TestStandardVariablesNameTheDatabase(t *testing.T) {
	t.Parallel()
	url := pgtest.MigratedURL(t)
	given := connectionSettings(t, url)
	service := filepath.Join(t.TempDir(), "services")
	writeText(t, service, serviceText(given))
	password := "PGPASSWORD=" + given.Password
	for step, env := range map[string][]string{
		"host and database": {"PGHOST=" + given.Host, "PGPORT=" + given.port(), "PGUSER=" + given.User, "PGDATABASE=" + given.Database, password},
		"service":           {"PGSERVICEFILE=" + service, "PGSERVICE=desk", password},
		"over the empty":    {"DATABASE_URL=", "PGHOST=" + given.Host, "PGPORT=" + given.port(), "PGUSER=" + given.User, "PGDATABASE=" + given.Database, password},
	} {
		env = append(env, "MACROWATCH_SPOOL_DIR="+t.TempDir())
		mustExec(t, env, step)
		if got := runsOf(t, url, step); got != "SUCCESS" {
			t.Errorf("%s: %s", step, got)
		}
		if r := runIn(t, env, "instrument,kind,quoted_in\nSPX,price,points\n", "import", "instruments", "-"); r.status != 0 {
			t.Errorf("%s: %+v", step, r)
		}
	}
	// DATABASE_URL wins over them.
	mustExec(t, []string{"DATABASE_URL=" + url, "PGHOST=127.0.0.1", "PGDATABASE=none", "MACROWATCH_SPOOL_DIR=" + t.TempDir()}, "beaten")
}

// settings are the parts of a connection URL.
type settings struct{ *pgx.ConnConfig }

func (s settings) port() string { return strconv.Itoa(int(s.Port)) }

func connectionSettings(t testing.TB, url string) settings {
	t.Helper()
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	return settings{cfg}
}
