package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// foreignDesk makes tables as another tool may have made them. They fit, but have types of their own.
func foreignDesk() []string {
	return []string{
		`CREATE TYPE run_status AS ENUM ('QUEUED', 'RUNNING', 'SUCCESS', 'FAILED')`,
		`CREATE TYPE direction AS ENUM ('LONG', 'SHORT', 'NEUTRAL')`,
		`CREATE DOMAIN share AS numeric(9,6) CHECK (VALUE BETWEEN 0 AND 1)`,
		`CREATE TABLE pipeline_runs (id serial PRIMARY KEY, run_id uuid UNIQUE, step_name varchar(20), status run_status, started_at timestamptz,
			finished_at timestamptz, duration_seconds numeric(12,3), error_message varchar(200))`,
		`CREATE TABLE strategy_signals (strategy_id varchar(20), instrument text, direction direction, strength share, confidence share,
			generated_at timestamptz, UNIQUE (generated_at, instrument, strategy_id))`,
		`CREATE TABLE stress_test_results (run_date date, scenario_name text, portfolio_pnl_pct real, stored_at timestamptz, PRIMARY KEY (run_date, scenario_name))`,
		`CREATE TABLE instruments (instrument text UNIQUE, kind text, quoted_in text, asset_class text, maturity date,
			tenor_years int, coupon_pct numeric, modified_duration real)`,
		`CREATE TABLE prices_raw (id int, px numeric, day date, name text)`,
		`CREATE VIEW instrument_prices AS SELECT name AS instrument, day AS price_date, px AS price FROM prices_raw`,
	}
}

// fingerprint describes everything about the tables that another tool made.
func fingerprint(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	var all []string
	for _, sql := range []string{
		`SELECT c.oid::regclass || ' ' || c.relkind::text || ' ' || c.relfilenode || ' ' || c.relhastriggers || ' ' || c.reltuples FROM pg_class c WHERE c.oid = ANY ($1)`,
		`SELECT attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull FROM pg_attribute WHERE attnum > 0 AND attrelid = ANY ($1)`,
		`SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY ($1)`,
		`SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = ANY ($1) OR confrelid = ANY ($1)`,
		`SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = ANY ($1)`,
		`SELECT description FROM pg_description WHERE objoid = ANY ($1)`,
	} {
		rows, err := pool.Query(t.Context(), sql, foreignOIDs(t, pool))
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(lines)
		all = append(all, lines...)
	}
	return strings.Join(all, "\n")
}

func foreignOIDs(t *testing.T, pool *pgxpool.Pool) []uint32 {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT name::regclass::oid FROM unnest('{pipeline_runs,strategy_signals,stress_test_results,instruments,prices_raw,instrument_prices}'::text[]) name`)
	if err != nil {
		t.Fatal(err)
	}
	oids, err := pgx.CollectRows(rows, pgx.RowTo[uint32])
	if err != nil {
		t.Fatal(err)
	}
	return oids
}

// adopted returns a store on a migrated database in which another tool made some of the tables.
func adopted(t *testing.T) *store.Store {
	t.Helper()
	pool := pgtest.New(t)
	for _, sql := range foreignDesk() {
		run(t, pool, sql)
	}
	before := fingerprint(t, pool)
	if err := store.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	if after := fingerprint(t, pool); after != before {
		t.Errorf("migrate changed another tool's tables from\n%s\n\nto\n%s", before, after)
	}
	return store.New(pool, nil)
}

func TestTablesOfAnotherToolAreAdoptedAndLeftAlone(t *testing.T) {
	t.Parallel()
	s := adopted(t)
	tables, err := store.AdoptedTables(t.Context(), s.Pool())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"pipeline_runs": "", "strategy_signals": "", "instruments": "",
		"instrument_prices": "it is a view", "stress_test_results": "its column run_date is a date, and macrowatch writes the time of a run",
	}
	for _, table := range tables {
		why, expected := want[table.Name]
		if !expected || table.ReadOnly != why || len(table.Problems) > 0 || table.Relation != "public."+table.Name {
			t.Errorf("%+v, want read only: %q", table, why)
		}
		delete(want, table.Name)
	}
	if len(want) > 0 {
		t.Errorf("not adopted: %v", want)
	}
	for _, ours := range []string{"portfolio_state", "risk_metrics_daily", "risk_limits_status", "macrowatch_settings"} {
		if n := count(t, s, ours); n != 0 {
			t.Errorf("%s has %d rows", ours, n)
		}
	}
	if again, err := store.MigrateAll(t.Context(), s.Pool()); err != nil || len(again) != 0 {
		t.Errorf("migrate again applied %v: %v", again, err)
	}
}

func TestRunsAreWrittenIntoATableOfOtherTypes(t *testing.T) {
	t.Parallel()
	s := adopted(t)
	begun := desk.Run{ID: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", Step: "fred", Status: desk.Running, StartedAt: at(6, 0, 0)}
	over := begun
	over.Status, over.FinishedAt, over.DurationSeconds = desk.Success, at(6, 0, 42), 42.5
	for _, r := range []desk.Run{begun, over, begun} {
		if err := s.RunUpsert(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := latest(t, s, "fred"); got != over {
		t.Errorf("stored %+v, want %+v", got, over)
	}
	other := over
	other.ID = "b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
	for _, want := range []desk.Counts{{Inserted: 1, Unchanged: 1}, {Unchanged: 2}} {
		if got, err := s.RunImport(t.Context(), rowsOf(over, other)); err != nil || got != want {
			t.Errorf("imported %+v, want %+v: %v", got, want, err)
		}
	}
	died := begun
	died.ID = "d0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
	interrupted := died
	interrupted.Status, interrupted.FinishedAt, interrupted.DurationSeconds, interrupted.ErrorMessage = desk.Failed, at(6, 0, 2), 2, "interrupted"
	guess := over // of one that is over
	guess.Status, guess.ErrorMessage = desk.Failed, "interrupted"
	if err := errors.Join(s.RunUpsert(t.Context(), died), s.RunInterrupt(t.Context(), interrupted, guess)); err != nil {
		t.Error(err)
	}
	if stored(t, s, died.ID) != interrupted || stored(t, s, over.ID) != over {
		t.Errorf("interrupted: %+v, and over before: %+v", stored(t, s, died.ID), stored(t, s, over.ID))
	}
	// A cast to varchar(20) would cut it silently.
	long := other
	long.ID, long.Step = "c0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a step whose name is too long"
	var refused *store.Error
	if err := s.RunUpsert(t.Context(), long); !errors.As(err, &refused) || refused.Kind != store.BadData {
		t.Errorf("too long a name: %v", err)
	}
	if _, err := s.InstrumentImport(t.Context(), rowsOf(desk.Instrument{Name: "X", Kind: "price", QuotedIn: "BRL"})); err != nil {
		t.Error(err)
	}
}

// What the constraints of macrowatch's tables refuse must also be refused for tables without such constraints.
func TestImportsIntoTablesOfAnotherToolAreCheckedAsIntoOurs(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	for _, sql := range []string{
		`CREATE TYPE kind AS ENUM ('price', 'yield')`,
		`CREATE TABLE instruments (instrument varchar(20) UNIQUE, kind kind, quoted_in text, asset_class text, maturity date,
			tenor_years int, coupon_pct numeric, modified_duration real)`,
		`CREATE TABLE portfolio_state ("timestamp" timestamptz, strategy_id text, instrument text, weight numeric(6,2), total_equity numeric,
			UNIQUE ("timestamp", strategy_id, instrument))`,
		`CREATE TABLE risk_metrics_daily (computed_at timestamptz UNIQUE, var_95_pct numeric, var_99_pct numeric, cvar_95_pct numeric,
			max_drawdown numeric, max_drawdown_252d_pct numeric, stored_at timestamptz NOT NULL)`,
		// The tool's trigger notices a row that is written and taken back.
		`CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''a row was deleted''; END'`,
		`CREATE TRIGGER never BEFORE DELETE ON portfolio_state FOR EACH ROW EXECUTE FUNCTION never()`,
	} {
		run(t, pool, sql)
	}
	if err := store.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	s := store.New(pool, nil)
	unknown := []desk.Price{price("NEW", 1, 1), price("NEW", 2, 1)}
	var bad *desk.BadRowsError
	if _, _, err := s.PriceImport(t.Context(), rowsOf(unknown...), nil); !errors.As(err, &bad) || len(bad.Rows) != 1 {
		t.Errorf("an unknown instrument: %v", err)
	}
	counts, registered, err := s.PriceImport(t.Context(), rowsOf(unknown...), &desk.Instrument{Kind: desk.KindPrice, QuotedIn: "USD"})
	if err != nil || counts != (desk.Counts{Inserted: 2}) || !slices.Equal(registered, []string{"NEW"}) {
		t.Errorf("registered %q: %+v, %v", registered, counts, err)
	}
	if _, _, err := s.PortfolioStateImport(t.Context(), rowsOf(state(6, "A", 1, 100), state(6, "B", 1, 101)), desk.SnapshotOptions{}); !errors.As(err, &bad) || len(bad.Rows) != 1 {
		t.Errorf("two NAVs: %v", err)
	}
	var rows []desk.PortfolioState
	for hour := range 20_000 { // more than go at once
		rows = append(rows, state(hour, "A", 0.123, 100))
	}
	rows = append(rows, rows[0]) // equal, though the table rounds it
	for _, want := range []desk.Counts{{Inserted: 20_000}, {Unchanged: 20_000}} {
		if counts, _, err := s.PortfolioStateImport(t.Context(), rowsOf(rows...), desk.SnapshotOptions{}); err != nil || counts != want {
			t.Errorf("%+v, %v, want %+v", counts, err, want)
		}
	}
	if counts, err := s.RiskMetricImport(t.Context(), rowsOf(desk.RiskMetric{ComputedAt: at(21, 0, 0)})); err != nil || counts.Inserted != 1 {
		t.Errorf("a stamp without a default: %+v, %v", counts, err)
	}
}

func TestATableWithoutItsKeyIsReadAndNotWritten(t *testing.T) {
	t.Parallel()
	const columns = `run_id text, step_name text, status text, started_at timestamptz, finished_at timestamptz, duration_seconds float8, error_message text`
	price := desk.Price{Instrument: "X", Date: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Value: 1}
	cases := []struct{ name, sql, says string }{
		{"no key", `CREATE TABLE pipeline_runs (` + columns + `)`, "table public.pipeline_runs was made by another tool and macrowatch can only read it: it has no unique key on (run_id)"},
		{"a wider key", `CREATE TABLE pipeline_runs (` + columns + `, UNIQUE (run_id, step_name))`, "no unique key on (run_id)"},
		{"a partial key", `CREATE TABLE pipeline_runs (` + columns + `); CREATE UNIQUE INDEX ON pipeline_runs (run_id) WHERE status = 'FAILED'`, "no unique key on (run_id)"},
		{"a key of an expression", `CREATE TABLE pipeline_runs (` + columns + `); CREATE UNIQUE INDEX ON pipeline_runs (lower(run_id))`, "no unique key on (run_id)"},
		{"a key checked late", `CREATE TABLE pipeline_runs (` + columns + `, UNIQUE (run_id) DEFERRABLE INITIALLY DEFERRED)`, "no unique key on (run_id)"},
		{"a column that must be filled", `CREATE TABLE pipeline_runs (` + columns + `, tenant text NOT NULL, UNIQUE (run_id))`, "its column tenant must be filled"},
		{"a computed column", `CREATE TABLE pipeline_runs (` + strings.Replace(columns, "duration_seconds float8",
			"duration_seconds float8 GENERATED ALWAYS AS (extract(epoch FROM finished_at - started_at)) STORED", 1) + `, UNIQUE (run_id))`, "the database computes its column duration_seconds"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.New(t)
			run(t, pool, c.sql)
			if err := store.Migrate(t.Context(), pool); err != nil {
				t.Fatal(err)
			}
			s := store.New(pool, nil)
			for what, err := range map[string]error{
				"upsert": s.RunUpsert(t.Context(), desk.Run{ID: "1", Step: "fred", Status: desk.Running, StartedAt: at(6, 0, 0)}),
				"import": second(s.RunImport(t.Context(), rowsOf(desk.Run{ID: "1", Step: "fred", Status: desk.Running, StartedAt: at(6, 0, 0)}))),
				"all":    s.RequireWritable(t.Context()),
			} {
				var refused *store.Error
				if !errors.As(err, &refused) || refused.Kind != store.ReadOnlyTable || !refused.Permanent() || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%s: %v", what, err)
				}
			}
			if r, there := latest(t, s, "fred"); there {
				t.Errorf("there is the run %+v", r)
			}
			// The table stays the other tool's, and what is ours can be written.
			if _, _, err := s.PriceImport(t.Context(), rowsOf(price), &desk.Instrument{Kind: "price", QuotedIn: "BRL"}); err != nil {
				t.Error(err)
			}
			if err := s.DeleteAll(t.Context()); err == nil || !strings.Contains(err.Error(), "does not delete its rows") {
				t.Errorf("delete everything: %v", err)
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

func TestAKeyGivenLaterMakesATableWritable(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	run(t, pool, `CREATE TABLE pipeline_runs (run_id text, step_name text, status text, started_at timestamptz, finished_at timestamptz, duration_seconds float8, error_message text)`)
	if err := store.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	s := store.New(pool, nil)
	first := desk.Run{ID: "1", Step: "fred", Status: desk.Running, StartedAt: at(6, 0, 0)}
	if err := s.RunUpsert(t.Context(), first); err == nil {
		t.Error("written without a key")
	}
	run(t, pool, `CREATE UNIQUE INDEX ON pipeline_runs (run_id)`)
	if err := s.RunUpsert(t.Context(), first); err != nil {
		t.Error(err)
	}
}

func TestWhatDoesNotFitIsRefusedAllAtOnceAndNothingIsDone(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	run(t, pool, `CREATE TABLE pipeline_runs (run_id int, step_name text, status text, started_at timestamp, finished_at timestamptz, duration_seconds interval)`)
	run(t, pool, `CREATE TABLE strategy_signals (strategy_id text, instrument text, direction point, strength text, confidence float8, generated_at date)`)
	run(t, pool, `CREATE SEQUENCE portfolio_state`)
	_, err := store.MigrateAll(t.Context(), pool)
	var refused *store.Error
	if !errors.As(err, &refused) || refused.Kind != store.ForeignData {
		t.Fatalf("%v", err)
	}
	for _, says := range []string{
		"table public.pipeline_runs: column run_id is integer: it must be text, varchar, uuid or an enum",
		"table public.pipeline_runs: column started_at is timestamp without time zone, whose zone would have to be guessed: it must be timestamp with time zone",
		"table public.pipeline_runs: column duration_seconds is interval: it must be a number",
		"table public.pipeline_runs: column error_message is missing (text or varchar)",
		"table public.strategy_signals: column direction is point: it must be a text, a number, a boolean or an enum",
		"table public.strategy_signals: column strength is text: it must be a number",
		"table public.strategy_signals: column generated_at is date: it must be timestamp with time zone",
		"table public.portfolio_state: it is neither a table nor a view",
		"nothing was changed",
	} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("not said: %s\nin %v", says, err)
		}
	}
	if strings.Count(err.Error(), "table public.") != 8 {
		t.Errorf("more is said than is wrong: %v", err)
	}
	var made int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname LIKE 'macrowatch%'`).Scan(&made); err != nil || made != 0 {
		t.Errorf("%d tables of macrowatch's were made (%v)", made, err)
	}
}

func TestAnAdoptedTableThatWasChangedSinceIsRefused(t *testing.T) {
	t.Parallel()
	s := adopted(t)
	run(t, s.Pool(), `ALTER TABLE strategy_signals DROP COLUMN confidence`)
	if err := store.Migrate(t.Context(), s.Pool()); err == nil || !strings.Contains(err.Error(), "table public.strategy_signals: column confidence is missing") {
		t.Errorf("after a column went: %v", err)
	}
	run(t, s.Pool(), `DROP TABLE strategy_signals`)
	if err := store.Migrate(t.Context(), s.Pool()); err == nil || !strings.Contains(err.Error(), "it was adopted and is missing now") {
		t.Errorf("after the table went: %v", err)
	}
}

func TestMigrateWorksInASchemaOfTheLoginsSearchPath(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	run(t, pool, `CREATE TABLE public.instruments (id int)`) // in the way in public only
	run(t, pool, `CREATE SCHEMA "the desk"`)
	cfg := pool.Config().Copy()
	cfg.ConnConfig.RuntimeParams["search_path"] = `"the desk"`
	own, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	run(t, own, `CREATE TABLE instrument_prices (instrument text, price_date date, price numeric)`)
	if err := store.Migrate(t.Context(), own); err != nil {
		t.Fatal(err)
	}
	s := store.New(own, nil)
	if err := s.RunUpsert(t.Context(), desk.Run{ID: "1", Step: "fred", Status: desk.Running, StartedAt: at(6, 0, 0)}); err != nil {
		t.Error(err)
	}
	if n := count(t, store.New(pool, nil), `"the desk".pipeline_runs`); n != 1 {
		t.Errorf("%d runs in the schema", n)
	}
	tables, err := store.AdoptedTables(t.Context(), own)
	if err != nil || len(tables) != 1 || tables[0].Relation != `"the desk".instrument_prices` {
		t.Errorf("adopted %+v: %v", tables, err)
	}
	run(t, own, `INSERT INTO portfolio_state VALUES ('2026-03-02Z', 'A', 'X', 0.1, 100)`)
	if _, err := own.Exec(t.Context(), `INSERT INTO portfolio_state VALUES ('2026-03-02Z', 'A', 'Y', 0.1, 101)`); err == nil {
		t.Error("two NAVs in a snapshot were taken")
	}
}

func TestAHypertableOfAnotherToolIsAdopted(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	var there bool
	if err := pool.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')`).Scan(&there); err != nil {
		t.Fatal(err)
	}
	if !there {
		t.Skip("needs TimescaleDB: name a server that has it in template1 with " + pgtest.ServerVariable)
	}
	for _, sql := range []string{
		`CREATE TABLE strategy_signals (strategy_id text, instrument text, direction text, strength numeric, confidence numeric, generated_at timestamptz,
			UNIQUE (strategy_id, instrument, generated_at))`,
		`SELECT create_hypertable('strategy_signals', by_range('generated_at', INTERVAL '7 days'))`,
		`INSERT INTO strategy_signals VALUES ('FX_1', 'USDBRL', 'LONG', 0.5, 0.5, '2026-03-02Z')`,
	} {
		run(t, pool, sql)
	}
	if err := store.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	tables, err := store.AdoptedTables(t.Context(), pool)
	if err != nil || len(tables) != 1 || tables[0].ReadOnly != "" {
		t.Errorf("adopted %+v: %v", tables, err)
	}
	var interval string
	if err := pool.QueryRow(t.Context(), `SELECT time_interval::text FROM timescaledb_information.dimensions WHERE hypertable_name = 'strategy_signals'`).Scan(&interval); err != nil || interval != "7 days" {
		t.Errorf("its chunks are now of %s (%v)", interval, err)
	}
	if n := count(t, store.New(pool, nil), "strategy_signals"); n != 1 {
		t.Errorf("%d signals, want 1", n)
	}
}
