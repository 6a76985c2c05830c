package e2e

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// inThisDatabase leaves the locks of other databases out of a query of pg_locks. Databases made from one template give their tables the
// same numbers, so a lock of another test's database would count.
const inThisDatabase = ` AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

// giveUpAfter is for how long the database of these imports may be silent. A database on a busy machine answers sooner.
const giveUpAfter = "5s"

// lockedImport starts an import of a thousand signals into a table that another session keeps from being changed, and waits until the
// import waits for the lock.
func lockedImport(t *testing.T, direct, through string) (c *exec.Cmd, errout *bytes.Buffer, unlock func()) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), direct)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	if _, err := conn.Exec(t.Context(), "BEGIN; LOCK TABLE strategy_signals IN SHARE MODE"); err != nil {
		t.Fatal(err)
	}
	c, errout = importing(t, through, signalsFile(t, 1000)), &bytes.Buffer{}
	c.Args, c.Stderr = append(c.Args, "--give-up-after", giveUpAfter), errout
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	eventually(t, "the import waits for the table", func() (bool, string) {
		return scalar[int](t, direct, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'strategy_signals'::regclass"+inThisDatabase) > 0, errout.String()
	})
	return c, errout, func() {
		if _, err := conn.Exec(t.Context(), "COMMIT"); err != nil {
			t.Error(err)
		}
	}
}

// A database that hangs does not hold an import for ever.
func TestAnImportGivesUpOnADatabaseThatHangs(t *testing.T) {
	t.Parallel()
	for name, locked := range map[string]bool{"which has not done what it was asked": true, "whose answer is lost": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			direct := pgtest.MigratedURL(t)
			d, through := doorToDatabase(t, direct)
			c, errout, unlock := lockedImport(t, direct, through)
			d.setSilent(true)
			if !locked {
				unlock()
			}
			_ = c.Wait() // it returns although the database still hangs
			if said := errout.String(); c.ProcessState.ExitCode() != 1 || !strings.Contains(said, "the database has not answered for "+giveUpAfter+"; import it again when the database answers") || strings.Count(said, "\n") != 1 {
				t.Errorf("%d %s", c.ProcessState.ExitCode(), said)
			}
			d.set(true) // the server learns that the program has gone
			if locked {
				unlock()
			}
			waitUntilNoImportRuns(t, direct)
			if n := scalar[int](t, direct, "SELECT count(*) FROM strategy_signals"); n != 0 {
				t.Errorf("%d rows", n)
			}
		})
	}
}

// A database that answers may take its time.
func TestAnImportWaitsForALockWhileTheDatabaseAnswers(t *testing.T) {
	t.Parallel()
	direct := pgtest.MigratedURL(t)
	c, errout, unlock := lockedImport(t, direct, direct)
	eventually(t, "the import has asked for six seconds whether the database answers", func() (bool, string) {
		return scalar[bool](t, direct, `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'macrowatch'
			AND xact_start IS NULL AND state_change - backend_start > interval '6 s')`), errout.String()
	})
	unlock()
	if err := c.Wait(); err != nil {
		t.Errorf("%v %s", err, errout)
	}
	if n := scalar[int](t, direct, "SELECT count(*) FROM strategy_signals"); n != 1000 {
		t.Errorf("%d rows", n)
	}
}
