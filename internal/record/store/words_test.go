package store_test

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

func configured(t *testing.T, statuses map[string]desk.Status, directions map[string]desk.Direction) desk.Words {
	t.Helper()
	words, err := desk.ConfiguredWords(statuses, directions)
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// knows checks as which statuses the database reads some words.
func knows(t *testing.T, pool *pgxpool.Pool, want map[string]string) {
	t.Helper()
	s := store.New(pool, slog.New(slog.DiscardHandler))
	words, err := s.Words(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for text, meaning := range want {
		if got, _ := words.Read(desk.StatusWord, text); got != meaning {
			t.Errorf("the status %q is read as %q, want %q", text, got, meaning)
		}
	}
}

func TestAMigratedDatabaseKnowsTheBuiltInWords(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	s := store.New(pool, slog.New(slog.DiscardHandler))
	words, err := s.Words(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(words.List(), desk.BuiltInWords().List()) {
		t.Errorf("it knows %d words, want the %d that are built in", len(words.List()), len(desk.BuiltInWords().List()))
	}
}

func TestConfiguredWordsStandBeforeBuiltInOnes(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	for _, c := range []struct {
		words map[string]desk.Status
		want  map[string]string
	}{
		{map[string]desk.Status{"DONE_OK": desk.Success, "killed": desk.Cancelled}, map[string]string{"done ok": "SUCCESS", "KILLED": "CANCELLED", "crashed": "FAILED"}},
		{map[string]desk.Status{"fine": desk.Success}, map[string]string{"done ok": "", "KILLED": "FAILED", "Fine": "SUCCESS"}}, // the built-in word is back
		{nil, map[string]string{"fine": "", "killed": "FAILED"}},
	} {
		for range 2 {
			if err := store.ConfigureWords(t.Context(), pool, configured(t, c.words, nil)); err != nil {
				t.Fatal(err)
			}
			if err := store.Migrate(t.Context(), pool); err != nil { // leaves them alone
				t.Fatal(err)
			}
			knows(t, pool, c.want)
		}
	}
}

// A later version of macrowatch has other built-in words.
func TestMigratingBringsTheWordsOfThisVersion(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	if err := store.ConfigureWords(t.Context(), pool, configured(t, map[string]desk.Status{"retry": desk.Running}, nil)); err != nil {
		t.Fatal(err)
	}
	run(t, pool, `DELETE FROM macrowatch_words WHERE word = 'CRASHED'`)
	run(t, pool, `INSERT INTO macrowatch_words VALUES ('status', 'OLDWORD', 'SUCCESS', false)`)
	if err := store.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	knows(t, pool, map[string]string{"crashed": "FAILED", "old word": "", "retry": "RUNNING"})
}

// A login that may read the runs can also read what their statuses mean, but can't change it.
func TestALoginThatOnlyReadsKnowsTheWords(t *testing.T) {
	t.Parallel()
	_, _, as := logins(t, "words", "owner", "reader")
	if err := store.Migrate(t.Context(), as["owner"]); err != nil {
		t.Fatal(err)
	}
	reader := as["reader"]
	knows(t, reader, map[string]string{"crashed": "FAILED"})
	if err := store.ConfigureWords(t.Context(), reader, desk.Words{}); err != nil {
		t.Errorf("what is there already is refused: %v", err)
	}
	err := store.ConfigureWords(t.Context(), reader, configured(t, map[string]desk.Status{"fine": desk.Success}, nil))
	var refused *store.Error
	if !errors.As(err, &refused) || refused.Kind != store.Forbidden || !strings.Contains(err.Error(), "--words-file as the tables' owner") {
		t.Errorf("a login that only reads: %v", err)
	}
}

// The script of the schema also writes the words.
func TestTheScriptHoldsTheWords(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	script, err := store.MigrationSQL()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), script); err != nil {
		t.Fatal(err)
	}
	knows(t, pool, map[string]string{"crashed": "FAILED", "Upstream_Failed": "FAILED", "weird": ""})
}

func TestTablesWithWordsOfAnyTypeAreAdopted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ status, direction, runs, signals string }{
		"text":           {"text", "text", "", ""},
		"varchar":        {"varchar(20)", "varchar(5)", "", ""},
		"char":           {"char(12)", "char(8)", "", ""},
		"an enum":        {"outcome", "side", "its column status is the enum outcome, which does not know RUNNING", "its column direction is the enum side, which does not know LONG"},
		"whole numbers":  {"integer", "smallint", "its column status is integer, and macrowatch writes RUNNING, SUCCESS, FAILED", "its column direction is smallint, and macrowatch writes LONG, SHORT, NEUTRAL"},
		"other numbers":  {"numeric(3,1)", "float8", "its column status is numeric(3,1)", "its column direction is double precision"},
		"true and false": {"boolean", "boolean", "its column status is boolean", "its column direction is boolean"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.New(t)
			run(t, pool, `CREATE TYPE outcome AS ENUM ('success', 'error')`)
			run(t, pool, `CREATE TYPE side AS ENUM ('BUY', 'SELL')`)
			run(t, pool, `CREATE TABLE pipeline_runs (run_id text PRIMARY KEY, step_name text, status `+c.status+`, started_at timestamptz,
				finished_at timestamptz, duration_seconds float8, error_message text)`)
			run(t, pool, `CREATE TABLE strategy_signals (strategy_id text, instrument text, direction `+c.direction+`, strength float8,
				confidence float8, generated_at timestamptz, PRIMARY KEY (strategy_id, instrument, generated_at))`)
			if err := store.Migrate(t.Context(), pool); err != nil {
				t.Fatal(err)
			}
			tables, err := store.AdoptedTables(t.Context(), pool)
			if err != nil || len(tables) != 2 {
				t.Fatalf("%v (%v)", tables, err)
			}
			for i, want := range []string{c.runs, c.signals} {
				if got := tables[i].ReadOnly; !strings.HasPrefix(got, want) || want == "" && got != "" {
					t.Errorf("%s is read only: %q, want %q", tables[i].Name, got, want)
				}
			}
		})
	}
}
