package e2e

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// The test has a server of its own, because roles belong to the whole server.
func TestReaderRolesAreRefusedForgottenAndNamed(t *testing.T) {
	t.Parallel()
	url := pgtest.OwnServer(t)()
	db, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	must := func(sql string) {
		t.Helper()
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	must("CREATE ROLE boss SUPERUSER; CREATE ROLE desk_owner LOGIN; CREATE ROLE table_owner LOGIN; CREATE ROLE a LOGIN; CREATE ROLE b LOGIN; CREATE ROLE c LOGIN; CREATE ROLE d LOGIN")
	must("GRANT CONNECT ON DATABASE postgres, template1 TO PUBLIC") // as in a new server
	must("ALTER DATABASE " + db.Config().Database + " OWNER TO desk_owner")
	migrate := func(args ...string) result {
		return run(t, nil, append([]string{"migrate", "--database-url", url}, args...)...)
	}
	if r := migrate(); r.status != 0 {
		t.Fatalf("%d %s", r.status, r.errout)
	}
	must("ALTER TABLE instruments OWNER TO table_owner")
	for role, why := range map[string]string{
		"boss": "is a superuser", db.Config().User: "is a superuser", "desk_owner": "owns the database", "table_owner": "owns the table instruments",
		"pg_monitor": "is one of PostgreSQL's own roles", "pg_read_all_data": "is one of PostgreSQL's own roles", "nobody": "there is no role nobody",
	} {
		t.Run(role, func(t *testing.T) {
			mustRefuse(t, migrate("--reader-role", role), 1, why)
			mustRefuse(t, migrate("--reader-role", role, "--forget"), 1, role+" is not among the logins that only read")
		})
	}
	mustRefuse(t, run(t, nil, "migrate", "--forget", "--database-url", url), 2, "--forget needs --reader-role")
	if r := migrate("status"); r.status != 0 || r.errout != "" {
		t.Errorf("no reader was named, and status warns: %d %s", r.status, r.errout)
	}

	for _, role := range []string{"a", "b", "c", "d"} {
		r := migrate("--reader-role", role)
		if r.status != 0 || !strings.Contains(r.errout, role+" can also connect to macrowatch, postgres and template1, as every login can") {
			t.Errorf("%s: %d %s", role, r.status, r.errout)
		}
	}
	must("GRANT EXECUTE ON FUNCTION pg_sleep TO PUBLIC")
	if r := migrate("status"); !strings.Contains(r.errout, "a, b, c and d can do more than read") || !strings.Contains(r.errout, "migrate --reader-role a\n") {
		t.Errorf("four readers: %s", r.errout)
	}
	must("GRANT DELETE ON pipeline_runs TO c")
	must("ALTER ROLE d SUPERUSER")
	r := migrate("status")
	for _, want := range []string{
		"c should only read, but may write the desk's tables", "macrowatch migrate --reader-role c --forget",
		"d was named as a login that only reads, but is a superuser", "macrowatch migrate --reader-role d --forget", "a, b and c can do more",
	} {
		if !strings.Contains(r.errout, want) {
			t.Errorf("%s lacks %q", r.errout, want)
		}
	}
	for _, role := range []string{"c", "d"} {
		if r := migrate("--reader-role", role, "--forget"); r.status != 0 || !strings.Contains(r.out, role+" is no longer among the logins that only read") {
			t.Errorf("forget %s: %d %s%s", role, r.status, r.out, r.errout)
		}
	}
	if r := migrate("--reader-role", "a"); r.status != 0 { // it takes the rights away again
		t.Errorf("%d %s", r.status, r.errout)
	}
	if r := migrate("status"); r.status != 0 || r.errout != "" {
		t.Errorf("after forgetting, status warns: %d %s", r.status, r.errout)
	}
	var c, b bool
	if err := db.QueryRow(t.Context(), "SELECT has_language_privilege('c', 'plpgsql', 'USAGE'), has_language_privilege('b', 'plpgsql', 'USAGE')").Scan(&c, &b); err != nil || !c || b {
		t.Errorf("plpgsql: c, who is forgotten, %v; b, who reads, %v (%v)", c, b, err)
	}
}
