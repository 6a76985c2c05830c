package e2e

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/testkit/pgtest"
)

// deskFiles writes one file of each kind that a desk imports, and gives their kinds and paths. A file comes after
// those that it refers to.
func deskFiles(t *testing.T) []struct{ kind, path string } {
	t.Helper()
	dir := t.TempDir()
	var prices strings.Builder
	prices.WriteString("date,instrument,price\n")
	for n := range 100 {
		day := time.Date(2026, 5, 28-n, 0, 0, 0, 0, time.UTC)
		fmt.Fprintf(&prices, "%s,USDBRL,%.4f\n", day.Format(time.DateOnly), 5+0.1*math.Sin(float64(n*n)))
	}
	var files []struct{ kind, path string }
	for _, f := range []struct{ kind, text string }{
		{"instruments", "instrument,kind,quoted_in\nUSDBRL,price,BRL per USD\n"},
		{"prices", prices.String()},
		{"portfolio-states", "timestamp,strategy_id,instrument,weight,total_equity\n2026-05-28T20:00:00-03:00,FX_1,USDBRL,0.5,100\n"},
		{"signals", "strategy_id,instrument,direction,strength,confidence,generated_at\nFX_1,USDBRL,LONG,0.5,0.6,2026-05-28T10:00:00Z\n"},
		{"pipeline-runs", "run_id,step_name,status,started_at,finished_at,error_message\nr-1,bcb_ptax,FAILED,2026-05-28T09:00:00Z,2026-05-28T09:01:00Z,câmbio indisponível: é domingo\n"},
	} {
		files = append(files, struct{ kind, path string }{f.kind, write(t, dir, f.kind+".csv", f.text)})
	}
	return files
}

// everyCommand runs every command that works on a database given by its URL. The database has no tables at first. Then
// it looks through the page's API at what the commands have recorded.
func everyCommand(t *testing.T, url string) {
	t.Helper()
	env, _ := spooling(t, url)
	succeed := func(args ...string) {
		t.Helper()
		if r := run(t, env, args...); r.status != 0 {
			t.Errorf("macrowatch %s: exit status %d: %s%s", strings.Join(args, " "), r.status, r.out, r.errout)
		}
	}
	succeed("migrate")
	succeed("migrate", "status")
	succeed("dashboards", "check", "--dir", "../..")
	for range 2 { // the second time, every row is there already
		for _, f := range deskFiles(t) {
			succeed("import", f.kind, f.path)
		}
	}
	for range 3 {
		mustExec(t, env, "fred")
	}
	succeed("risk", "--allow-missing")
	s := start(t, env, "serve", "--listen", "127.0.0.1:0", "--open=false")
	mustExec(t, env, "yahoo")
	for _, uid := range dashboards(t, s.url) {
		for id, p := range panelsOf(t, s.url, uid, "?from=2026-05-01&to=now") {
			if p.Error != "" {
				t.Errorf("%s, panel %d: %s", uid, id, p.Error)
			}
		}
	}
	status, body := get(t, s.url+"/api/dashboards/uid/pipeline-health/panels?from=2026-05-01&to=2026-06-01")
	if status != http.StatusOK || !strings.Contains(body, "câmbio indisponível: é domingo") {
		t.Errorf("the failure's text is not on the page (%d)", status)
	}
}

func TestEveryCommandWorksBehindPgBouncer(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{pgtest.SessionPooling, pgtest.TransactionPooling} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			everyCommand(t, pgtest.PgBouncer(t, pgtest.URL(t), mode))
		})
	}
}

func TestEveryCommandWorksInOtherEncodings(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"LATIN1", "SQL_ASCII"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			everyCommand(t, pgtest.EncodedURL(t, encoding))
		})
	}
}

// Several readers look at the dashboards at once, and the login may have three connections.
func TestALoginWithThreeConnectionsFillsEveryPanel(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	for _, f := range deskFiles(t) {
		if r := run(t, nil, "import", "--database-url", address, f.kind, f.path); r.status != 0 {
			t.Fatal(r.errout)
		}
	}
	env, _ := spooling(t, pgtest.LimitedURL(t, address, 3))
	s := start(t, env, "serve", "--listen", "127.0.0.1:0", "--open=false")
	var all sync.WaitGroup
	for range 3 {
		for _, uid := range dashboards(t, s.url) {
			all.Go(func() {
				for id, p := range panelsOf(t, s.url, uid, "?from=now-5y&to=now") {
					if p.Error != "" {
						t.Errorf("%s, panel %d: %s", uid, id, p.Error)
					}
				}
			})
		}
	}
	all.Wait()
	if status, body := get(t, s.url+"/readyz"); status != http.StatusOK {
		t.Errorf("readyz: %d %s", status, body)
	}
}

// Two pages are opened on a table that another session has locked.
func TestALockedTableIsNamedAndTheServerStaysHealthy(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	env, _ := spooling(t, address)
	s := start(t, env, "serve", "--listen", "127.0.0.1:0", "--open=false")
	db, err := pgxpool.New(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if _, err := tx.Exec(t.Context(), "LOCK TABLE pipeline_runs IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for id, p := range panelsOf(t, s.url, "pipeline-health", "") {
				if !strings.Contains(p.Error, "waiting for a lock on pipeline_runs") {
					t.Errorf("panel %d says %q", id, p.Error)
				}
			}
		})
	}
	all.Go(func() {
		for id, p := range panelsOf(t, s.url, "risk-dashboard", "") {
			if p.Error != "" {
				t.Errorf("risk panel %d, whose tables are not locked: %s", id, p.Error)
			}
		}
	})
	for _, path := range []string{"readyz", "api/health", ""} {
		if status, body := get(t, s.url+"/"+path); status != http.StatusOK {
			t.Errorf("%q: %d %s", path, status, body)
		}
	}
	all.Wait()
}

// serve reads from a hot standby while the desk writes to its primary.
func TestAStandbyIsServed(t *testing.T) {
	t.Parallel()
	primary, standby := pgtest.Replicated(t)
	writer, _ := spooling(t, primary)
	reader, _ := spooling(t, standby)
	s := start(t, reader, "serve", "--listen", "127.0.0.1:0", "--open=false")
	_, before := get(t, s.url+"/api/changes")
	mustExec(t, writer, "fred")
	eventually(t, "the page learns of a run on the primary", func() (bool, string) {
		_, after := get(t, s.url+"/api/changes")
		return after != before, after
	})
	eventually(t, "the run is on the page", func() (bool, string) {
		_, body := get(t, s.url+"/api/dashboards/uid/pipeline-health/panels")
		return strings.Contains(body, "SUCCESS"), ""
	})
	for _, uid := range dashboards(t, s.url) {
		for id, p := range panelsOf(t, s.url, uid, "") {
			if p.Error != "" {
				t.Errorf("%s, panel %d: %s", uid, id, p.Error)
			}
		}
	}
}

// The table is another tool's, and its columns are short.
func TestExecRecordsARunWhoseMessageIsLongerThanTheColumn(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	short := strings.NewReplacer("error_message text", "error_message varchar(255)", "run_id uuid", "run_id uuid PRIMARY KEY",
		"duration_seconds numeric", "duration_seconds numeric(3,1)").Replace(foreignRuns)
	if _, err := db.Exec(t.Context(), short); err != nil {
		t.Fatal(err)
	}
	env, spool := spooling(t, db.Config().ConnString())
	if r := run(t, env, "migrate"); r.status != 0 {
		t.Fatal(r.errout)
	}
	const script = "seq 1 500 >&2; echo 'ValueError: no price' >&2; exit 3"
	if r := run(t, env, "exec", "--step", "fred", "--", "sh", "-c", script); r.status != 3 || strings.Contains(r.errout, "not recorded") {
		t.Errorf("exec: %d, standard error ends with %q", r.status, r.errout[max(0, len(r.errout)-200):])
	}
	if got := runsOf(t, db.Config().ConnString(), "fred"); !strings.HasPrefix(got, "FAILED [...]") || !strings.HasSuffix(got, "ValueError: no price") {
		t.Errorf("recorded: %q", got)
	}
	if files := waiting(t, spool); len(files) > 0 {
		t.Errorf("left in the spool: %v", files)
	}
}
