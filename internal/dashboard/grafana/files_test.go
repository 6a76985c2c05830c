package grafana

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
)

// root is the repository, from this package's folder.
const root = "../../.."

func TestCommittedFilesAreCurrent(t *testing.T) {
	t.Parallel()
	found, err := Diff(root, desk.BuiltInRules(), alert.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		t.Errorf("%s; run: go run ./cmd/macrowatch dashboards generate", d)
	}
}

func TestFilesAreTheDashboardsAndTheProvisioning(t *testing.T) {
	t.Parallel()
	files, err := Files(desk.BuiltInRules(), alert.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"monitoring/grafana/dashboards/pipeline_health.json",
		"monitoring/grafana/dashboards/portfolio_performance.json",
		"monitoring/grafana/dashboards/risk_dashboard.json",
		"monitoring/grafana/dashboards/signal_overview.json",
		"monitoring/grafana/more/alerts.json",
		"monitoring/grafana/more/macrowatch_health.json",
		"monitoring/grafana/more/pipeline_step.json",
		"monitoring/grafana/provisioning/alerting/macrowatch.yml",
		"monitoring/grafana/provisioning/dashboards/dashboards.yml",
		"monitoring/grafana/provisioning/dashboards/more.yml",
		"monitoring/grafana/provisioning/datasources/prometheus.yml",
		"monitoring/grafana/provisioning/datasources/timescaledb.yml",
		"monitoring/grafana/provisioning/from-environment/alerting/macrowatch.yml",
		"monitoring/grafana/provisioning/from-environment/dashboards/dashboards.yml",
		"monitoring/grafana/provisioning/from-environment/dashboards/more.yml",
		"monitoring/grafana/provisioning/from-environment/datasources/prometheus.yml",
		"monitoring/grafana/provisioning/from-environment/datasources/timescaledb.yml",
		"monitoring/prometheus/macrowatch.rules.yaml",
	}
	if got := sortedNames(files); !slices.Equal(got, want) {
		t.Errorf("files are %v, want %v", got, want)
	}
}

func TestWriteBringsAFolderUpToDateAndNamesWhatItWrote(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := Write(dir, desk.BuiltInRules(), alert.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	if len(first) != 18 {
		t.Errorf("the first time %v were written, want all 18", first)
	}
	if found, err := Diff(dir, desk.BuiltInRules(), alert.DefaultConfig()); err != nil || len(found) != 0 {
		t.Errorf("after writing %v differ (%v)", found, err)
	}
	again, err := Write(dir, desk.BuiltInRules(), alert.DefaultConfig())
	if err != nil || len(again) != 0 {
		t.Errorf("the second time %v were written (%v), want none", again, err)
	}
	spoil(t, dir, providerFile, "apiVersion: 2\n")
	third, err := Write(dir, desk.BuiltInRules(), alert.DefaultConfig())
	if err != nil || !slices.Equal(third, []string{providerFile}) {
		t.Errorf("after a change %v were written (%v), want %s", third, err, providerFile)
	}
}

func TestDiffNamesEveryFileThatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Write(dir, desk.BuiltInRules(), alert.DefaultConfig()); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, providerFile)); err != nil {
		t.Fatal(err)
	}
	spoil(t, dir, dashboardsDir+"/pipeline_health.json", "{}")
	spoil(t, dir, dashboardsDir+"/old.json", "{}")
	spoil(t, dir, dashboardsDir+"/README.md", "not a dashboard")
	got, err := Diff(dir, desk.BuiltInRules(), alert.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	want := []Difference{
		{dashboardsDir + "/old.json", "not one of the dashboards"},
		{dashboardsDir + "/pipeline_health.json", "out of date"},
		{providerFile, "missing"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestWriteSaysWhichFileItCouldNotWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	spoil(t, dir, "monitoring", "a file where a folder belongs")
	if _, err := Write(dir, desk.BuiltInRules(), alert.DefaultConfig()); err == nil {
		t.Error("writing below a file succeeded")
	}
	if _, err := Diff(dir, desk.BuiltInRules(), alert.DefaultConfig()); err == nil {
		t.Error("comparing below a file succeeded")
	}
}

func spoil(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
