package e2e

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// nohup makes SIGHUP ignored, and it must stay ignored in the command.
func TestExecLeavesIgnoredSignalsIgnored(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	out, err := exec.Command("nohup", program(t), "exec", "--data-dir", dir, "--step", "long", "--",
		"sh", "-c", "kill -HUP $$; echo survived").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "survived") {
		t.Errorf("%v: %s", err, out)
	}
}

// exec ends as its command does, and when it has ended, the run is in the table.
func TestExecRecordsAndPassesTheStatusOn(t *testing.T) {
	t.Parallel()
	dir := emptyDir(t)
	if r := run(t, nil, "exec", "--step", "good", "--data-dir", dir, "--", "echo", "output --step x"); r.status != 0 || r.out != "output --step x\n" || r.errout != "" {
		t.Errorf("good: %+v", r)
	}
	if r := run(t, nil, "exec", "--step", "bad", "--data-dir", dir, "--", "sh", "-c", `echo "HTTP 503 from upstream" >&2; exit 7`); r.status != 7 || r.errout != "HTTP 503 from upstream\n" {
		t.Errorf("bad: %+v", r)
	}
	s := start(t, nil, "serve", "--private", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir)
	url := databaseURL(t, dir)
	for step, want := range map[string]string{"good": "SUCCESS", "bad": "FAILED HTTP 503 from upstream"} {
		t.Run(step, func(t *testing.T) {
			got := scalar[string](t, url, "SELECT status || coalesce(' ' || btrim(error_message, E'\\n'), '') FROM pipeline_runs WHERE step_name = $1", step)
			if got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
	s.stop(t)
}

// A database that does not answer must not hold up the command. Here the server answers nothing until the command
// has run.
func TestExecRunsTheCommandWithoutADatabase(t *testing.T) {
	t.Parallel()
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	mark := filepath.Join(t.TempDir(), "ran")
	go func() {
		for {
			c, err := server.Accept()
			if err != nil {
				return
			}
			go func() { // it hangs up when the command has run
				for {
					if _, err := os.Stat(mark); err == nil {
						_ = c.Close()
						return
					}
					time.Sleep(10 * time.Millisecond)
				}
			}()
		}
	}()
	env := []string{"DATABASE_URL=postgres://u:secretword@" + server.Addr().String() + "/d", "MACROWATCH_SPOOL_DIR=" + t.TempDir()}
	r := run(t, env, "exec", "--step", "s", "--", "touch", mark)
	if _, err := os.Stat(mark); err != nil {
		t.Errorf("the command did not run: %v", err)
	}
	if r.status != 0 || !strings.Contains(r.errout, "not recorded") || strings.Contains(r.errout, "secretword") {
		t.Errorf("%+v", r)
	}
}

// When exec ends, nothing else ends with it. The children that a command leaves behind write to the log to their
// end, and so does the command of an exec that is killed. A shell that waits for the output gets it when the
// command ends.
func TestWhatExecLeavesBehindWritesToItsEnd(t *testing.T) {
	t.Parallel()
	env := []string{"DATABASE_URL=postgres://u:p@127.0.0.1:1/d", "MACROWATCH_SPOOL_DIR=" + t.TempDir()}
	const wait = `while [ ! -e go ]; do sleep 0.02; done; `
	for name, script := range map[string]string{
		"a child":        `"$0" exec --step s -- sh -c '(` + wait + `echo late >&2; : >done) >&- & exit 3' 2>log; test $? = 3`,
		"a substitution": `set -e; x=$("$0" exec --step s -- sh -c '(` + wait + `echo late >&2; : >done) >&- & echo output' 2>log); test "$x" = output`,
		"a killed exec":  `"$0" exec --step s -- sh -c ': >began; ` + wait + `echo late >&2; echo later >&2; : >done' 2>log & while [ ! -e began ]; do sleep 0.02; done; kill -9 $!`,
		"a killed pipeline": `("$0" exec --step s -- bash -c 'set -e -o pipefail; : >began; ` + wait + `echo late | tee /dev/stderr | grep -q late; : >done' 2>&1 & echo $! >pid; wait) >log 2>&1 &
			while [ ! -e began ] || [ ! -s pid ]; do sleep 0.02; done; kill -9 $(cat pid)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c := exec.Command("sh", "-c", script, program(t))
			c.Dir, c.Env = dir, append(ownEnv(t), env...)
			if err := c.Run(); err != nil {
				t.Error(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "go"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			eventually(t, "what was left behind comes through", func() (bool, string) {
				_, err := os.Stat(filepath.Join(dir, "done"))
				return err == nil, ""
			})
			eventually(t, "its words are in the log", func() (bool, string) {
				log, err := os.ReadFile(filepath.Join(dir, "log"))
				return err == nil && strings.Contains(string(log), "late\n"), string(log)
			})
		})
	}
}
