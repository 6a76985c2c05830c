package e2e

import (
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// The dashboards' queries are sent as the login of --reader-url. If this login may not read a table, the panels say so,
// although the other login owns the table.
func TestPanelsAreReadByTheLoginOfReaderURL(t *testing.T) {
	t.Parallel()
	address := pgtest.OwnServer(t)()
	super, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close(t.Context())
	must := func(sql string) {
		t.Helper()
		if _, err := super.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	as := func(login, database string) string {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword(login, "secret")
		if database != "" {
			u.Path = "/" + database
		}
		return u.String()
	}
	for _, login := range []string{"desk_owner", "looker", "writer", "stranger"} {
		must("CREATE ROLE " + login + " LOGIN PASSWORD 'secret'")
	}
	must("CREATE ROLE boss LOGIN SUPERUSER PASSWORD 'secret'")
	must("ALTER DATABASE " + super.Config().Database + " OWNER TO desk_owner")
	must("CREATE DATABASE elsewhere TEMPLATE template0 OWNER desk_owner")
	for _, database := range []string{"", "elsewhere"} {
		if r := run(t, nil, "migrate", "--database-url", as("desk_owner", database)); r.status != 0 {
			t.Fatal(r.errout)
		}
		if r := run(t, nil, "migrate", "--database-url", as("boss", database), "--reader-role", "looker"); r.status != 0 {
			t.Fatal(r.errout)
		}
	}
	must("GRANT SELECT ON ALL TABLES IN SCHEMA public TO writer")
	must("GRANT UPDATE ON instrument_prices TO writer")

	serve := func(reader string) []string {
		return []string{"serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", as("desk_owner", ""), "--reader-url", reader}
	}
	for reader, why := range map[string]string{
		as("desk_owner", ""):      "desk_owner can't be the login that only reads, since it owns the database",
		as("boss", ""):            "boss can't be the login that only reads, since it is a superuser",
		as("writer", ""):          "writer can't be the login that only reads, since it may write the desk's tables",
		as("stranger", ""):        "run macrowatch migrate --reader-role stranger",
		as("looker", "elsewhere"): "looker is connected to another database",
		"nonsense":                "--reader-url",
	} {
		mustRefuse(t, run(t, nil, serve(reader)...), 1, why)
	}
	mustRefuse(t, run(t, nil, "serve", "--private", "--reader-url", as("looker", "")), 2, "--reader-url is for a database that is given by its URL")

	migrate := func(args ...string) result {
		return run(t, nil, append([]string{"migrate", "--database-url", as("boss", "")}, args...)...)
	}
	mustRefuse(t, migrate("--writer-role", "looker"), 1, "looker can't be a login that only writes rows, since it is a login that only reads")
	mustRefuse(t, migrate("--writer-role", "nobody"), 1, "there is no role nobody")
	mustRefuse(t, migrate("--writer-role", "stranger", "--reader-role", "looker"), 2, "exclude each other")
	if r := migrate("--writer-role", "stranger"); r.status != 0 || r.errout != "" {
		t.Errorf("%d %s", r.status, r.errout)
	}
	if r := run(t, nil, "exec", "--database-url", as("stranger", ""), "--step", "fred", "--", "true"); r.status != 0 || r.errout != "" {
		t.Errorf("the login that writes can't record a run: %d %s", r.status, r.errout)
	}

	s := start(t, nil, serve(as("looker", ""))...)
	for _, p := range panelsOf(t, s.url, "pipeline-health", "") {
		if p.Error != "" {
			t.Errorf("the reader can't answer a panel: %s", p.Error)
		}
	}
	must("REVOKE SELECT ON pipeline_runs FROM looker")
	refused := 0
	for _, p := range panelsOf(t, s.url, "pipeline-health", "?from=now-20d&to=now") {
		if strings.Contains(p.Error, "permission denied") {
			refused++
		}
	}
	if refused == 0 {
		t.Error("panels still read pipeline_runs, which the login of --reader-url may not read")
	}
}
