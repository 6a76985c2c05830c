package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A program that is killed within a run leaves a record of it behind, which the next program sends.
func TestThePythonClientRecordsARunWhoseProgramWasKilled(t *testing.T) {
	t.Parallel()
	d := newPythonDesk(t)
	c := d.python(t, "-c", "import macrowatch, time\nwith macrowatch.run('dies'): time.sleep(3600)")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the start is recorded", func() (bool, string) {
		got := d.lines(t, "SELECT step_name || ' ' || status FROM pipeline_runs")
		return got == "dies RUNNING", got
	})
	if r := d.ran(t, "-m", "macrowatch", "retry"); r.status != 0 || r.out != "0 records wait\n" {
		t.Errorf("with a run that goes on: %+v", r)
	}
	if got := d.lines(t, "SELECT step_name || ' ' || status FROM pipeline_runs"); got != "dies RUNNING" {
		t.Errorf("a run that goes on became %s", got)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	d.script(t, "import macrowatch\nwith macrowatch.run('next'): pass")
	got := d.lines(t, "SELECT step_name || ' ' || status || ' ' || coalesce(error_message, '') FROM pipeline_runs ORDER BY 1")
	if got != "dies FAILED interrupted\nnext SUCCESS " {
		t.Error(got)
	}
	if left := d.waiting(t); len(left) != 0 {
		t.Errorf("records are still kept: %v", left)
	}
}

// Where nothing can be kept, rows still reach a server that answers, and the program learns it if none does. A step never
// fails because of its record.
func TestThePythonClientWithoutADisk(t *testing.T) {
	t.Parallel()
	d := newPythonDesk(t)
	const script = `
import macrowatch
signal = dict(strategy_id="S", instrument="BRENT", direction="LONG", confidence=0.5, generated_at="2026-03-02T08:00:00Z")
assert not macrowatch.send("signals", signal).kept
with macrowatch.run("fred"): pass
away = macrowatch.Client("http://127.0.0.1:1", patience=0)
with away.run("yahoo"): pass
try:
    print(away.send("signals", signal))
except macrowatch.Unavailable as e:
    print(e)
`
	file := filepath.Join(t.TempDir(), "file")
	write(t, filepath.Dir(file), "file", "")
	spools := map[string]string{"below a file": filepath.Join(file, "spool"), "in a directory of the kernel": "/proc/macrowatch"}
	if os.Geteuid() == 0 {
		full := mounted(t, "size=16k,nr_inodes=64")
		if r := ended(t, exec.Command("dd", "if=/dev/zero", "of="+filepath.Join(full, "rest"), "bs=4096")); r.status == 0 {
			t.Fatal("the disk is not full")
		}
		spools["on a full disk"] = filepath.Join(full, "spool")
		spools["on a disk that is read-only"] = filepath.Join(mounted(t, "ro"), "spool")
	}
	for name, spool := range spools {
		d.spool = spool
		r := d.script(t, script)
		if !strings.Contains(r.out, "they are not kept") || strings.Count(r.errout, "macrowatch can't keep") < 4 {
			t.Errorf("%s: %s%s", name, r.out, r.errout)
		}
	}
	want := "1 1"
	if got := d.lines(t, "SELECT count(DISTINCT instrument) || ' ' || (SELECT count(DISTINCT step_name) FROM pipeline_runs) FROM strategy_signals"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// The disk fills while a step runs. The end of the run is written over its start, and outlasts the server's absence.
func TestThePythonClientKeepsTheEndOfARunOnADiskThatHasFilled(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can mount a small disk")
	}
	d := newPythonDesk(t)
	disk := mounted(t, "size=64k")
	d.spool = filepath.Join(disk, "spool")
	d.service.stop(t)
	r := d.script(t, `
import errno, macrowatch
client = macrowatch.Client(patience=0)
try:
    with client.run("fills"):
        with open("`+filepath.Join(disk, "rest")+`", "wb", buffering=0) as f:
            while True: f.write(bytes(4096))
except OSError as e:
    assert e.errno == errno.ENOSPC
`)
	if len(d.waiting(t)) != 1 {
		t.Fatalf("%v: %s", d.waiting(t), r.errout)
	}
	d.serve(t)
	if r := d.ran(t, "-m", "macrowatch", "retry"); r.status != 0 {
		t.Errorf("%+v", r)
	}
	got := d.lines(t, "SELECT step_name || ' ' || status || ' ' || error_message FROM pipeline_runs")
	if !strings.HasPrefix(got, "fills FAILED ") || !strings.Contains(got, "No space left on device") {
		t.Error(got)
	}
}

// mounted returns a small file system in memory.
func mounted(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if r := ended(t, exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir)); r.status != 0 {
		t.Skipf("no file system can be mounted here: %s", r.errout)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestThePythonClientAsACommand(t *testing.T) {
	t.Parallel()
	d := newPythonDesk(t)
	dir := t.TempDir()
	write(t, dir, "signals.jsonl", oneSignal+"\n"+strings.Replace(oneSignal, "USDBRL", "EURBRL", 1)+"\n")
	write(t, dir, "bad.json", "["+strings.Replace(oneSignal, "0.5", "1.5", 1)+"]")
	run := func(args ...string) result { return d.ran(t, append([]string{"-m", "macrowatch"}, args...)...) }
	for _, c := range []struct {
		args    []string
		status  int
		printed string
	}{
		{[]string{"send", "signals", filepath.Join(dir, "signals.jsonl")}, 0, "2 inserted, 0 updated, 0 unchanged\n"},
		{[]string{"send", "signals", filepath.Join(dir, "bad.json")}, 1, "row 0, confidence '1.5'"},
		{[]string{"send", "signals", filepath.Join(dir, "none.json")}, 1, "No such file"},
		{[]string{"send", "signals", "/dev/null"}, 0, "0 inserted, 0 updated, 0 unchanged\n"},
		{[]string{"send", "sgnals", "/dev/null"}, 2, "invalid choice: 'sgnals'"},
		{[]string{"run", "good", "--", "echo", "hello"}, 0, "hello\n"},
		{[]string{"run", "bad", "--", "sh", "-c", "echo the vendor is away token=hunter22 >&2; exit 3"}, 3, "the vendor is away"},
		{[]string{"run", "ended", "--", "sh", "-c", "kill -TERM $$"}, 143, ""},
		{[]string{"run", "missing", "--", "no-such-program"}, 127, "no-such-program"},
		{[]string{"run", "nothing", "--"}, 2, "run needs a command"},
		{[]string{"retry"}, 0, "0 records wait\n"},
		{[]string{"list"}, 0, ""},
		{nil, 2, "usage"},
	} {
		if r := run(c.args...); r.status != c.status || !strings.Contains(r.out+r.errout, c.printed) {
			t.Errorf("%v: %d %s%s; want %d, %q", c.args, r.status, r.out, r.errout, c.status, c.printed)
		}
	}
	got := d.lines(t, "SELECT step_name || ': ' || status || coalesce(': ' || error_message, '') FROM pipeline_runs ORDER BY 1")
	want := "bad: FAILED: the vendor is away token=***\nexit status 3\nended: FAILED: killed by signal 15\ngood: SUCCESS\nmissing: FAILED: [Errno 2] No such file or directory: 'no-such-program'"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	d.service.stop(t)
	if r := run("send", "signals", filepath.Join(dir, "signals.jsonl")); r.status != 0 || !strings.Contains(r.out, "not sent yet, and kept on disk") {
		t.Errorf("%+v", r)
	}
	if r := run("list"); strings.Count(r.out, "\n") != 1 {
		t.Errorf("%+v", r)
	}
}

// A signal to the recorder reaches the command, so that ending a job of cron or systemd ends the step.
func TestThePythonClientPassesSignalsOn(t *testing.T) {
	t.Parallel()
	d := newPythonDesk(t)
	started := filepath.Join(t.TempDir(), "started")
	c := d.python(t, "-m", "macrowatch", "run", "long", "--", "sh", "-c", "trap 'echo ended by request >&2; exit 9' TERM; : > "+started+"; while :; do sleep 0.1; done")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the step has begun", func() (bool, string) {
		_, err := os.Stat(started)
		return err == nil, "no file"
	})
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if c.ProcessState.ExitCode() != 9 {
		t.Errorf("exit status %d", c.ProcessState.ExitCode())
	}
	if got := d.lines(t, "SELECT status || ': ' || error_message FROM pipeline_runs"); got != "FAILED: ended by request\nexit status 9" {
		t.Error(got)
	}
}
