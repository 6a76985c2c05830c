package timescaledb_test

import (
	"strings"
	"testing"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// eraseAll is SQL that anybody who sees a Grafana dashboard could send.
const eraseAll = `BEGIN READ ONLY;
SELECT _timescaledb_functions.drop_chunk(inhrelid) FROM pg_inherits WHERE inhparent = 'portfolio_state'::regclass;
COMMIT`

func TestAReaderCannotEraseTheRecord(t *testing.T) {
	restoreServer(t)
	r := byScript(t, pgtest.TimescaleURL(t))
	if r.chunk == "" {
		t.Fatal("portfolio_state is no hypertable with rows")
	}
	if code := outcome(t, r.as(t, r.reader), eraseAll); code != noRight {
		t.Errorf("PostgreSQL says %s, want %s", code, noRight)
	}
	if n := r.rows(t, r.super); n != snapshots {
		t.Errorf("%d snapshots are left of %d", n, snapshots)
	}
}

// In versions of TimescaleDB that are known to be open, a reading login that nobody has restricted can erase the
// record. macrowatch warns of this until the database is restricted.
func TestAnOpenTimescaleDBIsWarnedOf(t *testing.T) {
	restoreServer(t)
	r := record{address: pgtest.TimescaleURL(t), owner: "open_owner", reader: "open_reader"}
	r.super = connect(t, r.address)
	r.makeLogins(t)
	r.migrate(t)
	pool := r.pool(t, "")
	if known, err := store.GrantReading(t.Context(), pool, r.reader); err != nil || !known {
		t.Fatalf("%v, %v", known, err)
	}
	var knownOpen bool
	var version string
	if err := r.super.QueryRow(t.Context(), `SELECT extversion, string_to_array(split_part(extversion, '-', 1), '.')::int[] < '{2,29,1}' FROM pg_extension WHERE extname = 'timescaledb'`).Scan(&version, &knownOpen); err != nil {
		t.Fatal(err)
	}
	found, err := store.FindExposure(t.Context(), r.pool(t, r.reader))
	if err != nil || (found.Timescale == version) != knownOpen || len(found.Open) == 0 || len(found.Warnings()) != 1 {
		t.Errorf("in version %s, known to be open: %v: found %+v, %v", version, knownOpen, found, err)
	}
	if code := outcome(t, r.as(t, r.reader), eraseAll); (code == succeeded) != knownOpen {
		t.Errorf("in version %s, known to be open: %v: erasing gives %s", version, knownOpen, code)
	}
	if n := r.rows(t, r.super); (n == 0) != knownOpen {
		t.Errorf("in version %s, known to be open: %v: %d snapshots are left", version, knownOpen, n)
	}
	if left := r.restrict(t, r.super); len(left) > 0 {
		t.Errorf("the superuser left %q", left)
	}
	if found, err := store.FindExposure(t.Context(), r.pool(t, r.reader)); err != nil || found.Timescale != "" || len(r.here(found.Open)) > 0 {
		t.Errorf("once restricted: %+v, %v", found, err)
	}
}

// Every login may call a function that an update of TimescaleDB adds, or that a superuser grants to PUBLIC.
// macrowatch must find this and close it.
func TestWhatIsOpenedAgainIsFoundAndClosed(t *testing.T) {
	restoreServer(t)
	r := byScript(t, pgtest.TimescaleURL(t))
	exec1(t, r.super, "GRANT EXECUTE ON FUNCTION drop_chunks TO PUBLIC")
	exec1(t, r.super, `CREATE FUNCTION new_in_the_next_version(relation regclass) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'`)
	exec1(t, r.super, "ALTER EXTENSION timescaledb ADD FUNCTION new_in_the_next_version(regclass)")
	reader := r.as(t, r.reader)
	const call = "SELECT new_in_the_next_version('portfolio_state')"
	if code := outcome(t, reader, call); code != succeeded {
		t.Fatalf("the new function gives %s", code)
	}
	if open := r.open(t, r.owner); len(open) != 1 || !strings.Contains(open[0], "new_in_the_next_version") || !strings.Contains(open[0], "drop_chunks") {
		t.Errorf("open is %q", open)
	}
	if left := r.restrict(t, r.as(t, r.owner)); len(left) == 0 {
		t.Error("the owner closed what only a superuser can")
	}
	runScript(t, r.address) // a second time
	for _, sql := range []string{call, "SELECT drop_chunks('portfolio_state', older_than => now())"} {
		if code := outcome(t, reader, sql); code != noRight {
			t.Errorf("%s gives %s", sql, code)
		}
		if code := rolledBack(t, r.as(t, r.owner), sql); code != succeeded {
			t.Errorf("as the owner %s gives %s", sql, code)
		}
	}
	if open := r.open(t, r.owner); len(open) > 0 {
		t.Errorf("after roles.sh %q is open", open)
	}
}
