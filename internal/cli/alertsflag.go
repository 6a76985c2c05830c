package cli

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"macrowatch/internal/alert"
	"macrowatch/internal/alert/alertfile"
	"macrowatch/internal/alert/deliver"
)

// alertsFlag is the flag --alerts-file, which says how a desk wants its alerts and where they go.
type alertsFlag struct{ path string }

func (f *alertsFlag) register(c *cobra.Command) {
	c.Flags().StringVar(&f.path, "alerts-file", "", "YAML `FILE` that says how the desk wants its alerts and where they go (default: the section alerts of --desk-file, or the built-in rules, and nothing is sent)")
}

// readAlerts returns how the desk wants its alerts, by the file of the flag or by the desk file, with the addresses of the
// targets.
func (a *app) readAlerts(f alertsFlag) (alert.Config, error) {
	switch {
	case f.path == "" && a.desk.file.HasAlerts():
		config := a.desk.file.Alerts
		return config, readTargets(&config, filepath.Dir(a.desk.path), os.Getenv)
	case f.path == "":
		return alert.DefaultConfig(), nil
	}
	text, err := readFile(f.path)
	if err != nil {
		return alert.Config{}, err
	}
	config, err := alertfile.Read(f.path, text)
	if err != nil {
		return alert.Config{}, err
	}
	return config, readTargets(&config, filepath.Dir(f.path), os.Getenv)
}

// readTargets reads the addresses of the targets from their files and from the environment. The name of a file counts from
// a directory. No error has an address in it, since that is a secret.
func readTargets(config *alert.Config, dir string, getenv func(string) string) error {
	for _, name := range slices.Sorted(maps.Keys(config.Targets)) {
		t := config.Targets[name]
		switch {
		case t.File != "":
			path := t.File
			if !filepath.IsAbs(path) {
				path = filepath.Join(dir, path)
			}
			text, err := readFile(path)
			if err != nil {
				return fmt.Errorf("the address of target %s: %w", name, err)
			}
			t.Address = strings.TrimSpace(string(text))
		case t.Env != "":
			if t.Address = strings.TrimSpace(getenv(t.Env)); t.Address == "" {
				return fmt.Errorf("the address of target %s: the environment variable %s is not set", name, t.Env)
			}
		}
		check := deliver.CheckService
		if t.Alertmanager {
			check = deliver.CheckAlertmanager
		}
		if err := check(t.Address); err != nil {
			return fmt.Errorf("the address of target %s can't be used: %w", name, err)
		}
		if slices.Contains(config.Report.To, name) {
			if err := deliver.CheckReportTarget(t.Address); err != nil {
				return fmt.Errorf("target %s can't take the report: %w", name, err)
			}
		}
		config.Targets[name] = t
	}
	return nil
}
