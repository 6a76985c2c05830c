package e2e

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

func migratedTo(t *testing.T, migrations int) string {
	t.Helper()
	url := pgtest.URL(t)
	sql := run(t, []string{"DATABASE_URL=" + url}, "migrate", "--print").out
	end := 0
	for range migrations {
		end += strings.Index(sql[end:], "\nCOMMIT;") + len("\nCOMMIT;")
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql[:end]); err != nil {
		t.Fatal(err)
	}
	return url
}

func TestExplore(t *testing.T) {
	for _, n := range []int{0, 1, 6, 11} {
		url := migratedTo(t, n)
		dir := t.TempDir()
		signals := write(t, dir, "s.csv", "strategy,instrument,timestamp,direction,confidence\nMOM,USDBRL,2026-06-12T06:00:00Z,LONG,0.5\n")
		_ = signals
		for _, args := range [][]string{
			{"import", "signals", "--database-url", url, "/work/w-fin12/examples/signals.csv"},
			{"import", "pipeline-runs", "--database-url", url, "/work/w-fin12/examples/pipeline-runs.csv"},
			{"import", "prices", "--database-url", url, "/work/w-fin12/examples/prices.csv"},
			{"exec", "--step", "fred", "--database-url", url, "--spool-dir", dir + "/spool", "--", "true"},
			{"exec", "--check", "--step", "fred", "--database-url", url, "--spool-dir", dir + "/spool"},
			{"spool", "list", "--spool-dir", dir + "/spool"},
			{"spool", "retry", "--database-url", url, "--spool-dir", dir + "/spool"},
			{"risk", "--database-url", url},
			{"risk", "--stale", "--database-url", url},
			{"risk", "--backfill", "2026-01-01", "2026-01-05", "--database-url", url},
			{"status", "--database-url", url},
			{"doctor", "--database-url", url},
			{"report", "-o", dir + "/r.html", "--database-url", url},
			{"report", "daily", "-o", dir + "/r.html", "--database-url", url},
			{"token", "list", "--database-url", url},
			{"token", "create", "x", "--database-url", url},
			{"token", "revoke", "x", "--database-url", url},
			{"session", "list", "--database-url", url},
			{"session", "revoke", "--all", "--database-url", url},
			{"desk", "run", "--database-url", url, "--from", "2026-01-01", "--to", "2026-01-05"},
			{"dashboards", "check", "--database-url", url},
			{"database", "backup", dir + "/b", "--database-url", url},
			{"migrate", "status", "--database-url", url},
			{"migrate", "--reader-role", "x", "--database-url", url},
			{"lineage", "--database-url", url},
			{"serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", url},
			{"demo", "--open=false", "--listen", "127.0.0.1:0", "--database-url", url, "--help"},
		} {
			r := run(t, nil, args...)
			if args[len(args)-1] == "--help" {
				continue
			}
			t.Logf("%d %v: %d\n%.600s\n%s", n, args[:2], r.status, r.out, r.errout)
		}
	}
}
