package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"macrowatch/internal/testkit/testenv"
)

// A restore that is killed leaves the old database or the new one, each as a whole. A backup that is killed leaves no
// file of that name. A run that was kept on disk meanwhile is delivered to the restored database.
func TestFaultsWithinABackupOrARestore(t *testing.T) {
	t.Parallel()
	const rows = 30_000
	kills := testenv.Scaled(3, 30)
	dir, folder, spool := emptyDir(t), t.TempDir(), t.TempDir()
	s := servePrivate(t, dir)
	owner := databaseURL(t, dir)
	if out, err := importing(t, owner, signalsFile(t, rows)).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	path := backedUp(t, dir, filepath.Join(folder, "desk.dump"))
	began := time.Now()
	backedUp(t, dir, filepath.Join(folder, "again.dump"))
	backupTakes := time.Since(began)
	chance := rand.New(rand.NewPCG(faultSeed, 1))
	killed := func(takes time.Duration, args ...string) {
		c := exec.Command(program(t), append(args, "--data-dir", dir)...)
		c.Env = ownEnv(t)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(chance.Float64() * float64(takes)))
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	for n := range kills {
		to := filepath.Join(folder, fmt.Sprintf("killed-%d.dump", n))
		killed(backupTakes, "database", "backup", to)
		if _, err := os.Stat(to); err == nil { // the kill came too late
			if r := run(t, nil, "database", "restore", to, "--data-dir", dataDir(t)); r.status != 0 {
				t.Errorf("a backup that is there can't be restored: %+v", r)
			}
		}
	}
	s.stop(t)
	began = time.Now()
	if r := run(t, nil, "database", "restore", path, "--replace", "--data-dir", dir); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	restoreTakes := time.Since(began)
	s = servePrivate(t, dir)
	const shrink = "DELETE FROM strategy_signals WHERE generated_at > (SELECT min(generated_at) FROM strategy_signals)"
	mustSQL(t, owner, shrink)
	old := scalar[int](t, owner, "SELECT count(*) FROM strategy_signals")
	s.stop(t)
	execInVain(t, []string{"DATABASE_URL=" + owner, "MACROWATCH_SPOOL_DIR=" + spool}, "kept")

	outcomes := map[int]int{}
	for range kills {
		killed(restoreTakes, "database", "restore", path, "--replace")
		s := servePrivate(t, dir)
		found := scalar[int](t, owner, "SELECT count(*) FROM strategy_signals")
		if outcomes[found]++; found != old && found != rows {
			t.Errorf("a killed restore left %d rows, which is neither %d nor %d", found, old, rows)
		}
		mustSQL(t, owner, shrink)
		s.stop(t)
	}
	t.Logf("after %d kills the table held (rows: times) %v", kills, outcomes)
	if r := run(t, nil, "database", "restore", path, "--replace", "--data-dir", dir); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	servePrivate(t, dir)
	if n := scalar[int](t, owner, "SELECT count(*) FROM strategy_signals"); n != rows {
		t.Errorf("%d rows of %d", n, rows)
	}
	if n := scalar[int](t, owner, "SELECT count(*) FROM pg_database WHERE datname LIKE 'macrowatch%'"); n != 1 {
		t.Errorf("%d databases are left", n)
	}
	mustExec(t, []string{"DATABASE_URL=" + owner, "MACROWATCH_SPOOL_DIR=" + spool}, "afterwards")
	if got := runsOf(t, owner, "kept"); got != "FAILED exit status 7" {
		t.Errorf("the run that was kept is %q", got)
	}
}
