package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// foreignRuns makes a table of runs as another tool might.
const foreignRuns = `CREATE TABLE pipeline_runs (run_id uuid, step_name text, status text, started_at timestamptz,
	finished_at timestamptz, duration_seconds numeric, error_message text)`

func TestATableOfAnotherToolIsShownAndNotWrittenWithoutItsKey(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	url := db.Config().ConnString()
	if _, err := db.Exec(t.Context(), foreignRuns); err != nil {
		t.Fatal(err)
	}
	how := "pipeline_runs        made by another tool (public.pipeline_runs, owner " + db.Config().ConnConfig.User + "): read only: it has no unique key on (run_id)\n"
	before := run(t, nil, "migrate", "status", "--database-url", url)
	if before.status != 1 || !strings.Contains(before.out, how) {
		t.Errorf("status before: %d %s%s", before.status, before.out, before.errout)
	}
	for _, args := range [][]string{{"migrate"}, {"migrate", "status"}, {"migrate"}} {
		if r := run(t, nil, append(args, "--database-url", url)...); r.status != 0 || !strings.Contains(r.out, how) {
			t.Errorf("%v: %d %s%s", args, r.status, r.out, r.errout)
		}
	}

	const sentence = "table public.pipeline_runs was made by another tool and macrowatch can only read it: it has no unique key on (run_id)"
	file := filepath.Join(t.TempDir(), "runs.csv")
	if err := os.WriteFile(file, []byte("run_id,step_name,status,started_at\na0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,fred,RUNNING,2026-03-02T06:00:00Z\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRefuse(t, run(t, nil, "import", "--database-url", url, "pipeline-runs", file), 1, sentence)
	mustRefuse(t, run(t, nil, "demo", "--open=false", "--listen", "127.0.0.1:0", "--database-url", url), 1, sentence)
	if r := run(t, nil, "exec", "--database-url", url, "--step", "fred", "--", "true"); r.status != 0 || !strings.Contains(r.errout, sentence) {
		t.Errorf("exec: %d %s", r.status, r.errout)
	}
	if r := run(t, nil, "dashboards", "check", "--dir", "../..", "--database-url", url); r.status != 0 {
		t.Errorf("the dashboards on such a table: %s%s", r.out, r.errout)
	}

	if _, err := db.Exec(t.Context(), "CREATE UNIQUE INDEX ON pipeline_runs (run_id)"); err != nil {
		t.Fatal(err)
	}
	if r := run(t, nil, "exec", "--database-url", url, "--step", "fred", "--", "true"); r.status != 0 || r.errout != "" {
		t.Errorf("exec with a key: %d %s", r.status, r.errout)
	}
	if r := run(t, nil, "migrate", "status", "--database-url", url); r.status != 0 || !strings.Contains(r.out, "): read and written\n") {
		t.Errorf("status with a key: %d %s%s", r.status, r.out, r.errout)
	}
}

func TestATableThatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if _, err := db.Exec(t.Context(), strings.Replace(foreignRuns, "started_at timestamptz", "started_at timestamp", 1)); err != nil {
		t.Fatal(err)
	}
	url := db.Config().ConnString()
	mustRefuse(t, run(t, nil, "migrate", "--database-url", url), 1,
		"table public.pipeline_runs: column started_at is timestamp without time zone, whose zone would have to be guessed")
	r := run(t, nil, "migrate", "status", "--database-url", url)
	mustRefuse(t, r, 1, "can't be used")
	if !strings.Contains(r.out, "does not fit: column started_at is timestamp without time zone") {
		t.Errorf("status says %s", r.out)
	}
}
