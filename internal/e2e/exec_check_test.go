package e2e

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// exec --check says where a run would be recorded, and runs no command.
func TestExecCheckSaysWhereARunWouldGo(t *testing.T) {
	t.Parallel()
	book := pgtest.MigratedURL(t)
	given := connectionSettings(t, book)
	target := given.Database + " at " + given.Host + ":" + given.port() + " as " + given.User
	config := filepath.Join(t.TempDir(), "config.yaml")
	writeText(t, config, "database-url: \""+book+"\"\n")
	services := filepath.Join(t.TempDir(), "services")
	writeText(t, services, serviceText(given))
	reader := pgtest.LimitedURL(t, book, 3)
	u, err := url.Parse(reader)
	if err != nil {
		t.Fatal(err)
	}
	mustSQL(t, book, "REVOKE INSERT ON pipeline_runs FROM "+u.User.Username())
	made := emptyDir(t)
	for name, c := range map[string]struct {
		env    []string
		args   []string
		status int
		words  []string
	}{
		"DATABASE_URL":   {[]string{"DATABASE_URL=" + book}, nil, 0, []string{target, "given by   DATABASE_URL", "would be recorded there", "none"}},
		"the flag":       {nil, []string{"--database-url", book}, 0, []string{target, "given by   --database-url", "would be recorded there"}},
		"a file":         {nil, []string{"--config", config}, 0, []string{target, config, "would be recorded there"}},
		"a service":      {[]string{"PGSERVICE=desk", "PGSERVICEFILE=" + services, "PGPASSWORD=" + given.Password}, nil, 0, []string{target, "given by   PGSERVICE", "would be recorded there"}},
		"away":           {[]string{"DATABASE_URL=" + awayURL}, nil, 1, []string{"d at 127.0.0.1:1 as u", "would not be recorded: can't reach PostgreSQL"}},
		"unusable":       {[]string{"DATABASE_URL=service=of-nobody"}, nil, 1, []string{"could not be used", "DATABASE_URL", "service"}},
		"no tables":      {[]string{"DATABASE_URL=" + pgtest.URL(t)}, nil, 1, []string{"macrowatch migrate"}},
		"no rights":      {[]string{"DATABASE_URL=" + reader}, nil, 1, []string{"may not read and write the table pipeline_runs"}},
		"the private":    {nil, []string{"--data-dir", made}, 0, []string{"the private PostgreSQL in " + made, "--data-dir", "would be recorded there"}},
		"none made":      {nil, []string{"--data-dir", filepath.Join(t.TempDir(), "none")}, 1, []string{"database   none", "there is no private PostgreSQL in"}},
		"a wrong secret": {[]string{"DATABASE_URL=" + strings.Replace(book, given.Password, "secretword", 1)}, nil, 1, []string{target, "password"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mark, dir := filepath.Join(t.TempDir(), "ran"), t.TempDir()
			env := append(c.env, "MACROWATCH_SPOOL_DIR="+dir)
			r := run(t, env, append(append([]string{"exec", "--check"}, c.args...), "--step", "s", "--", "touch", mark)...)
			if r.status != c.status || r.errout != "" || strings.Contains(r.out, "secretword") || strings.Contains(r.out, given.Password) {
				t.Errorf("%+v", r)
			}
			for _, word := range append(c.words, "kept in    "+dir) {
				if !strings.Contains(r.out, word) {
					t.Errorf("%q is not in %s", word, r.out)
				}
			}
			if _, err := os.Stat(mark); err == nil {
				t.Error("the command ran")
			}
			if left := waiting(t, dir); len(left) > 0 {
				t.Errorf("kept: %v", left)
			}
		})
	}
}

func TestExecCheckCountsKeptRuns(t *testing.T) {
	t.Parallel()
	book := pgtest.MigratedURL(t)
	a, dir := newAddresses(t, book), t.TempDir()
	env := func(url string) []string { return []string{"DATABASE_URL=" + url, "MACROWATCH_SPOOL_DIR=" + dir} }
	execInVain(t, env(awayURL), "elsewhere")
	a.shut()
	execInVain(t, env(a.at("localhost")), "here")
	execInVain(t, env(a.at("localhost")), "here")
	a.open(t)
	for address, want := range map[string]string{
		a.at("127.0.0.1"): "2 for this database, 1 for others", awayURL: "1 for this database, 2 for others", book: "none for this database, 3 for others",
	} {
		t.Run(want, func(t *testing.T) {
			if r := run(t, env(address), "exec", "--check"); !strings.Contains(r.out, want) {
				t.Errorf("%+v", r)
			}
		})
	}
	// In cron, no database is named.
	r := newCronUser(t).run(t, nil, "exec", "--check")
	if r.status != 1 || !strings.Contains(r.out, "database   none") || !strings.Contains(r.out, "given by   no setting: ") || !strings.Contains(r.out, "DATABASE_URL") {
		t.Errorf("%+v", r)
	}
}
