package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testenv"
)

// hourlyBook writes a snapshot of 40 positions for each hour of some days that ended 60 days ago.
func hourlyBook(t testing.TB, address string, days int) {
	t.Helper()
	mustSQL(t, address, fmt.Sprintf(`INSERT INTO portfolio_state SELECT date_trunc('day', now() AT TIME ZONE 'America/Sao_Paulo') AT TIME ZONE 'America/Sao_Paulo' - interval '60 days' - h * interval '1 hour', 'FX_' || n, 'USDBRL', 0.01, 100
		FROM generate_series(1, %d) h, generate_series(1, 40) n`, 24*days))
}

// retentionJSON is what macrowatch retention --json prints.
type retentionJSON struct {
	Removed bool
	Rows    int
	Tables  []struct {
		Table, Action string
		Rows          int
		LeftAlone     string `json:"left_alone"`
	}
}

// retentionOf runs macrowatch retention with --json.
func retentionOf(t *testing.T, env []string, args ...string) (j retentionJSON) {
	t.Helper()
	r := run(t, env, append([]string{"retention", "--json"}, args...)...)
	if r.status != 0 || r.errout != "" {
		t.Fatalf("retention %v: %+v", args, r)
	}
	if err := json.Unmarshal([]byte(r.out), &j); err != nil {
		t.Fatalf("%v: %s", err, r.out)
	}
	return j
}

// However often it is killed, whole snapshots go, and the next call goes on until what the first dry run said is gone.
func TestAKilledRetentionIsGoneOnWith(t *testing.T) {
	t.Parallel()
	days := testenv.Scaled(60, 365)
	address := pgtest.MigratedURL(t)
	hourlyBook(t, address, days)
	env, thin := []string{"DATABASE_URL=" + address}, "portfolio_state=31d"
	count := func() int { return scalar[int](t, address, "SELECT count(*)::int FROM portfolio_state") }
	was := count()
	plan := retentionOf(t, env, "--thin", thin, "--dry-run")
	if plan.Removed || count() != was || plan.Rows < was/2 {
		t.Fatalf("the dry run: %+v, and %d of %d rows are left", plan, count(), was)
	}
	mustRefuse(t, run(t, env, "retention", "--thin", thin), 2, "add --yes to remove the rows without being asked")
	for range testenv.Scaled(3, 20) {
		c := exec.Command(program(t), "retention", "--thin", thin, "--yes")
		c.Env = append(ownEnv(t), env...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		begun := count()
		eventually(t, "rows go", func() (bool, string) {
			now := count()
			return now < begun || now == was-plan.Rows, fmt.Sprint(now)
		})
		time.Sleep(rand.N(20 * time.Millisecond))
		_ = c.Process.Kill()
		_ = c.Wait()
		if torn := scalar[int](t, address, `SELECT count(*)::int FROM (SELECT FROM portfolio_state GROUP BY "timestamp" HAVING count(*) <> 40) torn`); torn > 0 {
			t.Fatalf("%d snapshots are torn", torn)
		}
	}
	var done retentionJSON
	// The server may not have noticed yet that the killed program is gone.
	eventually(t, "the turn is free", func() (bool, string) {
		r := run(t, env, "retention", "--thin", thin, "--yes", "--json")
		return r.status == 0 && json.Unmarshal([]byte(r.out), &done) == nil, r.errout
	})
	if left := count(); !done.Removed || left != was-plan.Rows {
		t.Errorf("%d rows are left, want %d: %+v", left, was-plan.Rows, done)
	}
	if r := run(t, env, "retention", "--thin", thin, "--yes"); r.status != 0 || !strings.Contains(r.out, "Nothing is old enough to go.") {
		t.Errorf("once more: %+v", r)
	}
}

// A second one says that it is being done, and does nothing.
func TestTwoRetentionsAtOnce(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	hourlyBook(t, address, 3)
	env := []string{"DATABASE_URL=" + address}
	const here = " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
	writer, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close(t.Context())
	if _, err := writer.Exec(t.Context(), "BEGIN; LOCK TABLE portfolio_state IN ROW EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	program(t) // is built before anything waits for it
	first := make(chan result)
	go func() { first <- run(t, env, "retention", "--thin", "portfolio_state=31d", "--yes") }()
	eventually(t, "the first one waits", func() (bool, string) {
		return scalar[int](t, address, "SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND granted"+here) > 0, ""
	})
	mustRefuse(t, run(t, env, "retention", "--thin", "portfolio_state=31d", "--yes"), 1, "another macrowatch is removing old rows from this database now")
	if _, err := writer.Exec(t.Context(), "COMMIT"); err != nil {
		t.Fatal(err)
	}
	if r := <-first; r.status != 0 || !strings.Contains(r.out, "removed: ") {
		t.Errorf("the first one: %+v", r)
	}
}

// On a terminal it lists what would go, and asks.
func TestRetentionAsksOnATerminal(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	hourlyBook(t, address, 3)
	for answer, want := range map[string]int{"n\n": 0, "y\n": 1} {
		c := exec.Command(program(t), "retention", "--thin", "portfolio_state=31d")
		c.Env = append(ownEnv(t), "DATABASE_URL="+address, "TERM=dumb")
		terminal, err := pty.StartWithSize(c, &pty.Winsize{Rows: 24, Cols: 200})
		if err != nil {
			t.Fatal(err)
		}
		was := scalar[int](t, address, "SELECT count(*)::int FROM portfolio_state")
		var shown lockedBuffer
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			piece := make([]byte, 4096)
			for {
				n, err := terminal.Read(piece)
				_, _ = shown.Write(piece[:n])
				if err != nil {
					return
				}
			}
		}()
		eventually(t, "the question", func() (bool, string) { return strings.Contains(shown.String(), "for good? [y/N]"), shown.String() })
		if _, err := terminal.WriteString(answer); err != nil {
			t.Fatal(err)
		}
		<-ended
		_ = terminal.Close()
		if err := c.Wait(); err != nil {
			t.Errorf("%q: %v: %s", answer, err, shown.String())
		}
		if now := scalar[int](t, address, "SELECT count(*)::int FROM portfolio_state"); (now < was) != (want == 1) || !strings.Contains(shown.String(), "thin before ") {
			t.Errorf("%q: %d rows of %d are left: %s", answer, now, was, shown.String())
		}
		if want == 1 {
			break
		}
	}
}
