package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// databaseFault is something that befalls a database for a while.
type databaseFault struct {
	begin, end func()
	address    string // under which the test itself reaches the database; it may need the fault's end
	env        []string
	args       []string // of serve
}

// throughDoor is a fault of the way to a database.
func throughDoor(begin, end func(d *door)) func(t *testing.T) databaseFault {
	return func(t *testing.T) databaseFault {
		address := pgtest.MigratedURL(t)
		d, through := doorToDatabase(t, address)
		return databaseFault{begin: func() { begin(d) }, end: func() { end(d) }, address: address, env: []string{"DATABASE_URL=" + through}, args: []string{"serve"}}
	}
}

// ofPrivate is a fault of the private PostgreSQL.
func ofPrivate(begin, end func(t *testing.T, dir string)) func(t *testing.T) databaseFault {
	return func(t *testing.T) databaseFault {
		dir := emptyDir(t)
		return databaseFault{begin: func() { begin(t, dir) }, end: func() { end(t, dir) },
			env: []string{"MACROWATCH_DATA_DIR=" + dir}, args: []string{"serve", "--private"}}
	}
}

// During each fault of the database the page stays up, every request ends, and nothing is acknowledged that was not
// written. After the fault all goes on by itself, and each acknowledged row is there once.
func TestFaultsOfTheDatabasePass(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(t *testing.T) databaseFault{
		"it refuses":            throughDoor(func(d *door) { d.set(true) }, func(d *door) { d.set(false) }),
		"the network is silent": throughDoor(func(d *door) { d.setSilent(true) }, func(d *door) { d.setSilent(false) }),
		"it hangs":              ofPrivate(func(t *testing.T, dir string) { signalServer(t, dir, syscall.SIGSTOP) }, func(t *testing.T, dir string) { signalServer(t, dir, syscall.SIGCONT) }),
		"its disk is full":      fullDisk,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := prepare(t)
			s := start(t, f.env, append(f.args, "--open=false", "--listen", "127.0.0.1:0")...)
			if f.address == "" {
				f.address = databaseURL(t, strings.TrimPrefix(f.env[0], "MACROWATCH_DATA_DIR="))
			}
			d := &faultDesk{owner: f.address, token: madeToken(t, f.address, "faults"), ledger: newLedger()}
			d.server.Store(s)
			d.httpRows(t, 1)
			f.begin()
			began := true
			defer func() {
				if began {
					f.end()
				}
			}()
			// Some requests still succeed after the beginning: a full disk has room for a few rows.
			eventually(t, "a request is not acknowledged", func() (bool, string) {
				n := d.number.Add(1) + 1
				_, err := tryRows(t, d, n)
				return err != nil, fmt.Sprint(n, " requests were acknowledged")
			})
			for path, want := range map[string]int{"": http.StatusOK, "livez": http.StatusOK} {
				if status, body := get(t, strings.TrimSuffix(s.url, "/")+"/"+path); status != want {
					t.Errorf("/%s: %d %s", path, status, body)
				}
			}
			if status, _ := get(t, strings.TrimSuffix(s.url, "/")+"/api/dashboards/uid/signal-overview/panels?from=now-1h&to=now&width=800"); status == 0 {
				t.Error("the panels are not answered")
			}
			f.end()
			began = false
			eventually(t, "it is ready again", func() (bool, string) {
				status, body := get(t, strings.TrimSuffix(s.url, "/")+"/readyz")
				return status == http.StatusOK, body
			})
			last := d.number.Add(1) + 1
			d.httpRows(t, last)
			for _, fault := range d.ledger.faults(countBy(t, f.address, "strategy_signals", "strategy_id"), nil) {
				t.Error(fault)
			}
			for _, p := range panelsOf(t, s.url, "signal-overview", "") {
				if p.Error != "" {
					t.Errorf("a panel: %s", p.Error)
				}
			}
			_, rows, _ := d.ledger.acknowledged()
			t.Logf("%d rows were acknowledged", rows)
			if s.cmd.ProcessState != nil {
				t.Error("the server has ended")
			}
		})
	}
}

// tryRows sends rows once. It returns an error if they were not acknowledged.
func tryRows(t *testing.T, d *faultDesk, n int64) (posted, error) {
	strategy, body, rows := d.rowsOf(n)
	answer, err := tryPost(t, d.server.Load(), d.token, "/api/v1/signals", body, "Idempotency-Key", strategy)
	switch {
	case err != nil:
		return answer, err
	case answer.status == http.StatusOK:
		d.ledger.ackRows(strategy, rows)
		return answer, nil
	case answer.status < 500:
		t.Errorf("%d %s", answer.status, answer.body)
	}
	if strings.Contains(answer.body, "SQLSTATE") || strings.Contains(answer.body, "dial") {
		t.Errorf("the answer is not a sentence: %s", answer.body)
	}
	t.Logf("during the fault: %d %s", answer.status, answer.body)
	return answer, fmt.Errorf("%d", answer.status)
}

// fullDisk is a private PostgreSQL on a disk of its own, which is filled.
func fullDisk(t *testing.T) databaseFault {
	if os.Geteuid() != 0 {
		t.Skip("only root can mount a small disk")
	}
	from := emptyDir(t)
	disk := filepath.Dir(dataDir(t))
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=256m,mode=0755", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no small disk can be mounted: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", disk).CombinedOutput(); err != nil {
			t.Errorf("%v %s", err, out)
		}
	})
	dir, filler := filepath.Join(disk, "data"), filepath.Join(disk, "filler")
	if out, err := exec.Command("cp", "-a", from, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	return databaseFault{
		begin: func() {
			if out, err := exec.CommandContext(context.Background(), "dd", "if=/dev/zero", "of="+filler, "bs=1M").CombinedOutput(); err == nil {
				t.Errorf("the disk did not become full: %s", out)
			}
		},
		end: func() {
			if err := os.Remove(filler); err != nil {
				t.Error(err)
			}
		},
		env: []string{"MACROWATCH_DATA_DIR=" + dir}, args: []string{"serve", "--private"},
	}
}

// A connection that breaks within a COPY leaves nothing, and the same file goes in afterwards.
func TestFaultsWithinACopyLeaveNothing(t *testing.T) {
	t.Parallel()
	const rows = 50_000
	address, path := pgtest.MigratedURL(t), signalsFile(t, rows)
	d, through := doorToDatabase(t, address)
	for _, after := range []int{100 << 10, 500 << 10, 1500 << 10} {
		d.cut(after)
		out, err := importing(t, through, path).CombinedOutput()
		if err == nil || strings.Contains(string(out), "SQLSTATE") || strings.Count(string(out), "\n") != 1 {
			t.Errorf("broken after %d bytes: %v %s", after, err, out)
		}
		waitUntilNoImportRuns(t, address)
		if n := scalar[int](t, address, "SELECT count(*) FROM strategy_signals"); n != 0 {
			t.Fatalf("broken after %d bytes: %d rows", after, n)
		}
	}
	if out, err := importing(t, through, path).CombinedOutput(); err != nil {
		t.Errorf("%v %s", err, out)
	}
	if n := scalar[int](t, address, "SELECT count(*) FROM strategy_signals"); n != rows {
		t.Errorf("%d rows of %d", n, rows)
	}
}
