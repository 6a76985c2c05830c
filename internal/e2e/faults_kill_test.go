package e2e

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/testenv"
)

// faultSeed chooses the kills of TestFaultsLoseNothing.
const faultSeed = 12

// TestFaultsLoseNothing kills writers, servers and the database at random moments, most of them within an open
// transaction. Then it compares the tables with what was acknowledged: nothing is lost, nothing is there twice, and
// what is written together is there as a whole or not at all.
func TestFaultsLoseNothing(t *testing.T) {
	t.Parallel()
	kills := testenv.Scaled(10, 200)
	d := newFaultDesk(t)
	writing, end := context.WithCancel(t.Context())
	defer func() { // no writer may outlive the test, whose end deletes the files that it writes
		end()
		d.writers.Wait()
	}()
	for _, writer := range []func(testing.TB, int64){d.httpRows, d.httpRows, d.httpRun, d.execRun, d.importRows} {
		d.write(writing, func(n int64) { writer(t, n) })
	}
	k := killer{faultDesk: d, chance: rand.New(rand.NewPCG(faultSeed, 0)), done: map[string]int{}}
	for n := range kills {
		k.kill(t)
		if (n+1)%20 == 0 {
			t.Logf("%d kills, %d within an open transaction", n+1, k.inside)
		}
	}
	end()
	d.writers.Wait()

	// What exec keeps on disk is delivered by the next exec.
	d.ledger.noteRun("the last", false)
	if r := run(t, d.env("faults last"), "exec", "--step", "the last", "--", "true"); r.status != 0 {
		t.Errorf("%+v", r)
	}
	d.ledger.noteRun("the last", true)
	eventually(t, "all kept runs are delivered", func() (bool, string) {
		left := slices.DeleteFunc(waiting(t, d.spool), func(name string) bool { return strings.HasPrefix(name, ".new-") })
		return len(left) == 0, fmt.Sprint(left)
	})
	faults := d.ledger.faults(countBy(t, d.owner, "strategy_signals", "strategy_id"), countBy(t, d.owner, "pipeline_runs", "step_name"))
	for _, fault := range faults {
		t.Error(fault)
	}
	if n := scalar[int](t, d.owner, "SELECT count(*) FROM pipeline_runs WHERE step_name LIKE 'http run%' AND status <> 'SUCCESS'"); n != 0 {
		t.Errorf("%d runs whose end was acknowledged have not ended", n)
	}
	batches, rows, runs := d.ledger.acknowledged()
	t.Logf("%d kills with seed %d, %d of them within an open transaction:", kills, faultSeed, k.inside)
	for _, what := range slices.Sorted(maps.Keys(k.done)) {
		t.Logf("  %3d %s", k.done[what], what)
	}
	t.Logf("acknowledged: %d rows in %d batches, and %d runs; lost, twice or in part: %d", rows, batches, runs, len(faults))
	if 2*k.inside < kills {
		t.Errorf("only %d of %d kills came within a transaction", k.inside, kills)
	}
}

// A server that is started while its database crashes waits until the database is back.
func TestServeStartsWhileItsDatabaseCrashes(t *testing.T) {
	t.Parallel()
	d := newFaultDesk(t)
	user := exec.Command(program(t), "import", "signals", "-") // as long as it waits for rows, the database stays
	user.Env = append(ownEnv(t), d.env("faults user")...)
	rows, err := user.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := user.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close(); _ = user.Process.Kill(); _ = user.Wait() }()
	eventually(t, "the import has opened the database", func() (bool, string) {
		n := scalar[int](t, d.owner, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'faults user'")
		return n > 0, fmt.Sprint(n)
	})
	former := d.server.Load()
	_ = former.cmd.Process.Kill()
	<-former.done
	crashed := make(chan error, 1)
	go func() { crashed <- crashWhileOpened(t.Context(), d.owner) }()
	d.serve(t)
	if err := <-crashed; err != nil {
		t.Error(err)
	}
}

// crashWhileOpened lets serve wait for a lock as it opens the database, and kills the server process of this session. By that the whole
// database starts anew.
func crashWhileOpened(ctx context.Context, owner string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, owner)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "BEGIN; LOCK TABLE macrowatch_migrations"); err != nil {
		return err
	}
	for {
		var pid int
		// Within a transaction the view stays as it was at the first look, unless it is told to forget that.
		if err := conn.QueryRow(ctx, `SELECT coalesce(max(pid), 0) FROM pg_stat_clear_snapshot(), pg_stat_activity
			WHERE application_name = $1 AND wait_event_type = 'Lock'`, serveSession).Scan(&pid); err != nil {
			return err
		}
		if pid != 0 {
			return syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// killer kills one part of a desk after the other.
type killer struct {
	*faultDesk
	chance *rand.Rand
	look   *pgx.Conn      // asks for open transactions; nil if the database was away
	inside int            // kills within an open transaction
	done   map[string]int // kills by what was killed
}

// kill kills something, and starts it again if it was the server.
func (k *killer) kill(t *testing.T) {
	t.Helper()
	inside := k.chance.Float64() < 0.75 // wait for an open transaction
	pause := time.Duration(k.chance.Int64N(int64(300 * time.Millisecond)))
	var what string
	var open bool
	switch dice := k.chance.IntN(100); {
	case dice < 35:
		what = "serve"
		s := k.server.Load()
		open = k.killProcess(t, s.cmd.Process, serveSession, inside, pause, nil)
		<-s.done
		k.serve(t)
	case dice < 60:
		what = "import"
		open = k.killVictim(t, inside, pause, func() *exec.Cmd {
			_, _, c := k.importCommand(t, k.number.Add(1), victimSession)
			return c
		})
	case dice < 75:
		what = "exec"
		open = k.killVictim(t, false, pause, func() *exec.Cmd {
			_, c := k.execCommand(t, k.number.Add(1), victimSession)
			return c
		})
	case dice < 85:
		what = "the database, kill -9"
		open = k.killDatabase(t, syscall.SIGKILL, inside, pause)
	case dice < 95:
		what = "the database, immediate shutdown"
		open = k.killDatabase(t, syscall.SIGQUIT, inside, pause)
	default:
		what = "a session of the database, kill -9"
		open = k.killSession(t)
	}
	k.done[what]++
	if open {
		k.inside++
	}
}

// killVictim starts a program and kills it. A program that ends before that is started again.
func (k *killer) killVictim(t *testing.T, inside bool, pause time.Duration, prepare func() *exec.Cmd) (open bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		c := prepare()
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { _ = c.Wait(); close(ended) }()
		open = k.killProcess(t, c.Process, victimSession, inside, pause, ended)
		<-ended
		if !c.ProcessState.Exited() { // the kill has ended it
			return open
		}
	}
	t.Fatal("no program could be killed before it ended")
	return false
}

// killProcess kills a process at a moment of its own. If it is to be within a transaction, the process is stopped
// first, so that its transaction can't end between the look and the kill. ended is closed when the process ends by
// itself; it may be nil.
func (k *killer) killProcess(t *testing.T, p *os.Process, session string, inside bool, pause time.Duration, ended <-chan struct{}) (open bool) {
	t.Helper()
	select {
	case <-ended:
		return false
	case <-time.After(pause):
	}
	for deadline := time.Now().Add(patience); inside && time.Now().Before(deadline); {
		if k.openTransaction(t, session) != 0 {
			_ = p.Signal(syscall.SIGSTOP)
			if open = k.openTransaction(t, session) != 0; open {
				break
			}
			_ = p.Signal(syscall.SIGCONT)
		}
		select {
		case <-ended:
			return false
		default:
		}
	}
	if !open {
		_ = p.Signal(syscall.SIGSTOP)
		open = k.openTransaction(t, session) != 0
	}
	_ = p.Kill()
	return open
}

// killDatabase kills the database's first process, which ends all others.
func (k *killer) killDatabase(t *testing.T, sig syscall.Signal, inside bool, pause time.Duration) (open bool) {
	t.Helper()
	time.Sleep(pause)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		open = k.openTransaction(t, "") != 0
		if pid := k.firstProcess(); pid != 0 && (open || !inside) && syscall.Kill(pid, sig) == nil {
			return open
		}
	}
	t.Fatal("the database could not be killed")
	return false
}

// firstProcess returns the process that the database began with, or 0 if the database is down. The file that names it
// outlives a process that was killed.
func (k *killer) firstProcess() (pid int) {
	text, err := os.ReadFile(filepath.Join(k.dir, "postgres", "postmaster.pid"))
	if err != nil {
		return 0
	}
	if _, err := fmt.Sscan(string(text), &pid); err != nil {
		return 0
	}
	words, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || !strings.Contains(string(words), k.dir) {
		return 0
	}
	return pid
}

// killSession kills the server process of a session that is in a transaction. The database then starts anew.
func (k *killer) killSession(t *testing.T) (open bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if pid := k.openTransaction(t, ""); pid != 0 && syscall.Kill(pid, syscall.SIGKILL) == nil {
			return true
		}
	}
	t.Error("no session is in a transaction")
	return false
}

// openTransaction returns the server process of a session that has written something in a transaction that is still
// open, or 0. The session has a name; "" means any.
func (k *killer) openTransaction(t *testing.T, session string) (pid int) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if k.look == nil || k.look.IsClosed() {
		conn, err := pgx.Connect(ctx, k.owner)
		if err != nil { // the database is starting, or down
			time.Sleep(10 * time.Millisecond)
			return 0
		}
		k.look = conn
	}
	err := k.look.QueryRow(ctx, `SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND xact_start IS NOT NULL
		AND pid <> pg_backend_pid() AND ($1 = '' AND application_name LIKE 'faults%' OR application_name = $1)`, session).Scan(&pid)
	if err != nil {
		_ = k.look.Close(context.WithoutCancel(ctx))
		k.look = nil
	}
	return pid
}
