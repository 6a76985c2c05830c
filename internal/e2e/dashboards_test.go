package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

func TestDashboardsCheckFailsOnAFileThatIsNotCurrent(t *testing.T) {
	t.Parallel()
	dir, db := t.TempDir(), pgtest.MigratedURL(t)
	if r := run(t, nil, "dashboards", "generate", "--dir", dir); r.status != 0 {
		t.Fatal(r.errout)
	}
	if r := run(t, nil, "dashboards", "check", "--dir", dir, "--database-url", db); r.status != 0 || !strings.Contains(r.out, "have no problem, and their files are current") {
		t.Errorf("exit status %d: %s%s", r.status, r.out, r.errout)
	}
	name := filepath.Join(dir, "monitoring/grafana/dashboards/pipeline_health.json")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(text), `"lastNotNull"`, `"last"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	r := run(t, nil, "dashboards", "check", "--dir", dir, "--database-url", db)
	mustRefuse(t, r, 1, "the dashboards have 1 problem\n")
	if r.out != "monitoring/grafana/dashboards/pipeline_health.json: out of date (macrowatch dashboards generate writes the current file)\n" {
		t.Errorf("it says %q", r.out)
	}
}

func TestDashboardsCheckNeedsNoDatabase(t *testing.T) {
	t.Parallel()
	if r := run(t, nil, "dashboards", "check", "--dir", "../.."); r.status != 0 {
		t.Errorf("exit status %d: %s%s", r.status, r.out, r.errout)
	}
}

func TestDashboardsCheckNamesAQueryThatFails(t *testing.T) {
	t.Parallel()
	db := pgtest.Migrated(t)
	if _, err := db.Exec(t.Context(), "ALTER TABLE pipeline_runs RENAME COLUMN error_message TO message"); err != nil {
		t.Fatal(err)
	}
	r := run(t, nil, "dashboards", "check", "--dir", "../..", "--database-url", db.Config().ConnString())
	mustRefuse(t, r, 1, "the dashboards have 3 problems\n")
	for _, says := range []string{"pipeline-health, panel 9 (Error Log): the query fails: column \"error_message\" does not exist", "pipeline-health, annotation Failures: ", "pipeline-step, panel "} {
		if !strings.Contains(r.out, says) {
			t.Errorf("it does not say %s: %s", says, r.out)
		}
	}
}

func TestDashboardsExportWritesFilesForTheImportScreen(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "for", "import")
	if r := run(t, nil, "dashboards", "export", "--portable", dir); r.status != 0 || !strings.Contains(r.out, "pipeline_health.json\n") {
		t.Errorf("exit status %d: %s%s", r.status, r.out, r.errout)
	}
	text, err := os.ReadFile(filepath.Join(dir, "pipeline_health.json"))
	if err != nil || !strings.Contains(string(text), `"uid": "${DS_TIMESCALEDB}"`) {
		t.Errorf("the file asks for no datasource (%v)", err)
	}
	mustRefuse(t, run(t, nil, "dashboards", "export"), 2, "--portable DIR")
}
