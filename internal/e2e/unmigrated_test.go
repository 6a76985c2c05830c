package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// migratedTo returns the URL of a database that has only the first migrations, and how many it lacks.
func migratedTo(t *testing.T, migrations int) (url string, missing int) {
	t.Helper()
	url = pgtest.URL(t)
	script := run(t, nil, "migrate", "--print").out
	const ends = "\nCOMMIT;"
	end := 0
	for range migrations {
		end += strings.Index(script[end:], ends) + len(ends)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), script[:end]); err != nil {
		t.Fatal(err)
	}
	return url, strings.Count(script[end:], ends)
}

// Whoever forgets to migrate reads what to do, and not which relation PostgreSQL misses.
func TestCommandsOnADatabaseThatIsNotMigratedSaySo(t *testing.T) {
	t.Parallel()
	example := func(name string) string { return filepath.Join("..", "..", "examples", name) }
	report := filepath.Join(t.TempDir(), "report.html")
	calls := map[string][]string{
		"import signals":       {"import", "signals", example("signals.jsonl")},
		"import pipeline-runs": {"import", "pipeline-runs", example("pipeline-runs.csv")},
		"import prices":        {"import", "prices", "--json", example("prices.csv")},
		"risk":                 {"risk"},
		"risk --as-of":         {"risk", "--as-of", "2026-06-12"},
		"risk --stale":         {"risk", "--stale", "--json"},
		"risk --backfill":      {"risk", "--backfill", "2026-01-01", "2026-01-05"},
		"status":               {"status"},
		"status --json":        {"status", "--json", "--only", "risk"},
		"report":               {"report", "-o", report},
		"report --daily":       {"report", "--daily", "-o", report},
		"token list":           {"token", "list"},
		"token create":         {"token", "create", "airflow"},
		"token revoke":         {"token", "revoke", "airflow"},
		"session list":         {"session", "list", "--json"},
		"session revoke":       {"session", "revoke", "--user", "ana"},
		"serve":                {"serve", "--open=false", "--listen", "127.0.0.1:0"},
		"serve, with a login":  {"serve", "--open=false", "--listen", "127.0.0.1:0", "--users-file", usersFile(t)},
		"doctor":               {"doctor"},
		"dashboards check":     {"dashboards", "check", "--dir", t.TempDir()},
	}
	for _, migrations := range []int{0, 3, 12} {
		url, missing := migratedTo(t, migrations)
		for name, args := range calls {
			t.Run(fmt.Sprintf("%s, %d migrations", name, migrations), func(t *testing.T) {
				t.Parallel()
				r := run(t, []string{"DATABASE_URL=" + url}, args...)
				if r.status == 0 {
					t.Errorf("it succeeds: %s%s", r.out, r.errout)
				}
				said := r.errout
				if name == "doctor" {
					said = strings.ReplaceAll(r.out, "Run macrowatch migrate as", "run macrowatch migrate first")
				}
				if !strings.Contains(said, "run macrowatch migrate first") || !strings.Contains(said, fmt.Sprintf("%d of ", missing)) {
					t.Errorf("it says %s", said)
				}
				for _, word := range []string{"relation", "does not exist", "SQLSTATE", "macrowatch_words"} {
					if strings.Contains(r.out+r.errout, word) {
						t.Errorf("it says %q: %s%s", word, r.out, r.errout)
					}
				}
			})
		}
	}
	t.Run("exec", func(t *testing.T) {
		t.Parallel()
		env := []string{"DATABASE_URL=" + pgtest.URL(t), "MACROWATCH_SPOOL_DIR=" + filepath.Join(t.TempDir(), "spool")}
		for _, c := range []struct {
			args   []string
			status int
		}{{[]string{"exec", "--step", "fred", "--", "true"}, 0}, {[]string{"exec", "--check"}, 1}, {[]string{"spool", "retry"}, 1}, {[]string{"spool", "list"}, 0}} {
			r := run(t, env, c.args...)
			if said := r.out + r.errout; r.status != c.status || !strings.Contains(said, "the database lacks the table pipeline_runs: run macrowatch migrate first") || strings.Contains(said, "relation") {
				t.Errorf("%q: %d %s", c.args, r.status, said)
			}
		}
	})
	t.Run("database backup", func(t *testing.T) {
		t.Parallel()
		to := t.TempDir()
		r := run(t, []string{"DATABASE_URL=" + pgtest.URL(t)}, "database", "backup", to)
		if files, err := os.ReadDir(to); r.status != 1 || r.out != "" || !strings.Contains(r.errout, "nothing was backed up") || !strings.Contains(r.errout, "run macrowatch migrate first") || len(files) > 0 || err != nil {
			t.Errorf("of an empty database: %+v, %v, %v", r, files, err)
		}
		older, _ := migratedTo(t, 3)
		if r := run(t, []string{"DATABASE_URL=" + older}, "database", "backup", to); r.status != 0 || !strings.Contains(r.errout, "4 tables") {
			t.Errorf("of an older version's tables: %+v", r)
		}
	})
	if _, err := os.Stat(report); err == nil {
		t.Error("there is a report")
	}
}

// The programs of a desk are not all replaced at once.
func TestImportTakesADatabaseThatANewerVersionMigrated(t *testing.T) {
	t.Parallel()
	url := pgtest.MigratedURL(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "INSERT INTO macrowatch_migrations (version, name, checksum) SELECT max(version) + 1, 'newer', 'x' FROM macrowatch_migrations"); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"import", "signals", filepath.Join("..", "..", "examples", "signals.jsonl")}, {"token", "list"}, {"database", "backup", t.TempDir()}} {
		if r := run(t, []string{"DATABASE_URL=" + url}, args...); r.status != 0 {
			t.Errorf("%q: %+v", args, r)
		}
	}
}
