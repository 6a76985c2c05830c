package timescaledb_test

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// theOwnerCanDoAllThatItCould makes sure that the owner can still write, import and maintain its hypertables.
func theOwnerCanDoAllThatItCould(t *testing.T, database func() string, timescale bool) {
	r := byScript(t, database())
	pool := r.pool(t, r.owner)
	if applied, err := store.MigrateAll(t.Context(), pool); err != nil || len(applied) > 0 {
		t.Errorf("migrated again: %v, %v", applied, err)
	}
	r.write(t, r.owner)
	risk := desk.RiskComputation{Metric: desk.RiskMetric{ComputedAt: time.Date(2023, 5, 1, 12, 0, 0, 0, time.UTC)}}
	if err := store.New(pool, nil).RiskReplace(t.Context(), []desk.RiskComputation{risk}, nil, nil); err != nil {
		t.Errorf("risk: %v", err)
	}
	if !timescale {
		return
	}
	owner := r.as(t, r.owner)
	for _, sql := range []string{
		"SELECT add_retention_policy('strategy_signals', interval '200 years')",
		"SELECT alter_job(job_id, max_retries => 1) FROM timescaledb_information.jobs WHERE hypertable_name = 'strategy_signals'",
		"DO $$ DECLARE j int; BEGIN SELECT job_id INTO j FROM timescaledb_information.jobs WHERE hypertable_name = 'strategy_signals'; CALL run_job(j); END $$",
		"SELECT remove_retention_policy('strategy_signals')",
		"SELECT drop_chunks('portfolio_state', older_than => '2022-01-01'::timestamptz)",
	} {
		exec1(t, owner, sql)
	}
	if n := r.rows(t, owner); n == 0 || n == snapshots {
		t.Errorf("%d snapshots are left of %d", n, snapshots)
	}
}

// aLoginThatWritesKeepsWhatItNeeds tests a login that owns nothing and that roles.sh does not know.
func aLoginThatWritesKeepsWhatItNeeds(t *testing.T, database func() string, _ bool) {
	r := byScript(t, database())
	exec1(t, r.super, "CREATE ROLE hand_writer LOGIN PASSWORD '"+readerPassword+"'")
	exec1(t, r.super, "GRANT CONNECT ON DATABASE "+r.super.Config().Database+" TO hand_writer")
	if known, err := store.GrantWriting(t.Context(), r.pool(t, r.owner), "hand_writer"); err != nil || !known {
		t.Fatalf("%v, %v", known, err)
	}
	for _, role := range []string{r.owner, r.reader, r.super.Config().User} {
		if _, err := store.GrantWriting(t.Context(), r.pool(t, r.owner), role); err == nil {
			t.Errorf("%s was let write", role)
		}
	}
	if left := r.restrict(t, r.super); len(left) > 0 {
		t.Errorf("the superuser left %q", left)
	}
	r.write(t, "hand_writer")
	writer := r.as(t, "hand_writer")
	exec1(t, r.as(t, r.owner), "CREATE SCHEMA beside; CREATE TABLE beside.notes (n int)")
	for _, sql := range []string{
		"CREATE TABLE mine (n int)", "CREATE SCHEMA mine", "ALTER TABLE pipeline_runs ADD COLUMN n int", "DROP TABLE pipeline_runs", "TRUNCATE pipeline_runs",
		"CREATE INDEX ON pipeline_runs (status)", "CREATE VIEW mine AS SELECT 1", "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
		"CREATE TRIGGER mine BEFORE INSERT ON pipeline_runs EXECUTE FUNCTION suppress_redundant_updates_trigger()", "UPDATE macrowatch_migrations SET name = 'x'",
		"SELECT * FROM beside.notes", "SET ROLE macro_owner", "COPY pipeline_runs TO PROGRAM 'cat'", "GRANT SELECT ON pipeline_runs TO macro_user WITH GRANT OPTION; SELECT lo_import('/etc/passwd')",
	} {
		if code := outcome(t, writer, sql); code != noRight {
			t.Errorf("the login that writes: %s: %s", sql, code)
		}
		exec1(t, writer, stillThere)
	}
}

// write imports rows in the ways that take locks and temporary tables.
func (r *record) write(t *testing.T, login string) {
	t.Helper()
	s := store.New(r.pool(t, login), nil)
	if _, err := s.InstrumentUpsert(t.Context(), desk.Instrument{Name: "WTI", Kind: "price", QuotedIn: "USD"}); err != nil {
		t.Errorf("%s: instruments: %v", login, err)
	}
	day := time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	for _, price := range []float64{1, 2} { // the second time it is a conflict, which goes through a temporary table
		if _, err := s.PriceUpsert(t.Context(), desk.Price{Instrument: "WTI", Date: day, Value: price}); err != nil {
			t.Errorf("%s: prices: %v", login, err)
		}
	}
	if err := s.RunUpsert(t.Context(), desk.Run{ID: "3", Step: "fred", Status: desk.Running, StartedAt: day}); err != nil {
		t.Errorf("%s: runs: %v", login, err)
	}
}
