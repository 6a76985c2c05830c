package e2e

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/testenv"
)

const killSeed = 3

// killed is one exec that was killed, or that ended before the kill.
type killed struct {
	step        string
	wantStatus  int
	got         bool // whether the kill ended it; otherwise it ended by itself
	at          time.Time
	alive       time.Time // a time before exec started
	began, over bool      // whether the command began, and whether it ended
}

func TestEveryRunWhoseExecIsKilledIsRecordedOnceAndTruly(t *testing.T) {
	t.Parallel()
	// A few kills show that it works. A hundred and fifty also meet rare moments.
	times := testenv.Scaled(25, 150)
	dir := emptyDir(t)
	s := servePrivate(t, dir)
	url := databaseURL(t, dir)
	env, spoolDir := spooling(t, url)
	marks := t.TempDir()
	chance := rand.New(rand.NewPCG(killSeed, 0))
	all := make([]killed, times)
	for n := range all {
		if n == times/2 {
			s.stop(t) // the other half of the execs has no database
		}
		all[n] = killExec(t, env, marks, n, chance)
	}
	s = servePrivate(t, dir)
	defer s.stop(t)
	for n := range all { // a command runs on when its exec was killed
		k := &all[n]
		k.began, k.over = exists(marks, n, "began"), exists(marks, n, "over")
		if k.began && !k.over {
			eventually(t, "the command ends", func() (bool, string) { return exists(marks, n, "over"), k.step })
			k.over = true
		}
	}
	mustExec(t, env, "afterwards")
	for _, name := range waiting(t, spoolDir) {
		if !strings.HasPrefix(name, ".new-") { // such a file was never finished, so the run was not kept
			t.Errorf("still waiting: %s", name)
		}
	}
	counts := map[string]int{}
	for _, k := range all {
		counts[k.check(t, recordedAs(t, url, k.step))]++
	}
	t.Logf("%d kills with seed %d: %v", times, killSeed, counts)
	if counts["interrupted"] == 0 {
		t.Error("no run was interrupted: the kills came too early or too late to show anything")
	}
}

// killExec starts exec, and kills it at a random moment between its start and a little after its end. Every third time,
// the kill comes shortly after the command has ended, when exec keeps and delivers the end. Every sixth time, it comes
// while the command runs.
func killExec(t *testing.T, env []string, marks string, n int, chance *rand.Rand) killed {
	t.Helper()
	k := killed{step: fmt.Sprintf("kill %d", n), wantStatus: n % 2 * 3}
	length, after := 0.15*chance.Float64(), time.Duration(chance.Int64N(int64(250*time.Millisecond)))
	mark := map[int]string{0: "over", 3: "over", 1: "began"}[n%6] // what the kill waits for
	if mark == "began" {
		length = 2
	}
	script := fmt.Sprintf(": >%[1]d.began; sleep %.3[2]f; : >%[1]d.over; exit %[3]d", n, length, k.wantStatus)
	c := exec.Command(program(t), "exec", "--step", k.step, "--", "sh", "-c", script)
	c.Env, c.Dir = append(ownEnv(t), env...), marks
	k.alive = time.Now()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	var killer sync.WaitGroup
	killer.Go(func() {
		for mark != "" && !exists(marks, n, mark) {
			select {
			case <-ended:
				return
			case <-time.After(time.Millisecond):
			}
		}
		if mark != "" {
			after /= 10
		}
		select {
		case <-ended:
		case <-time.After(after):
			_ = c.Process.Kill()
		}
	})
	defer killer.Wait()
	defer close(ended)
	var exit *exec.ExitError
	if err := c.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	k.got, k.at = !c.ProcessState.Exited(), time.Now()
	if !k.got && c.ProcessState.ExitCode() != k.wantStatus {
		t.Errorf("%s ended with %v", k.step, c.ProcessState)
	}
	return k
}

func exists(dir string, n int, mark string) bool {
	_, err := os.Stat(filepath.Join(dir, fmt.Sprintf("%d.%s", n, mark)))
	return err == nil
}

// row is what the database has of a run.
type row struct {
	Status   string
	Message  string
	Started  time.Time
	Finished time.Time
}

func recordedAs(t *testing.T, url, step string) []row {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), `SELECT status, coalesce(error_message, ''), started_at, coalesce(finished_at, 'epoch')
		FROM pipeline_runs WHERE step_name = $1`, step)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// check compares a run with what was recorded of it, and says in which way it ended.
func (k killed) check(t *testing.T, rows []row) string {
	t.Helper()
	if len(rows) > 1 || k.began && len(rows) == 0 {
		t.Errorf("%s is recorded %d times", k.step, len(rows))
	}
	if len(rows) == 0 {
		return "killed before it began"
	}
	r := rows[0]
	if r.Status == "FAILED" && r.Message == "interrupted" {
		if !k.got || r.Finished.After(k.at) || r.Finished.Before(r.Started) || r.Started.Before(k.alive.Truncate(time.Microsecond)) {
			t.Errorf("%s is recorded as interrupted from %v to %v; exec was killed: %v, at %v", k.step, r.Started, r.Finished, k.got, k.at)
		}
		return "interrupted"
	}
	want := row{Status: "SUCCESS"}
	if k.wantStatus != 0 {
		want = row{Status: "FAILED", Message: fmt.Sprintf("exit status %d", k.wantStatus)}
	}
	if !k.over || r.Status != want.Status || r.Message != want.Message {
		t.Errorf("%s, which should have come to %s %s and was over: %v, is recorded as %+v", k.step, want.Status, want.Message, k.over, r)
	}
	if k.got {
		return "killed after its end was kept"
	}
	return "ended by itself"
}
