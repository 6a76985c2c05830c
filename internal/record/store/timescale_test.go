package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// newTimescale returns a store on a migrated database with TimescaleDB. Without TimescaleDB it skips the test.
func newTimescale(t *testing.T) *store.Store {
	t.Helper()
	pool := pgtest.Timescale(t)
	if applied, err := store.MigrateAll(t.Context(), pool); err != nil || len(applied) == 0 {
		t.Fatalf("applied %v: %v", applied, err)
	}
	return store.New(pool, nil)
}

// makeHypertable makes a table a hypertable by a column of times, as its owner may. Its chunks have that length.
func makeHypertable(t *testing.T, s *store.Store, table, column, chunk string) {
	t.Helper()
	run(t, s.Pool(), fmt.Sprintf(`SELECT apart.create_hypertable('%s', apart.by_range('%s', interval '%s'), create_default_indexes => false)`, table, column, chunk))
}

// texts returns the only column of a query.
func texts(t *testing.T, s *store.Store, sql string) []string {
	t.Helper()
	rows, err := s.Pool().Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestOnTimescaleDBNoTableIsAHypertable(t *testing.T) {
	t.Parallel()
	s := newTimescale(t)
	if again, err := store.MigrateAll(t.Context(), s.Pool()); err != nil || len(again) != 0 {
		t.Errorf("applied again %v: %v", again, err)
	}
	if got := texts(t, s, `SELECT hypertable_name::text FROM timescaledb_information.hypertables`); len(got) > 0 {
		t.Errorf("hypertables: %q", got)
	}
	if jobs := texts(t, s, `SELECT proc_name::text FROM timescaledb_information.jobs WHERE hypertable_name IS NOT NULL`); len(jobs) > 0 {
		t.Errorf("jobs on our tables: %q", jobs)
	}
}

func TestTheSchemaIsTheSameOnTimescaleDB(t *testing.T) {
	t.Parallel()
	s := newTimescale(t)
	var ours []string
	for line := range strings.Lines(schema(t, s.Pool())) {
		if !strings.Contains(line, "_timescaledb_") { // a trigger of its own keeps rows out of the parent table
			ours = append(ours, strings.TrimSpace(line))
		}
	}
	plain := pgtest.Plain(t)
	if err := store.Migrate(t.Context(), plain); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(ours, "\n"), schema(t, plain); got != want {
		t.Errorf("on TimescaleDB:\n%s\n\nelsewhere:\n%s", got, want)
	}
}

// Ten years are about eleven chunks. Keys, rules and upserts must work within each chunk and across chunks.
// Earlier versions made such hypertables.
func TestKeysRulesAndUpsertsHoldAcrossChunks(t *testing.T) {
	t.Parallel()
	s := newTimescale(t)
	makeHypertable(t, s, "strategy_signals", "generated_at", "365 days")
	makeHypertable(t, s, "portfolio_state", "timestamp", "365 days")
	const signals = `INSERT INTO strategy_signals SELECT 'FX_1', 'USDBRL', 'LONG', 1, %, timestamptz '2016-06-01Z' + n * interval '1 year' FROM generate_series(0, 9) n `
	const states = `INSERT INTO portfolio_state AS t SELECT timestamptz '2016-06-01Z' + n * interval '1 year', 'FX_1', 'USDBRL', 0.1, % FROM generate_series(0, 9) n `
	const signalKey, stateKey = `ON CONFLICT (strategy_id, instrument, generated_at) `, `ON CONFLICT ("timestamp", strategy_id, instrument) `
	with := func(sql, value string) string { return strings.Replace(sql, "%", value, 1) }
	for _, step := range []struct {
		what, sql string
		rows      int64
		refusal   string // the end of the constraint's name; "" if the statement must succeed
	}{
		{"new signals", with(signals, "0.5"), 10, ""},
		{"the same signals", with(signals, "0.5"), 0, "strategy_signals_pkey"},
		{"the same signals, skipped", with(signals, "0.5") + signalKey + "DO NOTHING", 0, ""},
		{"changed signals", with(signals, "0.6") + signalKey + "DO UPDATE SET confidence = excluded.confidence", 10, ""},
		{"a bad value in one year", with(signals, "CASE n WHEN 7 THEN 2 ELSE 0.7 END") + signalKey + "DO UPDATE SET confidence = excluded.confidence", 0, "strategy_signals_confidence_0_to_1"},
		{"new states", with(states, "100 + n"), 10, ""},
		{"the same states", with(states, "100 + n"), 0, "portfolio_state_pkey"},
		{"changed states", with(states, "200 + n") + stateKey + "DO UPDATE SET total_equity = excluded.total_equity WHERE t.total_equity <> excluded.total_equity", 10, ""},
		{"states that are there", with(states, "200 + n") + stateKey + "DO UPDATE SET total_equity = excluded.total_equity WHERE t.total_equity <> excluded.total_equity", 0, ""},
		{"another NAV in one year", `INSERT INTO portfolio_state SELECT "timestamp", 'FX_2', instrument, weight,
			total_equity + CASE WHEN "timestamp" = '2020-06-01Z' THEN 1 ELSE 0 END FROM portfolio_state`, 0, "portfolio_state_one_nav_per_snapshot"},
		{"more states of the same NAVs", `INSERT INTO portfolio_state SELECT "timestamp", 'FX_2', instrument, weight, total_equity FROM portfolio_state`, 10, ""},
		{"another NAV by upsert", with(states, "300") + stateKey + "DO UPDATE SET total_equity = excluded.total_equity", 0, "portfolio_state_one_nav_per_snapshot"},
	} {
		t.Run(step.what, func(t *testing.T) {
			tag, err := s.Pool().Exec(t.Context(), step.sql)
			var refused *pgconn.PgError
			switch {
			case step.refusal == "" && (err != nil || tag.RowsAffected() != step.rows):
				t.Errorf("%s: %d rows, want %d, %v", step.what, tag.RowsAffected(), step.rows, err)
			case step.refusal != "" && (!errors.As(err, &refused) || !strings.HasSuffix(refused.ConstraintName, step.refusal)):
				t.Errorf("%s: %v, want it refused by %s", step.what, err, step.refusal)
			}
		})
	}
	if n := count(t, s, "strategy_signals WHERE confidence = 0.6"); n != 10 {
		t.Errorf("%d signals have the confidence of the upsert, want 10", n)
	}
	if n := texts(t, s, `SELECT hypertable_name || ' ' || (count(*) >= 10) FROM timescaledb_information.chunks GROUP BY hypertable_name ORDER BY 1`); !slices.Equal(n, []string{"portfolio_state true", "strategy_signals true"}) {
		t.Errorf("ten chunks: %q", n)
	}
	if err := s.DeleteAll(t.Context()); err != nil || count(t, s, "strategy_signals")+count(t, s, "portfolio_state") != 0 {
		t.Errorf("rows are left (error %v)", err)
	}
}

// Prices are an example of all rows that the store writes in bulk. The owner of their table has made it a hypertable
// and has added a constraint.
func TestTheStoreWritesToAHypertableAsToATable(t *testing.T) {
	t.Parallel()
	s := newTimescale(t)
	run(t, s.Pool(), `SELECT apart.create_hypertable('instrument_prices', apart.by_range('price_date', interval '7 days'))`)
	run(t, s.Pool(), `ALTER TABLE instrument_prices ADD CONSTRAINT instrument_prices_below_1000 CHECK (price < 1000)`)
	withInstruments(t, s, "WTI")
	for _, step := range []struct {
		prices []desk.Price
		want   desk.Counts
	}{
		{[]desk.Price{price("WTI", 1, 1), price("WTI", 10, 2), price("WTI", 20, 3)}, desk.Counts{Inserted: 3}},
		{[]desk.Price{price("WTI", 1, 1), price("WTI", 20, 4), price("WTI", 30, 5)}, desk.Counts{Inserted: 1, Updated: 1, Unchanged: 1}},
	} {
		if counts, err := s.PriceUpsert(t.Context(), step.prices...); err != nil || counts != step.want {
			t.Errorf("%+v, %v; want %+v", counts, err, step.want)
		}
	}
	_, err := s.PriceUpsert(t.Context(), price("WTI", 2, 1), price("WTI", 21, 1000))
	check(t, err, store.BadData, "a hypertable refuses a row: its constraint instrument_prices_below_1000 is broken", true)
	if n := count(t, s, "instrument_prices"); n != 4 {
		t.Errorf("%d rows, want 4", n)
	}
}
