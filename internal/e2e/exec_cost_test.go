package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/benchtarget"
	"macrowatch/internal/testkit/pgtest"
)

// executing prepares a command, bare or through exec.
func executing(t testing.TB, address, spool string, bare bool, command ...string) *exec.Cmd {
	t.Helper()
	if !bare {
		command = append([]string{program(t), "exec", "--step", "measured", "--spool-dir", spool, "--"}, command...)
	}
	c := exec.Command(command[0], command[1:]...)
	c.Env = append(ownEnv(t), "DATABASE_URL="+address)
	return c
}

// exec waits for the disk twice: for the file in which it keeps the run until the database has it, and for the name of the file.
func TestExecWaitsForTheDiskTwice(t *testing.T) {
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace, which counts the calls, is not installed")
	}
	address, spool := pgtest.MigratedURL(t), filepath.Join(t.TempDir(), "spool")
	// The first time, exec makes a folder for a database that nobody knows. The second time, it makes that of this database.
	for range 2 {
		if out, err := executing(t, address, spool, false, "true").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	calls := filepath.Join(t.TempDir(), "calls")
	eventually(t, "the database has the run before exec gives up to wait for it", func() (bool, string) {
		c := executing(t, address, spool, false, "true")
		c.Args = append([]string{strace, "-f", "-y", "-o", calls, "-e", "signal=none", "-e", "trace=fsync,fdatasync,sync,syncfs,sync_file_range,msync"}, c.Args...)
		c.Path = strace
		out, err := c.CombinedOutput()
		if err != nil && strings.Contains(string(out), "ptrace") {
			t.Skipf("strace may not look at a process here: %s", out)
		}
		return err == nil && len(out) == 0, string(out)
	})
	text, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`(?m)^\d+ +[a-z_]*sync[a-z_]*\(.*`).FindAll(text, -1); len(found) != 2 {
		t.Errorf("%d calls: %s", len(found), bytes.Join(found, []byte("\n")))
	}
}

// BenchmarkExecBesideTheBareCommand runs a command by turns: bare, and through exec. It reports the median of what exec adds, and of
// what starting the program at all takes (macrowatch version), in milliseconds, and the same of the processor time that they and their
// commands take. The target is 10.
func BenchmarkExecBesideTheBareCommand(b *testing.B) {
	for _, command := range [][]string{{"true"}, {"sleep", "0.3"}} {
		b.Run(strings.Join(command, " "), func(b *testing.B) {
			address, spool := pgtest.MigratedURL(b), filepath.Join(b.TempDir(), "spool")
			passed, processor := map[string][]time.Duration{}, map[string][]time.Duration{}
			turn := func(name string, c *exec.Cmd) {
				began := time.Now()
				if out, err := c.CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, out)
				}
				passed[name] = append(passed[name], time.Since(began))
				processor[name] = append(processor[name], c.ProcessState.UserTime()+c.ProcessState.SystemTime())
			}
			for b.Loop() {
				turn("bare", executing(b, address, spool, true, command...))
				turn("exec", executing(b, address, spool, false, command...))
				turn("version", executing(b, address, spool, true, program(b), "version"))
			}
			for unit, took := range map[string]map[string][]time.Duration{"ms": passed, "cpu-ms": processor} {
				median := func(name string) float64 {
					slices.Sort(took[name])
					return float64(took[name][len(took[name])/2]) / float64(time.Millisecond)
				}
				benchtarget.AtMost(b, median("exec")-median("bare"), "added-"+unit, 10)
				b.ReportMetric(median("version"), "version-"+unit)
			}
		})
	}
}
