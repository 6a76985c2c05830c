package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// This is one test because roles, and who may connect to which database, belong to the whole server. Its parts use a
// server one after the other, each with its own database and logins.
func TestLoginsThatOnlyRead(t *testing.T) {
	t.Parallel()
	server := pgtest.OwnServer(t)
	for _, part := range []struct {
		name string
		try  func(*testing.T, func() string)
	}{
		{"An owner is told what a superuser must run", anOwnerIsToldWhatASuperuserMustRun},
		{"Other databases are closed on a server of its own", otherDatabasesAreClosedOnAServerOfItsOwn},
		{"Other logins keep what they need", otherLoginsKeepWhatTheyNeed},
		{"A login that becomes a reader loses what it was left", aLoginThatBecomesAReaderLosesWhatItWasLeft},
		{"A reader that may write is warned of", aReaderThatMayWriteIsWarnedOf},
		{"What was opened by others is closed", whatWasOpenedByOthersIsClosed},
		{"Restricting again does nothing", restrictingAgainDoesNothing},
		{"Owner and readers can be named", ownerAndReadersCanBeNamed},
		{"Deleting everything keeps who may read", deletingEverythingKeepsWhoMayRead},
		{"A readers long statements are ended by the owner", aReadersLongStatementsAreEndedByTheOwner},
		{"The members of a group that reads are watched", theMembersOfAGroupThatReadsAreWatched},
		{"A missing right to end statements is told once", aMissingRightToEndStatementsIsToldOnce},
		{"The guard works when no connection is free", theGuardWorksWhenNoConnectionIsFree},
	} {
		t.Run(part.name, func(t *testing.T) { part.try(t, server) })
	}
}

// ownLogins makes logins, and a database that the first of them owns and migrates. They are dropped when the test
// ends.
func ownLogins(t *testing.T, server func() string, names ...string) (super *pgxpool.Pool, as map[string]*pgxpool.Pool) {
	t.Helper()
	address := server()
	makeRoles(t, address, names...)
	super = poolAt(t, address)
	run(t, super, fmt.Sprintf("ALTER DATABASE %s OWNER TO %s", super.Config().ConnConfig.Database, names[0]))
	as = map[string]*pgxpool.Pool{}
	for _, name := range names {
		as[name] = poolAt(t, loginAt(t, address, name))
	}
	if err := store.Migrate(t.Context(), as[names[0]]); err != nil {
		t.Fatal(err)
	}
	return super, as
}

// makeRoles makes logins. They are dropped, with the database, when the test ends. Every login can connect to every
// database, as on a new server.
func makeRoles(t *testing.T, address string, names ...string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	database := cfg.Database
	cfg.Database = "postgres"
	conn, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer conn.Close(context.Background())
		statements := []string{"DROP DATABASE " + database + " WITH (FORCE)"}
		for _, name := range names {
			statements = append(statements, "DROP OWNED BY "+name, "DROP ROLE "+name)
		}
		for _, sql := range statements {
			if _, err := conn.Exec(context.Background(), sql); err != nil {
				t.Errorf("%s: %v", sql, err)
			}
		}
	})
	statements := []string{"GRANT CONNECT, TEMPORARY ON DATABASE postgres, template1 TO PUBLIC"} // as they were at first
	for _, name := range names {
		statements = append(statements, fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD 'secret'", name))
	}
	for _, sql := range statements {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

func restrict(t *testing.T, pool *pgxpool.Pool) []string {
	t.Helper()
	return restrictWith(t, pool, store.RestrictPublic)
}

func restrictServer(t *testing.T, pool *pgxpool.Pool, owner string, readers ...string) []string {
	t.Helper()
	return restrictWith(t, pool, func(ctx context.Context, conn *pgx.Conn) ([]string, error) {
		return store.RestrictServer(ctx, conn, owner, "", readers...)
	})
}

func restrictWith(t *testing.T, pool *pgxpool.Pool, how func(context.Context, *pgx.Conn) ([]string, error)) []string {
	t.Helper()
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	left, err := how(t.Context(), conn.Conn())
	if err != nil {
		t.Fatal(err)
	}
	return left
}

func grantReading(t *testing.T, pool *pgxpool.Pool, role string) {
	t.Helper()
	if known, err := store.GrantReading(t.Context(), pool, role); err != nil || !known {
		t.Fatalf("%v, %v", known, err)
	}
}

func anOwnerIsToldWhatASuperuserMustRun(t *testing.T, server func() string) {
	super, as := ownLogins(t, server, "owner", "reader")
	owner, reader := as["owner"], as["reader"]
	grantReading(t, owner, "reader")
	left := restrict(t, owner)
	mayNot(t, reader, "CREATE TEMPORARY TABLE mine (id int)") // the owner can close this in its own database
	run(t, reader, "SELECT pg_advisory_xact_lock(1)")         // only a superuser can close PostgreSQL's own functions
	for _, what := range []string{"REVOKE EXECUTE ON ROUTINE ", "pg_catalog.pg_advisory_lock(bigint)", "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
		"GRANT reader TO owner"} {
		if !slices.ContainsFunc(left, func(s string) bool { return strings.Contains(s, what) }) {
			t.Errorf("left is %q without %s", left, what)
		}
	}
	found, err := store.FindExposure(t.Context(), reader)
	if err != nil || !slices.Equal(found.Readers, []string{"reader"}) || len(found.Warnings()) != 1 ||
		!strings.Contains(found.Warnings()[0], "macrowatch migrate --reader-role reader") {
		t.Errorf("found %+v %q, %v", found, found.Warnings(), err)
	}

	for _, statement := range left {
		run(t, super, statement)
	}
	if again := restrict(t, owner); len(again) > 0 {
		t.Errorf("then %q is left", again)
	}
	mayNot(t, reader, "SELECT pg_advisory_xact_lock(1)")
	run(t, owner, "SELECT pg_advisory_xact_lock(1)")
	if found, err := store.FindExposure(t.Context(), reader); err != nil || len(found.Warnings()) > 0 {
		t.Errorf("then %q, %v", found.Warnings(), err)
	}
}

// On a server of its own, macrowatch closes the other databases. On another server it leaves them as they are.
func otherDatabasesAreClosedOnAServerOfItsOwn(t *testing.T, server func() string) {
	super, as := ownLogins(t, server, "owner", "reader", "stranger")
	grantReading(t, super, "reader")
	if left := restrict(t, super); len(left) > 0 {
		t.Errorf("the superuser left %q", left)
	}
	mayConnect(t, as, map[string]bool{"owner": true, "reader": true, "stranger": true})
	if found, err := store.FindExposure(t.Context(), as["owner"]); err != nil || len(found.Warnings()) > 0 {
		t.Errorf("%q, %v", found.Warnings(), err)
	}
	if open, err := store.OpenDatabases(t.Context(), as["owner"]); err != nil || !slices.Equal(open, []string{"macrowatch", "postgres", "template1"}) {
		t.Errorf("open are %q, %v", open, err)
	}
	if left := restrictServer(t, super, "", "reader"); len(left) > 0 {
		t.Errorf("the superuser left %q", left)
	}
	mayConnect(t, as, map[string]bool{"owner": true, "reader": false, "stranger": true})
	run(t, super, "CREATE DATABASE later") // everybody can connect to the new database, until the next restriction
	if open, err := store.OpenDatabases(t.Context(), as["owner"]); err != nil || !slices.Equal(open, []string{"later"}) {
		t.Errorf("open are %q, %v", open, err)
	}
	if left := restrictServer(t, super, "", "reader"); len(left) > 0 {
		t.Errorf("the superuser left %q", left)
	}
	if open, err := store.OpenDatabases(t.Context(), as["owner"]); err != nil || len(open) > 0 {
		t.Errorf("open are %q, %v", open, err)
	}
	run(t, super, "DROP DATABASE later")
}

// mayConnect checks which logins may connect to the databases that every server has.
func mayConnect(t *testing.T, as map[string]*pgxpool.Pool, want map[string]bool) {
	t.Helper()
	for _, other := range []string{"postgres", "template1"} {
		for name, may := range want {
			cfg := as[name].Config().ConnConfig.Copy()
			cfg.Database = other
			conn, err := pgx.ConnectConfig(t.Context(), cfg)
			if (err == nil) != may {
				t.Errorf("%s in %s: %v", name, other, err)
			}
			if err == nil {
				_ = conn.Close(t.Context())
			}
		}
	}
}

func aReaderThatMayWriteIsWarnedOf(t *testing.T, server func() string) {
	super, as := ownLogins(t, server, "owner", "reader", "boss")
	run(t, super, "ALTER ROLE boss SUPERUSER")
	warnings := func() string {
		found, err := store.FindExposure(t.Context(), as["owner"])
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(found.Warnings(), "\n")
	}
	grantReading(t, super, "reader")
	restrict(t, super)
	if got := warnings(); got != "" {
		t.Errorf("a reader that only reads: %s", got)
	}
	run(t, as["owner"], "GRANT DELETE ON pipeline_runs TO PUBLIC") // which macrowatch does not take back: somebody wanted it
	if got := warnings(); !strings.HasPrefix(got, "reader should only read, but may write") {
		t.Errorf("everybody may delete: %q", got)
	}
	run(t, as["owner"], "REVOKE DELETE ON pipeline_runs FROM PUBLIC")
	// Earlier versions noted any role.
	if err := store.New(super, nil).SetSetting(t.Context(), "reader_roles", `["boss", "owner", "pg_monitor", "reader"]`); err != nil {
		t.Fatal(err)
	}
	got := warnings()
	for role, why := range map[string]string{"boss": "is a superuser", "owner": "owns the database", "pg_monitor": "is one of PostgreSQL's own roles"} {
		want := role + " was named as a login that only reads, but " + why
		if !strings.Contains(got, want) || !strings.Contains(got, "macrowatch migrate --reader-role "+role+" --forget") {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	for _, role := range []string{"boss", "owner", "pg_monitor", "pg_read_all_data"} {
		var refused *store.Error
		if _, err := store.GrantReading(t.Context(), super, role); !errors.As(err, &refused) || refused.Kind != store.Forbidden {
			t.Errorf("%s: %v", role, err)
		}
	}
	restrict(t, super)
	run(t, as["owner"], "SELECT pg_advisory_xact_lock(1)") // it is the owner all the same
	for _, role := range []string{"boss", "owner", "pg_monitor"} {
		if noted, err := store.ForgetReader(t.Context(), as["owner"], role); err != nil || !noted {
			t.Errorf("forget %s: %v, %v", role, noted, err)
		}
	}
	if got := warnings(); got != "" {
		t.Errorf("once they are forgotten: %s", got)
	}
}

// Others may open something later: a function that runs with its owner's rights, a schema, a right for one login.
func whatWasOpenedByOthersIsClosed(t *testing.T, server func() string) {
	super, as := ownLogins(t, server, "owner", "reader")
	owner, reader := as["owner"], as["reader"]
	run(t, super, "GRANT CREATE ON SCHEMA public TO PUBLIC") // as a cluster older than PostgreSQL 15 has it
	run(t, super, "GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO reader")
	run(t, super, "GRANT TEMPORARY ON DATABASE "+super.Config().ConnConfig.Database+" TO reader")
	run(t, owner, "CREATE FUNCTION purge() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM pipeline_runs'")
	run(t, owner, "CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS 'SELECT 2 * i'")
	hostile := []string{"CREATE TABLE mine (id int)", "SELECT pg_advisory_lock(1)", "CREATE TEMPORARY TABLE mine (id int)", "SELECT purge()"}
	for _, sql := range hostile {
		if _, err := reader.Exec(t.Context(), "BEGIN; "+sql+"; ROLLBACK"); err != nil {
			t.Errorf("before: %s: %v", sql, err)
		}
		reader.Reset()
	}
	var dblink bool
	if err := super.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'dblink')").Scan(&dblink); err != nil {
		t.Fatal(err)
	}
	grantReading(t, super, "reader")
	if dblink { // connects to other servers, and to this one
		run(t, super, "CREATE EXTENSION dblink")
		hostile = append(hostile, "SELECT dblink_disconnect('x')")
	}
	restrict(t, super)
	for _, sql := range hostile {
		mayNot(t, reader, sql)
		if !strings.Contains(sql, "dblink") { // there is no connection x
			run(t, owner, "BEGIN; "+sql+"; ROLLBACK")
		}
	}
	run(t, reader, "SELECT twice(2)") // a function without its owner's rights can do no more than its caller
}

func restrictingAgainDoesNothing(t *testing.T, server func() string) {
	super, _ := ownLogins(t, server, "owner", "reader")
	grantReading(t, super, "reader")
	restrict(t, super)
	const state = `SELECT string_agg(x, ' ') FROM (SELECT xmin::text AS x FROM pg_proc UNION ALL SELECT xmin::text FROM pg_database
		UNION ALL SELECT xmin::text FROM pg_language UNION ALL SELECT xmin::text FROM pg_namespace UNION ALL SELECT xmin::text FROM pg_auth_members) s`
	before, after := "", ""
	for _, into := range []*string{&before, &after} {
		if err := super.QueryRow(t.Context(), state).Scan(into); err != nil {
			t.Fatal(err)
		}
		restrict(t, super)
	}
	if before != after {
		t.Error("the second time changed the catalogue")
	}
}

// On the private server, macrowatch names the owner and the readers before there are any tables.
func ownerAndReadersCanBeNamed(t *testing.T, server func() string) {
	address := server()
	makeRoles(t, address, "keeper", "looker")
	super := poolAt(t, address)
	if left := restrictServer(t, super, "keeper", "looker"); len(left) > 0 {
		t.Errorf("left %q", left)
	}
	for role, want := range map[string]string{"keeper": "t t t", "looker": "f f f"} {
		var got string
		if err := super.QueryRow(t.Context(), `SELECT format('%s %s %s', has_function_privilege($1, 'pg_advisory_lock(bigint)', 'EXECUTE'),
			has_language_privilege($1, 'plpgsql', 'USAGE'), has_database_privilege($1, current_database(), 'TEMPORARY'))`, role).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %s, want %s (%v)", role, got, want, err)
		}
	}
	var member bool
	if err := super.QueryRow(t.Context(), "SELECT pg_has_role('keeper', 'looker', 'USAGE')").Scan(&member); err != nil || !member {
		t.Errorf("the owner can't end the reader's statements (%v)", err)
	}
}

func deletingEverythingKeepsWhoMayRead(t *testing.T, server func() string) {
	super, _ := ownLogins(t, server, "owner", "reader")
	grantReading(t, super, "reader")
	s := store.New(super, nil)
	if err := s.SetSetting(t.Context(), "other", "x"); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if roles, err := store.ReaderRoles(t.Context(), super); err != nil || !slices.Equal(roles, []string{"reader"}) {
		t.Errorf("readers %q, %v", roles, err)
	}
	if _, there, err := s.Setting(t.Context(), "other"); there || err != nil {
		t.Errorf("another setting is left: %v, %v", there, err)
	}
	run(t, super, "ALTER ROLE reader RENAME TO renamed")
	if roles, err := store.ReaderRoles(t.Context(), super); err != nil || len(roles) > 0 {
		t.Errorf("readers %q, %v, once there is no such role", roles, err)
	}
	run(t, super, "ALTER ROLE renamed RENAME TO reader")
}
