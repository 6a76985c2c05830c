package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"macrowatch/internal/testkit/testenv"
)

// signalsFile writes a CSV file of signals, each with a different key.
func signalsFile(t testing.TB, rows int) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), fmt.Sprintf("signals-%d.csv", rows)))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "strategy_id,instrument,direction,strength,confidence,generated_at")
	begin := time.Date(2020, 1, 6, 9, 0, 0, 0, time.UTC)
	for n := range rows {
		fmt.Fprintf(w, "FX_%d,I%d,LONG,,0.5,%s\n", n%10, n%100/10, begin.Add(time.Duration(n/100)*time.Minute).Format(time.RFC3339))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}

// ownServer starts a private PostgreSQL with the desk's tables, and gives its URL.
func ownServer(t testing.TB) string {
	t.Helper()
	dir := emptyDir(t)
	start(t, nil, "serve", "--private", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir)
	return databaseURL(t, dir)
}

// importing prepares an import of signals.
func importing(t testing.TB, address, path string) *exec.Cmd {
	t.Helper()
	c := exec.Command(program(t), "import", "signals", path)
	c.Env = append(ownEnv(t), "DATABASE_URL="+address)
	return c
}

// However an import ends, either all rows of the file are in the table or none are. When the file is imported again,
// every row is in the table once.
func TestAKilledImportLeavesAllOrNothing(t *testing.T) {
	rows, kills := testenv.Scaled(100_000, 1_000_000), testenv.Scaled(3, 20)
	address, path := ownServer(t), signalsFile(t, rows)
	began := time.Now()
	if out, err := importing(t, address, path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	whole := time.Since(began)
	outcomes := map[int]int{}
	for range kills {
		mustSQL(t, address, "TRUNCATE strategy_signals")
		c := importing(t, address, path)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		// The kill can come until a little after the end, so that some kills meet the commit.
		time.Sleep(time.Duration(rand.Float64() * 1.1 * float64(whole)))
		_ = c.Process.Kill()
		_ = c.Wait()
		// The server may still work on the rows that it has received. After that it ends the session.
		waitUntilNoImportRuns(t, address)
		found := scalar[int](t, address, "SELECT count(*) FROM strategy_signals")
		outcomes[found]++
		if found != 0 && found != rows {
			t.Fatalf("killed: %d rows of %d", found, rows)
		}
	}
	t.Logf("a whole import took %s; after %d kills the table held (rows: times) %v", whole.Round(time.Millisecond), kills, outcomes)
	for _, want := range []string{"", fmt.Sprintf("0 inserted, 0 updated, %d unchanged", rows)} {
		out, err := importing(t, address, path).CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%v: %s, want %s", err, out, want)
		}
		if n := scalar[int](t, address, "SELECT count(*) FROM strategy_signals"); n != rows {
			t.Errorf("imported again: %d rows of %d", n, rows)
		}
	}
}

func waitUntilNoImportRuns(t testing.TB, address string) {
	t.Helper()
	const others = `SELECT count(*) FROM pg_locks WHERE relation = 'strategy_signals'::regclass AND pid <> pg_backend_pid() AND mode = 'RowExclusiveLock'` + inThisDatabase
	for deadline := time.Now().Add(patience); scalar[int64](t, address, others) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the session of a killed import does not end")
		}
	}
}

// The import of a file that is six times as long takes no more memory.
func TestImportTakesNoMoreMemoryForALongFile(t *testing.T) {
	address := ownServer(t)
	few, many := testenv.Scaled(40_000, 80_000), testenv.Scaled(240_000, 480_000)
	peak := func(rows int, again bool) int64 {
		path := signalsFile(t, rows)
		if !again {
			mustSQL(t, address, "TRUNCATE strategy_signals")
		}
		c := importing(t, address, path)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss // KiB on Linux, bytes on macOS
	}
	for _, again := range []bool{false, true} { // the second time, all rows are in the table already
		name := map[bool]string{false: "straight", true: "through the stage"}[again]
		short, long := peak(few, again), peak(many, again)
		t.Logf("%s: peak memory %d for %d rows, %d for %d (KiB on Linux)", name, short, few, long, many)
		if float64(long) > 1.5*float64(short) {
			t.Errorf("%s: memory grows with the file: %d, then %d", name, short, long)
		}
	}
}

func TestImportShowsProgressOnATerminalOnly(t *testing.T) {
	t.Parallel()
	address, path := ownServer(t), signalsFile(t, 200_000) // more than a fifth of a second's work
	t.Run("a terminal", func(t *testing.T) {
		t.Parallel()
		shown := onTerminal(t, importing(t, address, path), "xterm-256color", 80)
		for _, want := range []string{" rows, ", " rows/s, ", " %", "inserted, 0 updated"} {
			if !strings.Contains(shown, want) {
				t.Errorf("the terminal lacks %q: %q", want, shown)
			}
		}
	})
	t.Run("a narrow terminal", func(t *testing.T) {
		t.Parallel()
		const width = 30
		for _, line := range strings.Split(onTerminal(t, importing(t, address, path), "xterm-256color", width), "\r\x1b[K")[1:] {
			if line, _, _ = strings.Cut(line, "\r\n"); strings.Contains(line, "rows") && len([]rune(line)) >= width {
				t.Errorf("%q does not fit into %d columns, so that it can't be wiped", line, width)
			}
		}
	})
	t.Run("a terminal that can't wipe a line", func(t *testing.T) {
		t.Parallel()
		if shown := onTerminal(t, importing(t, address, path), "dumb", 80); strings.Contains(shown, "\x1b") || strings.Contains(shown, "rows/s") {
			t.Errorf("%q", shown)
		}
	})
	t.Run("a file", func(t *testing.T) {
		t.Parallel()
		var errout bytes.Buffer
		c := importing(t, address, path)
		c.Stderr = &errout
		if err := c.Run(); err != nil || errout.Len() > 0 {
			t.Errorf("%v: %q", err, &errout)
		}
	})
}

// onTerminal runs a command on a terminal of a kind and a width, and returns what it writes there.
func onTerminal(t *testing.T, c *exec.Cmd, kind string, columns uint16) string {
	t.Helper()
	c.Env = append(c.Environ(), "TERM="+kind)
	terminal, err := pty.StartWithSize(c, &pty.Winsize{Rows: 24, Cols: columns})
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	var shown bytes.Buffer
	// When the last process of a terminal has ended, reading from it is an input/output error.
	if _, err := io.Copy(&shown, terminal); err != nil && !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Fatalf("%v: %s", err, &shown)
	}
	return shown.String()
}
