package grafana

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"macrowatch/internal/alert"
	"macrowatch/internal/dashboard"
	"macrowatch/internal/dashboard/ownhealth"
	"macrowatch/internal/desk"
)

// Where the files are, below the repository's root, in slashes.
const (
	dashboardsDir  = "monitoring/grafana/dashboards"
	datasourceFile = "monitoring/grafana/provisioning/datasources/timescaledb.yml"
	providerFile   = "monitoring/grafana/provisioning/dashboards/dashboards.yml"
	// The same, with settings from the environment.
	variableDatasourceFile = "monitoring/grafana/provisioning/from-environment/datasources/timescaledb.yml"
	variableProviderFile   = "monitoring/grafana/provisioning/from-environment/dashboards/dashboards.yml"
	// The other dashboards of the desk, that of macrowatch itself, and what they need.
	moreDir                  = "monitoring/grafana/more"
	moreProviderFile         = "monitoring/grafana/provisioning/dashboards/more.yml"
	variableMoreProviderFile = "monitoring/grafana/provisioning/from-environment/dashboards/more.yml"
	prometheusFile           = "monitoring/grafana/provisioning/datasources/prometheus.yml"
	variablePrometheusFile   = "monitoring/grafana/provisioning/from-environment/datasources/prometheus.yml"
	rulesFile                = "monitoring/prometheus/macrowatch.rules.yaml"
	// The desk's alerts as rules of Grafana.
	alertRulesFile         = "monitoring/grafana/provisioning/alerting/macrowatch.yml"
	variableAlertRulesFile = "monitoring/grafana/provisioning/from-environment/alerting/macrowatch.yml"
)

// Files returns every generated file of a desk by its path below the root, in slashes. The alerts say which rules Grafana
// evaluates, and from which values on they fire.
func Files(rules desk.Rules, alerts alert.Config) (map[string][]byte, error) {
	defs, err := dashboard.All(rules)
	if err != nil {
		return nil, fmt.Errorf("define the dashboards: %w", err)
	}
	files := make(map[string][]byte, len(defs)+10)
	for _, d := range defs {
		text, err := dashboard.JSON(d)
		if err != nil {
			return nil, err
		}
		files[path.Join(dashboardsDir, d.File)] = text
	}
	more, err := dashboard.More(rules)
	if err != nil {
		return nil, fmt.Errorf("define the dashboards: %w", err)
	}
	for _, d := range more {
		if files[path.Join(moreDir, d.File)], err = dashboard.JSON(d); err != nil {
			return nil, err
		}
	}
	if files[datasourceFile], err = datasourceYAML(idleConns); err != nil {
		return nil, fmt.Errorf("write the datasource: %w", err)
	}
	if files[variableDatasourceFile], err = datasourceYAML("$" + idleConnsVariable); err != nil {
		return nil, fmt.Errorf("write the datasource: %w", err)
	}
	if files[providerFile], err = providerYAML(); err != nil {
		return nil, fmt.Errorf("write the dashboard provider: %w", err)
	}
	files[variableProviderFile] = files[providerFile]
	if files[alertRulesFile], err = alertRulesYAML(rules, alerts); err != nil {
		return nil, fmt.Errorf("write the alert rules: %w", err)
	}
	files[variableAlertRulesFile] = files[alertRulesFile]
	return files, addOwnHealth(files)
}

// addOwnHealth adds the files with which Grafana and Prometheus watch macrowatch itself.
func addOwnHealth(files map[string][]byte) error {
	d, err := ownhealth.Dashboard()
	if err != nil {
		return err
	}
	if files[path.Join(moreDir, d.File)], err = dashboard.JSON(d); err != nil {
		return err
	}
	if files[rulesFile], err = ownhealth.RulesYAML(generated); err != nil {
		return err
	}
	if files[moreProviderFile], err = moreProviderYAML(); err != nil {
		return fmt.Errorf("write the dashboard provider: %w", err)
	}
	if files[prometheusFile], err = prometheusYAML(); err != nil {
		return fmt.Errorf("write the datasource: %w", err)
	}
	files[variableMoreProviderFile], files[variablePrometheusFile] = files[moreProviderFile], files[prometheusFile]
	return nil
}

// Write brings the files below dir up to date and makes folders as needed. It writes only files that are not current,
// and returns their paths, sorted. It deletes nothing: Diff names the dashboards that should not be there.
func Write(dir string, rules desk.Rules, alerts alert.Config) ([]string, error) {
	files, err := Files(rules, alerts)
	if err != nil {
		return nil, err
	}
	return write(dir, files)
}

// WritePortable writes the dashboards for Grafana's import screen into dir, as Write does.
func WritePortable(dir string, rules desk.Rules) ([]string, error) {
	defs, err := dashboard.All(rules)
	if err != nil {
		return nil, fmt.Errorf("define the dashboards: %w", err)
	}
	files := make(map[string][]byte, len(defs))
	for _, d := range defs {
		if files[d.File], err = dashboard.PortableJSON(d); err != nil {
			return nil, err
		}
	}
	return write(dir, files)
}

func write(dir string, files map[string][]byte) ([]string, error) {
	var written []string
	for _, name := range sortedNames(files) {
		target := filepath.Join(dir, filepath.FromSlash(name))
		if old, err := os.ReadFile(target); err == nil && bytes.Equal(old, files[name]) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return written, fmt.Errorf("make room for %s: %w", name, err)
		}
		if err := os.WriteFile(target, files[name], 0o644); err != nil { // Grafana runs as another user
			return written, fmt.Errorf("write %s: %w", name, err)
		}
		written = append(written, name)
	}
	return written, nil
}

// Difference is a file that is not what this version generates.
type Difference struct {
	// Path is below the root, in slashes.
	Path string
	// What says what is wrong with it: "missing", "out of date" or "not one of the dashboards".
	What string
}

// String is "monitoring/…/pipeline_health.json: out of date".
func (d Difference) String() string { return d.Path + ": " + d.What }

// Diff returns the files below dir that differ from what this version generates, sorted by path. A JSON file in the
// dashboards' folder that is no dashboard of ours is a difference too, since Grafana would load it.
func Diff(dir string, rules desk.Rules, alerts alert.Config) ([]Difference, error) {
	files, err := Files(rules, alerts)
	if err != nil {
		return nil, err
	}
	var found []Difference
	for _, name := range sortedNames(files) {
		old, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			found = append(found, Difference{name, "missing"})
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", name, err)
		case !bytes.Equal(old, files[name]):
			found = append(found, Difference{name, "out of date"})
		}
	}
	entries, err := os.ReadDir(filepath.Join(dir, filepath.FromSlash(dashboardsDir)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list %s: %w", dashboardsDir, err)
	}
	for _, e := range entries {
		name := path.Join(dashboardsDir, e.Name())
		if _, ours := files[name]; !ours && path.Ext(name) == ".json" {
			found = append(found, Difference{name, "not one of the dashboards"})
		}
	}
	slices.SortFunc(found, func(a, b Difference) int { return strings.Compare(a.Path, b.Path) })
	return found, nil
}

func sortedNames(files map[string][]byte) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
