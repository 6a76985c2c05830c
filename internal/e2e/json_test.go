package e2e

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// document decodes the output of a command with --json, which must be one document and nothing else.
func document(t *testing.T, r result) map[string]any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(r.out))
	var doc map[string]any
	if err := d.Decode(&doc); err != nil {
		t.Fatalf("%v: %d %s%s", err, r.status, r.out, r.errout)
	}
	if err := d.Decode(new(any)); err != io.EOF {
		t.Fatalf("there is more than a document: %s", r.out)
	}
	return doc
}

func list(t *testing.T, doc map[string]any, key string) []any {
	t.Helper()
	all, ok := doc[key].([]any)
	if !ok {
		t.Fatalf("%s is %v", key, doc[key])
	}
	return all
}

func TestRiskAsJSON(t *testing.T) {
	t.Parallel()
	url, _ := riskDesk(t)
	env := []string{"DATABASE_URL=" + url}
	r := run(t, env, "risk", "--backfill", "2026-06-01", "2026-06-11", "--json")
	doc := document(t, r)
	if computed := list(t, doc, "computed"); r.status != 0 || len(computed) != 4 || r.errout != "" {
		t.Errorf("%+v", r)
	}
	r = run(t, env, "risk", "--json")
	doc = document(t, r)
	if r.status != 0 || r.errout != "" || doc["var_95_pct"] == nil || len(list(t, doc, "limits")) == 0 || len(list(t, doc, "measures")) != 6 {
		t.Errorf("%+v", r)
	}
	r = run(t, env, "risk", "--stale", "--json")
	if doc = document(t, r); r.status != 0 || doc["stored"] != 5.0 || len(list(t, doc, "stale")) != 0 {
		t.Errorf("%+v", r)
	}
	r = run(t, env, "risk", "--backfill", "--stale", "--json")
	if doc = document(t, r); r.status != 0 || len(list(t, doc["redone"].(map[string]any), "computed")) != 0 {
		t.Errorf("%+v", r)
	}
}

// What was taken before a file was refused is in the document; the refusal is on standard error.
func TestImportAsJSON(t *testing.T) {
	t.Parallel()
	url, dir := pgtest.MigratedURL(t), t.TempDir()
	good := write(t, dir, "good.csv", "instrument,kind,quoted_in\nSPX,price,index points\nUST_10Y,yield,percent\n")
	bad := write(t, dir, "bad.csv", "instrument,kind,quoted_in\nSPX,cheese,\n")
	r := run(t, nil, "import", "--database-url", url, "--json", "instruments", good, bad)
	files := list(t, document(t, r), "files")
	if r.status != 1 || len(files) != 1 || !strings.Contains(r.errout, "cheese") {
		t.Fatalf("%+v", r)
	}
	if file := files[0].(map[string]any); file["inserted"] != 2.0 || file["file"] != good || file["kind"] != "instruments" {
		t.Errorf("%v", file)
	}
}

func TestMigrateStatusAsJSON(t *testing.T) {
	t.Parallel()
	r := run(t, []string{"DATABASE_URL=" + pgtest.URL(t)}, "migrate", "status", "--json")
	doc := document(t, r)
	if r.status != 1 || doc["missing"] != float64(len(list(t, doc, "migrations"))) || !strings.Contains(r.errout, "are missing") {
		t.Errorf("%+v", r)
	}
	r = run(t, []string{"DATABASE_URL=" + pgtest.MigratedURL(t)}, "migrate", "status", "--json")
	if doc := document(t, r); r.status != 0 || doc["missing"] != 0.0 || r.errout != "" {
		t.Errorf("%+v", r)
	}
}

func TestDashboardsCheckAsJSON(t *testing.T) {
	t.Parallel()
	r := run(t, []string{"DATABASE_URL=" + pgtest.MigratedURL(t)}, "dashboards", "check", "--json", "--dir", t.TempDir())
	doc := document(t, r)
	if r.status != 1 || doc["dashboards"] != 6.0 || !strings.Contains(r.errout, "problems") {
		t.Errorf("%+v", r)
	}
	for _, p := range list(t, doc, "problems") {
		if p := p.(map[string]any); p["file"] == nil || p["problem"] == nil {
			t.Errorf("%v", p)
		}
	}
}

func TestExecCheckAsJSON(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := run(t, []string{"DATABASE_URL=" + pgtest.MigratedURL(t), "MACROWATCH_SPOOL_DIR=" + dir}, "exec", "--check", "--json")
	if doc := document(t, r); r.status != 0 || doc["recordable"] != true || doc["given_by"] != "DATABASE_URL" || !strings.HasPrefix(doc["spool_dir"].(string), dir) {
		t.Errorf("%+v", r)
	}
}
