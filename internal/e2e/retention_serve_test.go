package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/pgtest"
)

// serve removes old rows by itself at the quiet hour, says so in its log and its metrics, and never without the section.
func TestServeRemovesOldRowsAtTheQuietHour(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	mustSQL(t, address, `INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at)
		SELECT n::text, 'fred', 'SUCCESS', t, t FROM generate_series(1, 9) n, LATERAL (SELECT timestamptz '2020-03-01Z' + n * interval '1 day' AS t) d`)
	// The clock stands before the machine's, so that it can be 1:30 at the desk, half an hour after its quiet hour.
	quiet := clockAt(time.Date(2026, 3, 4, 4, 30, 0, 0, time.UTC))
	write := func(text string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "desk.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	serve := func(file string) *service {
		t.Helper()
		return startCommand(t, quiet.command(t, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", address, "--desk-file", file, "--log-format", "json", "--verbose"))
	}
	runs := func() int {
		return scalar[int](t, address, "SELECT count(*)::int FROM pipeline_runs WHERE step_name = 'fred'")
	}
	without := serve(write("name: Ours\n"))
	eventually(t, "the tasks have begun", func() (bool, string) {
		_, text := get(t, without.path("/metrics"))
		return strings.Contains(text, `macrowatch_background_up{task="expected_runs"} 1`), text
	})
	if _, text := get(t, without.path("/metrics")); strings.Contains(text, "macrowatch_retention") || strings.Contains(text, `task="retention"`) || runs() != 9 {
		t.Errorf("without a rule, %d runs are left", runs())
	}
	without.stop(t)
	s := serve(write("name: Ours\nretention:\n  tables:\n    pipeline_runs: {drop_after: 2y}\n"))
	eventually(t, "old rows are gone", func() (bool, string) { return runs() == 1, fmt.Sprint(runs(), s.log.String()) })
	eventually(t, "the metrics", func() (bool, string) {
		_, text := get(t, s.path("/metrics"))
		return strings.Contains(text, `macrowatch_retention_removed_rows_total{action="drop",table="pipeline_runs"} 8`) &&
			strings.Contains(text, "macrowatch_retention_completed_timestamp_seconds") && strings.Contains(text, `macrowatch_background_up{task="retention"} 1`), text
	})
	if log := s.log.String(); !strings.Contains(log, "old rows are removed") {
		t.Errorf("the log: %s", log)
	}
}
