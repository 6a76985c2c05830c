package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// logins makes logins on the test server, and a database that the first of them owns. It returns a pool of each login
// on this database. Roles belong to the whole server, so each test has a prefix of its own for their names. The
// server ends with the process.
func logins(t *testing.T, prefix string, names ...string) (super *pgxpool.Pool, role func(string) string, as map[string]*pgxpool.Pool) {
	t.Helper()
	if os.Getenv(pgtest.ServerVariable) != "" {
		t.Skip("makes roles, which a shared server would keep")
	}
	address := pgtest.URL(t)
	super = poolAt(t, address)
	role = func(name string) string { return prefix + "_" + name }
	as = map[string]*pgxpool.Pool{}
	for i, name := range names {
		run(t, super, fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD 'secret' NOSUPERUSER NOCREATEROLE NOCREATEDB", role(name)))
		if i == 0 {
			run(t, super, fmt.Sprintf("ALTER DATABASE %s OWNER TO %s", super.Config().ConnConfig.Database, role(name)))
		}
		as[name] = poolAt(t, loginAt(t, address, role(name)))
	}
	return super, role, as
}

// loginAt returns an address with another login, whose password is "secret".
func loginAt(t *testing.T, address, name string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(name, "secret")
	return u.String()
}

func poolAt(t *testing.T, address string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func mayNot(t *testing.T, pool *pgxpool.Pool, sql string) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql); err == nil {
		t.Errorf("the reader may %s", sql)
	}
}

// readableTables are the tables that a login that only reads must be able to read.
func readableTables() []string {
	var names []string
	for _, t := range store.RegisteredTables() {
		if t.Holds != "migrators" && t.Holds != "secrets" {
			names = append(names, t.Name)
		}
	}
	return names
}

func TestAnOrdinaryOwnerMigratesAndLetsAReaderReadAndNothingElse(t *testing.T) {
	t.Parallel()
	_, role, as := logins(t, "plain", "owner", "reader")
	owner, reader := as["owner"], as["reader"]
	if err := store.Migrate(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	if known, err := store.GrantReading(t.Context(), owner, "nobody_of_this_name"); known || err != nil {
		t.Errorf("a role that does not exist: %v, %v", known, err)
	}
	for range 2 { // the second time there is nothing left to grant
		if known, err := store.GrantReading(t.Context(), owner, role("reader")); !known || err != nil {
			t.Fatalf("%v, %v", known, err)
		}
	}
	if err := store.New(owner, nil).RunUpsert(t.Context(), desk.Run{ID: "1", Step: "fred", Status: desk.Running, StartedAt: at(6, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	if n := count(t, store.New(reader, nil), "pipeline_runs"); n != 1 {
		t.Errorf("the reader sees %d runs, want 1", n)
	}
	// serve reads these before it starts, and for each page.
	if all, err := store.MigrationStatus(t.Context(), reader); err != nil || len(all) == 0 || all[0].AppliedAt.IsZero() {
		t.Errorf("the reader sees the migrations as %v, %v", all, err)
	}
	if _, err := store.New(reader, nil).SampleDataUntil(t.Context()); err != nil {
		t.Errorf("the reader may not know whether the data are samples: %v", err)
	}
	for _, table := range readableTables() {
		run(t, reader, "SELECT * FROM "+table+" LIMIT 1")
		mayNot(t, reader, "DELETE FROM "+table)
		mayNot(t, reader, "TRUNCATE "+table)
		mayNot(t, reader, "ALTER TABLE "+table+" ADD COLUMN mine int")
	}
	for _, sql := range []string{
		"INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ('2', 'fred', 'RUNNING', now())",
		"UPDATE pipeline_runs SET step_name = 'x'", "SELECT * FROM pipeline_runs FOR UPDATE",
		"SELECT * FROM macrowatch_tokens", "SELECT digest FROM macrowatch_tokens", "SELECT answer FROM macrowatch_requests",
		"CREATE TABLE mine (id int)", "DELETE FROM macrowatch_migrations", "UPDATE macrowatch_settings SET value = 'x'",
	} {
		mayNot(t, reader, sql)
	}
	err := store.New(reader, nil).RunUpsert(t.Context(), desk.Run{ID: "2", Step: "fred", Status: desk.Running, StartedAt: at(6, 0, 0)})
	var refused *store.Error
	if !errors.As(err, &refused) || refused.Kind != store.Forbidden {
		t.Errorf("the reader wrote: %v", err)
	}
}

func TestReadingOfATableOfAnotherOwnerIsGrantedByThatOwner(t *testing.T) {
	t.Parallel()
	super, role, as := logins(t, "other", "owner", "tool", "reader")
	run(t, super, "GRANT CREATE ON SCHEMA public TO "+role("tool"))
	run(t, as["tool"], `CREATE TABLE instruments (instrument text PRIMARY KEY, kind text, quoted_in text, asset_class text, maturity date,
		tenor_years float8, coupon_pct float8, modified_duration float8)`)

	err := store.Migrate(t.Context(), as["owner"])
	if err == nil || !strings.Contains(err.Error(), "table public.instruments: it belongs to "+role("tool")+", and this login may not read it") {
		t.Errorf("a table that may not be read: %v", err)
	}
	run(t, as["tool"], "GRANT SELECT ON instruments TO "+role("owner"))
	if err := store.Migrate(t.Context(), as["owner"]); err != nil {
		t.Fatal(err)
	}
	tables, err := store.AdoptedTables(t.Context(), as["owner"])
	if err != nil || len(tables) != 1 || tables[0].ReadOnly != "this login may not INSERT and UPDATE" || tables[0].Owner != role("tool") {
		t.Errorf("adopted %+v: %v", tables, err)
	}

	known, err := store.GrantReading(t.Context(), as["owner"], role("reader"))
	var refused *store.Error
	want := fmt.Sprintf(`public.instruments belongs to %s, who can: GRANT SELECT ON public.instruments TO "%s"`, role("tool"), role("reader"))
	if !known || !errors.As(err, &refused) || refused.Kind != store.Forbidden || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, %v; want %s", known, err, want)
	}
	run(t, as["reader"], "SELECT * FROM pipeline_runs") // the rest was granted
	mayNot(t, as["reader"], "SELECT * FROM instruments")

	run(t, as["tool"], fmt.Sprintf("GRANT SELECT ON public.instruments TO %s", role("reader")))
	if _, err := store.GrantReading(t.Context(), as["owner"], role("reader")); err != nil {
		t.Errorf("once its owner has granted it: %v", err)
	}
	run(t, as["reader"], "SELECT * FROM instruments")

	run(t, as["tool"], "GRANT INSERT, UPDATE ON instruments TO "+role("owner"))
	if _, err := store.New(as["owner"], nil).InstrumentImport(t.Context(), rowsOf(desk.Instrument{Name: "X", Kind: "price", QuotedIn: "BRL"})); err != nil {
		t.Errorf("once its owner lets macrowatch write: %v", err)
	}
}

func TestAReaderIsLetIntoASchemaOfItsOwn(t *testing.T) {
	t.Parallel()
	super, role, as := logins(t, "schema", "owner", "reader")
	run(t, as["owner"], "CREATE SCHEMA desk")
	database := pgx.Identifier{super.Config().ConnConfig.Database}.Sanitize()
	for _, name := range []string{"owner", "reader"} {
		run(t, super, fmt.Sprintf("ALTER ROLE %s IN DATABASE %s SET search_path = desk", role(name), database))
		as[name].Reset() // new sessions know it
	}
	if err := store.Migrate(t.Context(), as["owner"]); err != nil {
		t.Fatal(err)
	}
	if _, err := store.GrantReading(t.Context(), as["owner"], role("reader")); err != nil {
		t.Fatal(err)
	}
	run(t, as["reader"], "SELECT * FROM pipeline_runs")
	mayNot(t, as["reader"], "CREATE TABLE desk.mine (id int)")
}
