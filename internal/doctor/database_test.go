package doctor_test

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/doctor"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// finding returns the one finding of a check.
func finding(t *testing.T, all []doctor.Finding, check string) doctor.Finding {
	t.Helper()
	for _, f := range all {
		if f.Check == check {
			return f
		}
	}
	t.Fatalf("no finding %q in %+v", check, all)
	return doctor.Finding{}
}

// examine looks at the database of a URL.
func examine(t *testing.T, address string, now func() time.Time) []doctor.Finding {
	t.Helper()
	s, err := store.Open(t.Context(), address, store.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return doctor.Database(t.Context(), s, now)
}

func exec(t *testing.T, address string, statements ...string) {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for _, s := range statements {
		if _, err := pool.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestDatabaseFindingsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		migrated   bool
		statements []string
		check      string
		severity   doctor.Severity
		text, do   string
	}{
		"no tables":       {false, nil, "tables", doctor.Problem, "migrations are missing", "macrowatch migrate"},
		"a fresh desk":    {true, nil, "tables", doctor.OK, "migrations are applied", ""},
		"nothing in them": {true, nil, "empty tables", doctor.Warning, "pipeline_runs, strategy_signals, portfolio_state", "macrowatch exec"},
		"a newer schema": {true, []string{"INSERT INTO macrowatch_migrations (version, name, checksum) VALUES (9999, 'later', 'x')"},
			"tables", doctor.Problem, "newer", "newer one"},
		"a step that stopped": {true, []string{"INSERT INTO pipeline_runs (run_id, step_name, status, started_at) SELECT 'r', 'fred', 'RUNNING', now() - interval '9 days'"},
			"newest of pipeline_runs", doctor.Warning, "9 days ago", "still runs"},
		"a step that runs": {true, []string{"INSERT INTO pipeline_runs (run_id, step_name, status, started_at) SELECT 'r', 'fred', 'RUNNING', now() - interval '9 hours'"},
			"newest of pipeline_runs", doctor.OK, "", ""},
		"a signal of tomorrow": {true, []string{"INSERT INTO strategy_signals SELECT 'S', 'USDBRL', 'LONG', 0.5, 0.5, now() + interval '20 hours'"},
			"newest of strategy_signals", doctor.Warning, "after the database's clock", "time zone"},
		"another tool's words": {false, []string{"CREATE TABLE pipeline_runs (run_id text PRIMARY KEY, step_name text, status text, started_at timestamptz, finished_at timestamptz, duration_seconds float8, error_message text)",
			"INSERT INTO pipeline_runs SELECT 'r' || n, 'fred', 'GLOOPED', now() FROM generate_series(1, 3) n", "migrate"},
			"words of pipeline_runs", doctor.Warning, `"GLOOPED" (3 rows)`, "--words-file"},
		"another tool's table that fits": {false, []string{"CREATE TABLE pipeline_runs (run_id text PRIMARY KEY, step_name text, status text, started_at timestamptz, finished_at timestamptz, duration_seconds float8, error_message text)", "migrate"},
			"table pipeline_runs", doctor.OK, "reads and writes", ""},
		"another tool's table without a key": {false, []string{"CREATE TABLE pipeline_runs (run_id text, step_name text, status text, started_at timestamptz, finished_at timestamptz, duration_seconds float8, error_message text)", "migrate"},
			"table pipeline_runs", doctor.Warning, "only reads it", "otherwise mend"},
		"rows that say nothing": {false, []string{"CREATE TABLE portfolio_state (\"timestamp\" timestamptz, strategy_id text, instrument text, weight float8, total_equity float8)",
			"INSERT INTO portfolio_state VALUES (now(), 'S', 'USDBRL', 'NaN', 100)", "migrate"},
			"rows of portfolio_state", doctor.Warning, "weight", "Rows Left Out"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := pgtest.URL(t)
			if c.migrated {
				address = pgtest.MigratedURL(t)
			}
			for _, s := range c.statements {
				if s == "migrate" {
					migrate(t, address)
				} else {
					exec(t, address, s)
				}
			}
			f := finding(t, examine(t, address, time.Now), c.check)
			if f.Severity != c.severity || !strings.Contains(f.Text, c.text) || !strings.Contains(f.Do, c.do) || (f.Do == "") != (f.Severity == doctor.OK) {
				t.Errorf("%+v", f)
			}
		})
	}
}

func migrate(t *testing.T, address string) {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if err := store.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
}

func TestTheClocksAreCompared(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	for name, c := range map[string]struct {
		ahead    time.Duration // of this machine's clock
		severity doctor.Severity
		text     string
	}{
		"alike":            {0, doctor.OK, "agree"},
		"a little behind":  {-30 * time.Second, doctor.Warning, "ahead of this machine's"},
		"a little ahead":   {30 * time.Second, doctor.Warning, "behind this machine's"},
		"an hour ahead":    {time.Hour, doctor.Problem, "1h0m"},
		"a whole day back": {-24 * time.Hour, doctor.Problem, "24h0m"},
	} {
		t.Run(name, func(t *testing.T) {
			f := finding(t, examine(t, address, func() time.Time { return time.Now().Add(c.ahead) }), "clock")
			if f.Severity != c.severity || !strings.Contains(f.Text, c.text) && c.ahead.Abs() < time.Hour {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestALoginThatOnlyReadsIsSaid(t *testing.T) {
	t.Parallel()
	server := pgtest.OwnServer(t)
	address := server()
	migrate(t, address)
	exec(t, address, "CREATE ROLE looker LOGIN PASSWORD 'x'", "CREATE ROLE stranger LOGIN PASSWORD 'x'",
		"GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker")
	for login, c := range map[string]struct {
		severity doctor.Severity
		text     string
	}{
		"looker":   {doctor.Warning, "looker may read and not write pipeline_runs"},
		"stranger": {doctor.Problem, "stranger may not read pipeline_runs"},
	} {
		t.Run(login, func(t *testing.T) {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			u.User = url.UserPassword(login, "x")
			all := examine(t, u.String(), time.Now)
			if login == "stranger" {
				if doctor.Worst(all) != doctor.Problem {
					t.Errorf("%+v", all)
				}
				return
			}
			if f := finding(t, all, "rights"); f.Severity != c.severity || !strings.HasPrefix(f.Text, c.text) {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestAPoolerIsSaid(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	if f := finding(t, examine(t, address, time.Now), "connection"); strings.Contains(f.Text, "pooler") {
		t.Errorf("%+v", f)
	}
	pooled := pgtest.PgBouncer(t, address, pgtest.TransactionPooling)
	if f := finding(t, examine(t, pooled, time.Now), "connection"); !strings.Contains(f.Text, "through a connection pooler") {
		t.Errorf("%+v", f)
	}
}

func TestAStandbyIsSaid(t *testing.T) {
	t.Parallel()
	primary, standby := pgtest.Replicated(t)
	migrate(t, primary)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		all := examine(t, standby, time.Now)
		if finding(t, all, "tables").Severity != doctor.OK {
			time.Sleep(50 * time.Millisecond) // it has not replayed the migrations yet
			continue
		}
		if f := finding(t, all, "connection"); f.Severity != doctor.Warning || !strings.Contains(f.Text, "to a standby") {
			t.Errorf("%+v", f)
		}
		return
	}
	t.Fatal("the standby never had the tables")
}
