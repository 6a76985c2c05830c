package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// leaks are parts of the secrets that these tests write.
var leaks = []string{"hunter", "p@ss", "abc123def", "AKIAIOSF", "MIIE", "tiger"}

// careless is a command that writes secrets to standard error and fails.
const careless = `cat >&2 <<'END'
connect postgres://macro:hunter2p@ss@db:5432/x failed
+ curl -H 'Authorization: Bearer abc123def456' 'https://api.example/x?api_key=hunter3&f=json'
{"user": "scott", "password": "tiger"}
PGPASSWORD=hunter4 psql; key AKIAIOSFODNN7EXAMPLE
-----BEGIN PRIVATE KEY-----
MIIEabcdef
-----END PRIVATE KEY-----
fetch failed for series GDP
END
exit 3`

func mustHoldNoSecret(t *testing.T, what, text string) {
	t.Helper()
	for _, part := range leaks {
		if strings.Contains(text, part) {
			t.Errorf("%s holds %q: %s", what, part, text)
		}
	}
	for _, kept := range []string{"db:5432", "f=json", "scott", "fetch failed for series GDP"} {
		if !strings.Contains(text, kept) {
			t.Errorf("%s lacks %q: %s", what, kept, text)
		}
	}
}

func TestRecordedErrorsHoldNoSecret(t *testing.T) {
	t.Parallel()
	url, dir := pgtest.MigratedURL(t), t.TempDir()
	// The database is away first, so that the run is kept on disk.
	r := run(t, nil, "exec", "--step", "fred", "--database-url", "postgres://macro@127.0.0.1:1/x", "--spool-dir", dir, "--", "sh", "-c", careless)
	if r.status != 3 {
		t.Fatalf("exit status %d: %s", r.status, r.errout)
	}
	for _, secret := range []string{"hunter2p@ss", "abc123def456", `"tiger"`, "MIIEabcdef"} {
		if !strings.Contains(r.errout, secret) {
			t.Errorf("standard error was changed: it lacks %s: %s", secret, r.errout)
		}
	}
	kept := 0
	if err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "error_message") {
			kept++
			mustHoldNoSecret(t, path, string(text))
		}
		return err
	}); err != nil || kept != 1 {
		t.Fatalf("%d runs are kept (%v)", kept, err)
	}

	if r := run(t, nil, "exec", "--step", "fred", "--database-url", url, "--spool-dir", dir, "--", "sh", "-c", careless); r.status != 3 {
		t.Fatalf("exit status %d: %s", r.status, r.errout)
	}
	mustHoldNoSecret(t, "the record", scalar[string](t, url, "SELECT error_message FROM pipeline_runs"))
}

func TestImportedErrorsHoldNoSecret(t *testing.T) {
	t.Parallel()
	url := pgtest.MigratedURL(t)
	line := `{"run_id":"1","step_name":"fred","status":"FAILED","started_at":"2026-01-05T09:00:00Z","duration_seconds":1,` +
		`"error_message":"connect postgres://macro:hunter2@db:5432/x, api_key=hunter3 f=json {\"user\":\"scott\",\"password\":\"tiger\"}: fetch failed for series GDP"}` + "\n"
	for _, want := range []string{"1 inserted, 0 updated, 0 unchanged", "0 inserted, 0 updated, 1 unchanged"} {
		if r := runIn(t, nil, line, "import", "pipeline-runs", "-", "--database-url", url); r.status != 0 || !strings.Contains(r.out, want) {
			t.Errorf("%d %s %s, want %s", r.status, r.out, r.errout, want)
		}
	}
	mustHoldNoSecret(t, "the record", scalar[string](t, url, "SELECT error_message FROM pipeline_runs"))
}
