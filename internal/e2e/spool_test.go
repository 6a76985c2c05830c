package e2e

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"macrowatch/internal/testkit/pgtest"
)

// spooling returns an environment for exec, with a database and a spool directory of its own.
func spooling(t testing.TB, url string) (env []string, dir string) {
	t.Helper()
	dir = t.TempDir()
	return []string{"DATABASE_URL=" + url, "MACROWATCH_SPOOL_DIR=" + dir}, dir
}

// runsOf returns the statuses and messages of a step's runs in the database, or "none".
func runsOf(t testing.TB, url, step string) string {
	t.Helper()
	return scalar[string](t, url, `SELECT coalesce(string_agg(status || coalesce(' ' || error_message, ''), ', '), 'none')
		FROM pipeline_runs WHERE step_name = $1`, step)
}

// waiting returns the names of the runs' files below a spool directory. The names of the notes there begin with a dot.
func waiting(t testing.TB, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasPrefix(d.Name(), ".") {
			names = append(names, d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func mustExec(t testing.TB, env []string, step string) {
	t.Helper()
	if r := run(t, env, "exec", "--step", step, "--", "true"); r.status != 0 || r.errout != "" {
		t.Fatalf("exec --step %s: %+v", step, r)
	}
}

// execInVain runs exec while the database does not answer. exec must end all the same.
func execInVain(t testing.TB, env []string, step string) {
	t.Helper()
	r := run(t, env, "exec", "--step", step, "--", "sh", "-c", "echo words; exit 7")
	if r.status != 7 || r.out != "words\n" || strings.Count(r.errout, "\n") != 1 || !strings.Contains(r.errout, "not recorded yet") {
		t.Errorf("exec in vain: %+v", r)
	}
}

// execMentions runs exec, and expects that it says in one line that other runs are kept.
func execMentions(t testing.TB, env []string, step, words string) {
	t.Helper()
	r := run(t, env, "exec", "--step", step, "--", "true")
	if r.status != 0 || strings.Count(r.errout, "\n") != 1 || !strings.Contains(r.errout, words) || !strings.Contains(r.errout, "macrowatch spool list") {
		t.Errorf("exec --step %s: %+v, want one line with %q", step, r, words)
	}
}

// signalServer sends a signal to every process of a data directory's server.
func signalServer(t testing.TB, dir string, sig syscall.Signal) {
	t.Helper()
	pid := postmaster(t, dir)
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		t.Skipf("the server's processes can't be found: %v", err)
	}
	for _, p := range append(strings.Fields(string(children)), strconv.Itoa(pid)) {
		n, err := strconv.Atoi(p)
		if err != nil {
			t.Fatal(err)
		}
		_ = syscall.Kill(n, sig)
	}
}

func servePrivate(t testing.TB, dir string) *service {
	t.Helper()
	return start(t, nil, "serve", "--private", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir)
}

func TestRunWhileTheDatabaseIsStoppedIsDeliveredByTheNextExec(t *testing.T) {
	t.Parallel()
	dir := emptyDir(t)
	s := servePrivate(t, dir)
	url := databaseURL(t, dir)
	env, spoolDir := spooling(t, url)
	mustExec(t, env, "before")
	s.stop(t)
	execInVain(t, env, "meanwhile")
	execInVain(t, env, "meanwhile too")
	if n := len(waiting(t, spoolDir)); n != 2 {
		t.Errorf("%d runs wait, want 2", n)
	}
	s = servePrivate(t, dir)
	if again := databaseURL(t, dir); again != url {
		t.Fatalf("the server is back at %s", again)
	}
	mustExec(t, env, "after")
	for step, want := range map[string]string{
		"before": "SUCCESS", "meanwhile": "FAILED exit status 7", "meanwhile too": "FAILED exit status 7", "after": "SUCCESS",
	} {
		if got := runsOf(t, url, step); got != want {
			t.Errorf("%s: %s, want %s", step, got, want)
		}
	}
	if left := waiting(t, spoolDir); len(left) != 0 {
		t.Errorf("still waiting: %v", left)
	}
	s.stop(t)
}

func TestRunWhileTheDatabaseHangsIsDeliveredByServe(t *testing.T) {
	t.Parallel()
	dir := emptyDir(t)
	s := servePrivate(t, dir)
	url := databaseURL(t, dir)
	// Runs for the private PostgreSQL wait in its data directory, whether it is named by URL or by directory.
	byURL := []string{"DATABASE_URL=" + url, "MACROWATCH_DATA_DIR=" + dir}
	byDir := []string{"MACROWATCH_DATA_DIR=" + dir}

	// This run begins before the server hangs.
	across := execProcess(t, byDir, "across", "echo started; read line; exit 3")
	eventually(t, "the run is recorded", func() (bool, string) {
		got := runsOf(t, url, "across")
		return got == "RUNNING", got
	})
	signalServer(t, dir, syscall.SIGSTOP)
	goOn := sync.OnceFunc(func() { signalServer(t, dir, syscall.SIGCONT) })
	defer goOn()
	_ = across.in.Close()
	_ = across.Wait() // it returns although the server hangs
	if across.ProcessState.ExitCode() != 3 {
		t.Errorf("exec ended with %v", across.ProcessState)
	}
	execInVain(t, byURL, "hung by URL")
	execInVain(t, byDir, "hung by directory")
	if n := len(waiting(t, filepath.Join(dir, "spool"))); n != 3 {
		t.Errorf("%d runs wait, want 3", n)
	}
	goOn()
	for step, want := range map[string]string{
		"across": "FAILED exit status 3", "hung by URL": "FAILED exit status 7", "hung by directory": "FAILED exit status 7",
	} {
		eventually(t, "serve delivers "+step, func() (bool, string) {
			got := runsOf(t, url, step)
			return got == want, got
		})
	}
	eventually(t, "nothing waits", func() (bool, string) {
		left := waiting(t, filepath.Join(dir, "spool"))
		return len(left) == 0, fmt.Sprint(left)
	})
	s.stop(t)
}

// process is an exec whose command waits for the end of its input.
type process struct {
	*exec.Cmd
	in     interface{ Close() error }
	stderr bytes.Buffer
}

func execProcess(t testing.TB, env []string, step, script string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(program(t), "exec", "--step", step, "--", "sh", "-c", script)}
	p.Env = append(ownEnv(t), env...)
	p.Stderr = &p.stderr
	in, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.in = in
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

func TestRunIsInterruptedOnlyWhenItsExecIsDead(t *testing.T) {
	t.Parallel()
	url := pgtest.MigratedURL(t)
	env, spoolDir := spooling(t, url)
	long := execProcess(t, env, "long", "read line")
	eventually(t, "the run is recorded", func() (bool, string) {
		got := runsOf(t, url, "long")
		return got == "RUNNING", got
	})
	// Wait for a sign of life after the start, so that the two times differ.
	started := lastSign(t, spoolDir)
	alive := nextSign(t, spoolDir, started)
	mustExec(t, env, "other")
	if got := runsOf(t, url, "long"); got != "RUNNING" {
		t.Errorf("while its exec is alive the run is %s", got)
	}
	if err := long.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_, _ = long.Process.Wait() // long.Wait would also wait for the command, which holds standard error open
	killed := time.Now()
	mustExec(t, env, "other") // it finds the run at a later time
	if got := runsOf(t, url, "long"); got != "FAILED interrupted" {
		t.Errorf("once its exec was killed the run is %s", got)
	}
	finished := scalar[time.Time](t, url, "SELECT finished_at FROM pipeline_runs WHERE step_name = 'long'")
	if finished.Before(alive.Truncate(time.Microsecond)) || finished.After(killed) {
		t.Errorf("the run ends at %s; its exec was seen alive at %s and killed at %s", finished, alive, killed)
	}
	if d := scalar[float64](t, url, "SELECT duration_seconds - extract(epoch FROM finished_at - started_at) FROM pipeline_runs WHERE step_name = 'long'"); d > 0.001 || d < -0.001 {
		t.Errorf("its duration differs from its times by %v s", d)
	}
	if left := waiting(t, spoolDir); len(left) != 0 {
		t.Errorf("still waiting: %v", left)
	}
}

// lastSign returns the time at which a running exec last showed that it is alive: the time of the one file that is kept.
func lastSign(t testing.TB, dir string) time.Time {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("the kept runs are %q (%v), want one", paths, err)
	}
	info, err := os.Stat(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	return info.ModTime()
}

// nextSign waits for a sign of life after a time.
func nextSign(t testing.TB, dir string, after time.Time) (sign time.Time) {
	t.Helper()
	eventually(t, "another sign of life", func() (bool, string) {
		sign = lastSign(t, dir)
		return sign.After(after), sign.String()
	})
	return sign
}

func TestManyExecsAtOnceShareASpool(t *testing.T) {
	t.Parallel()
	const many = 10
	dir := emptyDir(t)
	s := servePrivate(t, dir)
	url := databaseURL(t, dir)
	env, spoolDir := spooling(t, url)
	s.stop(t)
	together := func(step func(n int) string, each func(t testing.TB, env []string, step string)) {
		var all sync.WaitGroup
		for n := range many {
			all.Go(func() { each(t, env, step(n)) })
		}
		all.Wait()
	}
	together(func(n int) string { return fmt.Sprintf("away %d", n) }, func(t testing.TB, env []string, step string) {
		if r := run(t, env, "exec", "--step", step, "--", "true"); r.status != 0 || !strings.Contains(r.errout, "not recorded yet") {
			t.Errorf("%s: %+v", step, r)
		}
	})
	if n := len(waiting(t, spoolDir)); n != many {
		t.Errorf("%d runs wait, want %d", n, many)
	}
	s = servePrivate(t, dir)
	together(func(n int) string { return fmt.Sprintf("back %d", n) }, func(t testing.TB, env []string, step string) {
		if r := run(t, env, "exec", "--step", step, "--", "true"); r.status != 0 {
			t.Errorf("%s: %+v", step, r)
		}
	})
	mustExec(t, env, "last")
	if got := scalar[int64](t, url, "SELECT count(*) FROM pipeline_runs WHERE status = 'SUCCESS'"); got != 2*many+1 {
		t.Errorf("%d runs succeeded, want %d", got, 2*many+1)
	}
	if left := waiting(t, spoolDir); len(left) != 0 {
		t.Errorf("still waiting: %v", left)
	}
	s.stop(t)
}

func TestRunsOnlyGoToTheDatabaseTheyAreMeantFor(t *testing.T) {
	t.Parallel()
	spoolDir := t.TempDir()
	on := func(url string) []string { return []string{"DATABASE_URL=" + url, "MACROWATCH_SPOOL_DIR=" + spoolDir} }
	mine, other := pgtest.MigratedURL(t), pgtest.URL(t) // the other has no tables yet
	execInVain(t, on(other), "for the other")
	execInVain(t, on("postgres://u:p@127.0.0.1:1/d"), "for one that is away")
	execMentions(t, on(mine), "for mine", "2 runs are kept")
	if steps := scalar[string](t, mine, "SELECT string_agg(step_name, ', ') FROM pipeline_runs"); steps != "for mine" {
		t.Errorf("the wrong database has %s", steps)
	}
	if r := run(t, on(other), "migrate"); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	execMentions(t, on(other), "for the other again", "1 run is kept")
	if steps := scalar[string](t, other, "SELECT string_agg(step_name, ', ' ORDER BY step_name) FROM pipeline_runs"); steps != "for the other, for the other again" {
		t.Errorf("the other database has %s", steps)
	}
	if left := waiting(t, spoolDir); len(left) != 1 {
		t.Errorf("waiting: %v; want one, for the database that is away", left)
	}
	for _, text := range scanSpool(t, spoolDir) {
		if strings.Contains(text, "postgres://") || strings.Contains(text, ":p@") {
			t.Errorf("a URL is kept: %s", text)
		}
	}
}

func scanSpool(t testing.TB, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files: %v", err)
	}
	var texts []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

func TestSpoolThatCannotBeWrittenIsOneWarning(t *testing.T) {
	t.Parallel()
	url := pgtest.MigratedURL(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		url:                            "was recorded, but would have been lost",
		"postgres://u:p@127.0.0.1:1/d": "nor is it kept: keep the run in " + file,
	} {
		t.Run(want, func(t *testing.T) {
			env := []string{"DATABASE_URL=" + address, "MACROWATCH_SPOOL_DIR=" + file}
			r := run(t, env, "exec", "--step", "s", "--", "sh", "-c", "echo words; exit 7")
			if r.status != 7 || r.out != "words\n" || strings.Count(r.errout, "\n") != 1 || !strings.Contains(r.errout, want) {
				t.Errorf("%+v, want one line with %q", r, want)
			}
		})
	}
	if got := runsOf(t, url, "s"); got != "FAILED exit status 7" {
		t.Errorf("recorded: %s", got)
	}
}

func TestWhatCannotBeDeliveredIsSetAsideWithAWarning(t *testing.T) {
	t.Parallel()
	url := pgtest.MigratedURL(t)
	env, spoolDir := spooling(t, url)
	execInVain(t, append(env, "DATABASE_URL=postgres://u:p@127.0.0.1:1/d"), "elsewhere") // makes the folders
	execMentions(t, env, "first", "1 run is kept")
	folders, err := filepath.Glob(filepath.Join(spoolDir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if err := os.WriteFile(filepath.Join(folder, "0-torn.json"), []byte(`{"version":1,"targ`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := run(t, env, "exec", "--step", "second", "--", "true")
	if r.status != 0 || strings.Count(r.errout, "0-torn.json.bad") != 1 {
		t.Errorf("%+v, want one warning about the torn file", r)
	}
	mustExec(t, env, "third") // it does not warn again
	for _, step := range []string{"first", "second", "third"} {
		if got := runsOf(t, url, step); got != "SUCCESS" {
			t.Errorf("%s: %s", step, got)
		}
	}
}

func TestExecHelpShowsACrontabLine(t *testing.T) {
	t.Parallel()
	if r := run(t, nil, "exec", "--help"); r.status != 0 || !strings.Contains(r.out, "30 18 * * 1-5  /usr/local/bin/macrowatch exec --step fred -- ") {
		t.Errorf("%+v", r)
	}
}
