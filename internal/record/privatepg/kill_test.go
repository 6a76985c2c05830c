//go:build linux || darwin

package privatepg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/record/disk"
)

// endPromised is how soon a server must end when its last user was killed. On a busy machine the signals and the looks take time of
// their own, so most tests wait longer for the end, and TestAGuardWaitsForLessThanThePromise adds up what the guard itself waits for.
const endPromised = 5 * time.Second

func TestAGuardWaitsForLessThanThePromise(t *testing.T) {
	t.Parallel()
	if longest := fastShutdown + hardShutdown + strayPatience; longest > endPromised-time.Second {
		t.Errorf("a guard may wait for %v, which leaves less than a second of the %v for everything else", longest, endPromised)
	}
}

func TestKilledUserTakesTheServerAlong(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	u := startUser(t, userOrder{DataDir: dir, Command: "macrowatch demo"}, nil)
	u.ready(t)
	pid := serverPID(dir)
	u.kill()
	eventually(t, patience, "the server has ended", func() bool { return ended(t, dir) && !alive(pid) })
}

// occupyBackend makes a process of the server compute until somebody ends it. It returns the process id.
func occupyBackend(t *testing.T, url string) (pid int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	pid = int(conn.PgConn().PID())
	ctx := t.Context()
	go func() {
		_, _ = conn.Exec(ctx, "select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000) b")
	}()
	eventually(t, patience, "the query runs", func() bool {
		return query(t, url, "select state from pg_stat_activity where pid = "+strconv.Itoa(pid)) == "active"
	})
	return pid
}

func TestKilledUserTakesAStuckServerAlong(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	u := startUser(t, userOrder{DataDir: dir}, nil)
	url := u.ready(t)
	// A stopped process does not answer, like one that waits for a dead disk.
	signalTo(t, occupyBackend(t, url), syscall.SIGSTOP)
	u.kill()
	eventually(t, patience, "the server has ended", func() bool { return ended(t, dir) })
}

func TestTerminalsInterruptDoesNotReachTheServer(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	u := startUser(t, userOrder{DataDir: dir}, nil)
	u.ready(t)
	server := serverPID(dir)
	for _, pid := range []int{server, parentOf(t, server)} {
		session := func(pid int) string {
			out, err := exec.Command("ps", "-o", "sess=", "-p", strconv.Itoa(pid)).Output()
			if err != nil {
				t.Fatal(err)
			}
			return strings.TrimSpace(string(out))
		}
		if session(pid) == session(u.cmd.Process.Pid) {
			t.Errorf("process %d is in its user's session", pid)
		}
	}
	u.leave(t)
}

func TestKilledServerComesBackWithItsData(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := open(t, testConfig(dir))
	run(t, s.OwnerURL(), "create table kept as select 'still here' as word")
	for range 2 {
		old := serverPID(dir)
		signalTo(t, old, syscall.SIGKILL)
		eventually(t, patience, "another server answers", func() bool {
			if pid := serverPID(dir); pid == old || pid == 0 {
				return false
			}
			word, err := tryQuery(t.Context(), s.OwnerURL(), "select word from kept")
			return err == nil && word == "still here"
		})
	}
}

func TestKilledServerComesBackThoughAProcessOfItIsBusy(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("strays can only be found on Linux")
	}
	dir := newDir(t)
	s := open(t, testConfig(dir))
	occupyBackend(t, s.OwnerURL())
	old := serverPID(dir)
	signalTo(t, old, syscall.SIGKILL)
	eventually(t, patience, "another server answers", func() bool {
		_, err := tryQuery(t.Context(), s.OwnerURL(), "select 'up'")
		return err == nil && serverPID(dir) != old
	})
}

func TestKilledGuardIsReplacedWhileThereAreUsers(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := open(t, testConfig(dir))
	run(t, s.OwnerURL(), "create table kept as select 'still here' as word")
	old := serverPID(dir)
	guard := parentOf(t, old)
	signalTo(t, guard, syscall.SIGKILL)
	if runtime.GOOS == "linux" {
		eventually(t, patience, "the server has ended with its guard", func() bool { return !alive(old) })
	}
	eventually(t, patience, "another server with another guard answers", func() bool {
		word, err := tryQuery(t.Context(), s.OwnerURL(), "select word from kept")
		return err == nil && word == "still here" && serverPID(dir) != old
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !ended(t, dir) {
		t.Error("the server has not ended with its last user")
	}
}

func TestKilledGuardAndUserLeaveNoOrphan(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the next start ends the server")
	}
	dir := newDir(t)
	u := startUser(t, userOrder{DataDir: dir}, nil)
	u.ready(t)
	server := serverPID(dir)
	guard := parentOf(t, server)
	signalTo(t, u.cmd.Process.Pid, syscall.SIGKILL)
	signalTo(t, guard, syscall.SIGKILL)
	eventually(t, patience, "the server has ended", func() bool { return ended(t, dir) && !alive(server) })
}

func TestEverythingKilledAtOnceStartsAgain(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	u := startUser(t, userOrder{DataDir: dir, Command: "macrowatch demo"}, nil)
	run(t, u.ready(t), "create table kept as select 'still here' as word")
	server := serverPID(dir)
	guard := parentOf(t, server)
	for _, pid := range []int{u.cmd.Process.Pid, guard, server} {
		signalTo(t, pid, syscall.SIGKILL)
	}
	cfg := testConfig(dir)
	cfg.Instance = &InstanceInfo{Command: "macrowatch demo"}
	s := open(t, cfg)
	if got := query(t, s.OwnerURL(), "select word from kept"); got != "still here" {
		t.Errorf("kept %q", got)
	}
}

// PostgreSQL refuses to start while postmaster.pid names a living process of its own user, whatever process that is.
func TestStalePIDOfALiveStrangerDoesNotKeepTheServerDown(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := open(t, testConfig(dir))
	server := serverPID(dir)
	l := layout{dir: dir}
	as, err := serverAccount(l)
	if err != nil {
		t.Fatal(err)
	}
	stranger := as.command(t.Context(), "/bin/sleep", "600")
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stranger.Process.Kill()
		_ = stranger.Wait()
	})
	text, err := os.ReadFile(pidFile(l))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	stale := strings.Replace(string(text), strconv.Itoa(server), strconv.Itoa(stranger.Process.Pid), 1)
	if err := os.WriteFile(pidFile(l), []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := as.giveFile(pidFile(l)); err != nil {
		t.Fatal(err)
	}
	again := open(t, testConfig(dir))
	query(t, again.OwnerURL(), "select 'up'")
	if !alive(stranger.Process.Pid) {
		t.Error("the stranger was killed")
	}
}

func TestKillDuringInitialisationLeavesNothingBroken(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	halfMade := func() []string {
		dirs, err := filepath.Glob(filepath.Join(dir, ".postgres-*", "base"))
		if err != nil {
			t.Fatal(err)
		}
		return dirs
	}
	for tries := 1; ; tries++ {
		u := startUser(t, userOrder{DataDir: dir}, nil)
		eventually(t, patience, "initialisation has begun", func() bool { return len(halfMade()) > 0 })
		u.kill()
		if _, err := os.Stat(layout{dir: dir}.pgdata()); errors.Is(err, os.ErrNotExist) {
			break
		}
		if tries == 5 {
			t.Fatal("initialisation was always over before the kill")
		}
		dir = newDir(t)
	}
	s := open(t, testConfig(dir))
	query(t, s.OwnerURL(), "select 'up'")
	if left, err := filepath.Glob(filepath.Join(dir, ".postgres-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// When initdb is killed, its server process goes on making files for a moment. The writers here do the same. They
// end when the directory is gone, or by themselves after half a second.
func TestWhatIsStillBeingWrittenIsRemoved(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	left := filepath.Join(dir, ".postgres-123")
	if err := os.MkdirAll(filepath.Join(left, "base"), 0o711); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(filepath.Join(left, "base"))
	if err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	t.Cleanup(func() {
		writers.Wait()
		_ = root.Close()
	})
	until := time.Now().Add(500 * time.Millisecond)
	for w := range 4 {
		writers.Go(func() {
			for i := 0; time.Now().Before(until); i++ {
				f, err := root.Create(fmt.Sprintf("%d-%d", w, i))
				if err != nil {
					return
				}
				_ = f.Close()
			}
		})
	}
	s := open(t, testConfig(dir))
	query(t, s.OwnerURL(), "select 'up'")
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is there still: %v", left, err)
	}
}

// A process can start a guard and be killed. Before that guard takes its lock, the next user may find the lock free
// and start another guard. Only one of the two guards then keeps the server, and every user must get it.
func TestTwoGuardsAtOnceKeepOneServer(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	users, err := openLock(l.usersLock())
	if err != nil {
		t.Fatal(err)
	}
	defer users.close()
	if ok, err := users.try(disk.Shared); !ok || err != nil {
		t.Fatal(ok, err)
	}
	var starts sync.WaitGroup
	for range 3 {
		starts.Go(func() {
			at, err := startOrJoin(t.Context(), testConfig(l.dir).withDefaults(), l)
			if err == nil {
				_, err = tryQuery(t.Context(), socketURL(at.socketDir, ownerName, at.secrets.Owner, databaseName, URLForm{}), "select 'up'")
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	starts.Wait()
}
