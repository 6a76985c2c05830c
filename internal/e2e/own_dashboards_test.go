package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testfiles"
	"macrowatch/internal/viewer/view"
)

// readDesk is a database on a server of its own, with an owner, a login that only reads, and a run of each status.
type readDesk struct {
	t     testing.TB
	super *pgx.Conn
	url   string
}

func newReadDesk(t testing.TB) readDesk {
	t.Helper()
	d := readDesk{t: t, url: pgtest.OwnServer(t)()}
	var err error
	if d.super, err = pgx.Connect(t.Context(), d.url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.super.Close(t.Context()) })
	for _, login := range []string{"desk_owner", "looker"} {
		d.must("CREATE ROLE " + login + " LOGIN PASSWORD 'secret'")
	}
	d.must("CREATE ROLE boss LOGIN SUPERUSER PASSWORD 'secret'")
	d.must("ALTER DATABASE " + d.super.Config().Database + " OWNER TO desk_owner")
	for _, args := range [][]string{{"--database-url", d.as("desk_owner")}, {"--database-url", d.as("boss"), "--reader-role", "looker"}} {
		if r := run(t, nil, append([]string{"migrate"}, args...)...); r.status != 0 {
			t.Fatal(r.errout)
		}
	}
	d.must(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message) VALUES
		('1', 'fred', 'SUCCESS', now() - interval '2 hours', now() - interval '119 minutes', 60, NULL), ('2', 'fred', 'FAILED', now() - interval '1 hour', now() - interval '59 minutes', 60, 'x')`)
	d.must("CREATE TABLE closed_table (v int)")
	return d
}

func (d readDesk) must(sql string) {
	d.t.Helper()
	if _, err := d.super.Exec(d.t.Context(), sql); err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
}

// as returns the URL of the database for a login.
func (d readDesk) as(login string) string {
	u, err := url.Parse(d.url)
	if err != nil {
		d.t.Fatal(err)
	}
	u.User = url.UserPassword(login, "secret")
	return u.String()
}

func (d readDesk) serveArgs(reader, dir string) []string {
	args := []string{"serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", d.as("desk_owner"), "--dashboards", dir}
	if reader != "" {
		args = append(args, "--reader-url", d.as(reader))
	}
	return args
}

// foundBoard is a dashboard in the list of the server.
type foundBoard struct{ UID, Title, URL, FolderTitle, File, Fault string }

// boardsOf returns the dashboards of a server by their files; built-in ones by their uids.
func boardsOf(t testing.TB, url string) map[string]foundBoard {
	t.Helper()
	_, body := get(t, strings.TrimRight(url, "/")+"/api/search")
	var all []foundBoard
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	out := map[string]foundBoard{}
	for _, b := range all {
		if b.File == "" {
			b.File = b.UID
		}
		out[b.File] = b
	}
	return out
}

func TestQueriesOfOwnDashboardsNeedALoginThatOnlyReads(t *testing.T) {
	t.Parallel()
	d := newReadDesk(t)
	dir := testfiles.Path(t, "dashboards")
	mustRefuse(t, run(t, nil, d.serveArgs("", dir)...), 1, "--dashboards needs a login that only reads", "desk_owner can't be the login that only reads", "--reader-url")
	mustRefuse(t, run(t, nil, d.serveArgs("boss", dir)...), 1, "boss can't be the login that only reads")
	mustRefuse(t, run(t, nil, "dashboards", "check", dir, "--database-url", d.as("desk_owner")), 1, "dashboards check FOLDER needs a login that only reads")
	for _, table := range []string{"macrowatch_tokens", "macrowatch_sessions", "macrowatch_requests"} {
		d.must("GRANT SELECT ON " + table + " TO looker")
		mustRefuse(t, run(t, nil, d.serveArgs("looker", dir)...), 1, "looker may read "+table)
		d.must("REVOKE SELECT ON " + table + " FROM looker")
	}
	d.must("GRANT SELECT (digest) ON macrowatch_tokens TO looker")
	mustRefuse(t, run(t, nil, d.serveArgs("looker", dir)...), 1, "looker may read macrowatch_tokens")
	d.must("REVOKE SELECT (digest) ON macrowatch_tokens FROM looker")

	s := start(t, nil, d.serveArgs("looker", dir)...)
	wants := map[string]map[int]string{
		"own-hostile": {
			1: "permission denied for table macrowatch_tokens", 2: "permission denied for table macrowatch_sessions", 3: "permission denied for table macrowatch_requests",
			4: "permission denied for table macrowatch_tokens", 5: "permission denied for function pg_read_file", 6: "The query tried to change data", 7: "more than one statement",
			9: "permission denied to set role", 12: "permission denied for function pg_sleep",
		},
		"own-tables":  {1: `The table "candles" does not exist in the database`, 2: `The table "market.ticks" does not exist in the database`, 3: "permission denied for table closed_table"},
		"own-export":  {3: `query A goes to a datasource of the type "prometheus"`},
		"own-kinds":   {1: `Panels of the type "geomap" are not supported`, 2: `"candlestick"`, 3: `"wordcloud"`, 4: `The transformation "heatmapMagic"`, 5: "Library panels are not supported"},
		"own-circles": {1: "refers to itself"}, "own-runs": {}, "own-source": {}, "own-wrapped": {}, "own-grid": {}, "own-rows": {}, "own-variables": {},
	}
	for uid, refused := range wants {
		for id, p := range panelsOf(t, s.url, uid, "") {
			said := p.Error
			if p.View != nil && p.View.Kind == "unsupported" {
				said = p.View.Message
			}
			if want := refused[id]; want == "" && said != "" || !strings.Contains(strings.ToLower(said), strings.ToLower(want)) {
				t.Errorf("%s, panel %d says %q, want %q", uid, id, said, want)
			}
		}
	}
	var runs int
	if err := d.super.QueryRow(t.Context(), "SELECT count(*) FROM pipeline_runs").Scan(&runs); err != nil || runs != 2 {
		t.Errorf("%d runs are left, %v", runs, err)
	}
}

func TestOwnDashboardsStandBesideTheBuiltInOnes(t *testing.T) {
	t.Parallel()
	d := newReadDesk(t)
	s := start(t, nil, d.serveArgs("looker", testfiles.Path(t, "dashboards"))...)
	all := boardsOf(t, s.url)
	for file, want := range map[string]foundBoard{
		"pipeline-health":          {UID: "pipeline-health", FolderTitle: "Macro Trading"},
		"plain.json":               {UID: "own-runs", FolderTitle: "Own dashboards"},
		"fx/rows.json":             {UID: "own-rows", FolderTitle: "Own dashboards / fx"},
		"hostile.json":             {UID: "own-hostile", Title: "Pipeline Health", FolderTitle: "Own dashboards"},
		"broken/twice.json":        {Fault: "Its uid own-runs is also that of the file plain.json."},
		"broken/built-in.json":     {Fault: "Its uid risk-dashboard is that of the dashboard Risk Dashboard, which is built in."},
		"broken/no-dashboard.json": {Fault: "it has no panels"},
		"broken/old.json":          {Fault: "The dashboard has schema version 22"},
		"broken/resource.json":     {Fault: "The dashboard has the form of a resource"},
	} {
		got, there := all[file]
		if !there || want.UID != "" && got.UID != want.UID || want.Title != "" && got.Title != want.Title || want.FolderTitle != "" && got.FolderTitle != want.FolderTitle ||
			!strings.Contains(got.Fault, want.Fault) || (got.Fault == "") != (want.Fault == "") {
			t.Errorf("%s is %+v, want %+v", file, got, want)
		}
	}
	if files := slices.Collect(maps.Keys(all)); len(files) != 6+17 {
		t.Errorf("%d dashboards: %q", len(files), files)
	}
	for file, b := range all {
		if status, body := get(t, strings.TrimRight(s.url, "/")+b.URL); status != 200 {
			t.Errorf("%s: %d %s", file, status, body)
		}
	}
}

// small is a dashboard that an owner of a desk may write.
func smallBoard(uid, title, sql string) string {
	return fmt.Sprintf(`{"uid": %q, "title": %q, "schemaVersion": 39, "time": {"from": "now-1d", "to": "now"}, "panels": [{"id": 1, "type": "stat", "title": "Value",
		"gridPos": {"x": 0, "y": 0, "w": 8, "h": 4}, "targets": [{"refId": "A", "format": "table", "rawSql": %q}]}]}`, uid, title, sql)
}

// replace writes a file as editors do: another file first, which then takes its place.
func replace(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+"~", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+"~", path); err != nil {
		t.Fatal(err)
	}
}

// onlyTile returns the text of a dashboard's only tile. If the dashboard was removed after it was listed, it returns the server's
// refusal, so that whoever waits for a change can ask again.
func onlyTile(t testing.TB, url, uid string) string {
	t.Helper()
	status, body := get(t, strings.TrimRight(url, "/")+"/api/dashboards/uid/"+uid+"/panels")
	var p view.Panel
	if err := json.Unmarshal([]byte(body), &p); status != http.StatusOK || err != nil || p.View == nil || p.View.Stat == nil || len(p.View.Stat.Items) != 1 {
		return fmt.Sprintf("%d %s", status, body)
	}
	return p.View.Stat.Items[0].Value.Text
}

func TestServeFollowsTheFolderOfDashboards(t *testing.T) {
	t.Parallel()
	d := newReadDesk(t)
	dir := t.TempDir()
	s := start(t, []string{"MACROWATCH_DASHBOARDS=" + dir}, slices.DeleteFunc(d.serveArgs("looker", ""), func(a string) bool { return a == "--dashboards" || a == "" })...)
	shows := func(what, file, want string) {
		t.Helper()
		eventually(t, what, func() (bool, string) {
			b, there := boardsOf(t, s.url)[file]
			got := b.Title + b.Fault
			if there && b.Fault == "" {
				got += " " + onlyTile(t, s.url, b.UID)
			}
			return got == want, fmt.Sprintf("%q", got)
		})
	}
	carry := filepath.Join(dir, "fx", "carry.json")
	replace(t, carry, smallBoard("carry", "Carry", "SELECT 1 AS v"))
	shows("a file is added", "fx/carry.json", "Carry 1")
	replace(t, carry, smallBoard("carry", "Carry", "SELECT 2 AS v"))
	shows("a file is replaced", "fx/carry.json", "Carry 2")
	if err := os.WriteFile(carry, []byte(smallBoard("carry", "Carried", "SELECT 3 AS v")), 0o644); err != nil {
		t.Fatal(err)
	}
	shows("a file is written in place", "fx/carry.json", "Carried 3")
	replace(t, carry, "{")
	shows("a file is broken", "fx/carry.json", "carry.json"+"It is not JSON: it ends too early, in line 1.")
	for _, p := range panelsOf(t, s.url, "pipeline-health", "") {
		if p.Error != "" {
			t.Errorf("the broken file breaks a panel: %s", p.Error)
		}
	}
	replace(t, carry, smallBoard("carry", "Carry", "SELECT 4 AS v"))
	shows("it is in order again", "fx/carry.json", "Carry 4")
	if err := os.RemoveAll(filepath.Dir(carry)); err != nil {
		t.Fatal(err)
	}
	shows("the folder is removed", "fx/carry.json", "")
}

func TestDashboardsCheckOfAFolderNamesEachProblem(t *testing.T) {
	t.Parallel()
	d := newReadDesk(t)
	check := func(dir string, more ...string) result {
		t.Helper()
		return run(t, []string{"DATABASE_URL=" + d.as("desk_owner"), "MACROWATCH_READER_URL=" + d.as("looker")}, append([]string{"dashboards", "check", dir}, more...)...)
	}
	dir := testfiles.Path(t, "dashboards")
	r := check(dir)
	mustRefuse(t, r, 1, "the dashboards of "+dir+" have 29 problems\n")
	for _, want := range []string{
		"broken/no-dashboard.json: It is JSON, but not a dashboard of Grafana's: it has no panels.\n", "broken/twice.json: Its uid own-runs is also that of the file plain.json. Give one of them another uid.\n",
		"circles.json, panel 1 ($a): ", "circles.json, variable a: It refers to itself.\n", "export.json, panel 3 (Of Another Program): Query A goes to a datasource of the type \"prometheus\"; only PostgreSQL is supported.\n",
		"hostile.json, panel 1 (Tokens): The database refused the query (42501): permission denied for table macrowatch_tokens.\n", "unknown-kinds.json, panel 1 (A Map): Panels of the type \"geomap\" are not supported.\n",
		"other-tables.json, variable pair: The table \"pairs\" does not exist in the database (42P01).\n", "other-tables.json: The annotations News are missing. The table \"news\" does not exist in the database (42P01).\n",
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("it does not say %q:\n%s", want, r.out)
		}
	}
	for _, fine := range []string{"plain.json,", "wrapped.json", "source-variable.json", "no-uid.json", "odd-grid.json", "fx/"} {
		if strings.Contains(r.out, fine) {
			t.Errorf("it finds a problem in %s:\n%s", fine, r.out)
		}
	}
	var doc struct {
		Dashboards, Queries int
		Problems            []struct{ File, Dashboard, Panel, Problem string }
	}
	if err := json.Unmarshal([]byte(check(dir, "--json").out), &doc); err != nil || doc.Dashboards != 17 || len(doc.Problems) != 29 || doc.Queries < 30 {
		t.Errorf("%v: %d dashboards, %d problems, %d queries", err, doc.Dashboards, len(doc.Problems), doc.Queries)
	}
	for _, p := range doc.Problems {
		if p.File == "" || p.Problem == "" || p.Dashboard != "" {
			t.Errorf("a problem without a file or a sentence: %+v", p)
		}
	}
	good := t.TempDir()
	replace(t, filepath.Join(good, "a.json"), smallBoard("a", "A", "SELECT count(*) AS n FROM pipeline_runs"))
	if r := check(good); r.status != 0 || r.out != "1 dashboard with 1 query in "+good+": no problem\n" {
		t.Errorf("%d %s%s", r.status, r.out, r.errout)
	}
	if r := run(t, nil, "dashboards", "check", good); r.status != 0 || !strings.Contains(r.out, "no problem") {
		t.Errorf("without a database: %d %s%s", r.status, r.out, r.errout)
	}
}
