package ownhealth

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// root is the repository, from this package's folder.
const root = "../../.."

// promtool runs Prometheus' own check, and returns what it says and whether it is content. The test is skipped where it is not
// installed.
func promtool(t *testing.T, args ...string) (string, bool) {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed (Debian: apt-get install prometheus)")
	}
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	return string(out), err == nil
}

func TestPrometheusTakesTheConfigurationAndTheAlerts(t *testing.T) {
	t.Parallel()
	if out, ok := promtool(t, "check", "config", filepath.Join(root, "monitoring/prometheus/prometheus.yml")); !ok || !strings.Contains(out, "1 rule files found") {
		t.Error(out)
	}
	if out, ok := promtool(t, "check", "rules", "--lint=all", "--lint-fatal", filepath.Join(root, "monitoring/prometheus/macrowatch.rules.yaml")); !ok {
		t.Error(out)
	}
}

// The tests of the alerts must notice when an alert never fires, and when it always fires.
func TestTheTestsOfTheAlertsWatchEachAlert(t *testing.T) {
	t.Parallel()
	text, err := RulesYAML("")
	if err != nil {
		t.Fatal(err)
	}
	const beginning = "      - alert: "
	blocks := strings.Split(string(text), beginning)
	if len(blocks) != len(Alerts())+1 {
		t.Fatalf("%d alerts in the file", len(blocks)-1)
	}
	dir := t.TempDir()
	tests := []string{testsOf(t, dir, "as they are", string(text))}
	for i, a := range Alerts() {
		replaced := func(expr, lasts string) string {
			changed := slices.Clone(blocks)
			rest := blocks[i+1][strings.Index(blocks[i+1], "        labels:"):]
			changed[i+1] = a.Name + "\n        expr: " + expr + "\n        for: " + lasts + "\n" + rest
			return strings.Join(changed, beginning)
		}
		tests = append(tests,
			testsOf(t, dir, a.Name+" never fires", replaced("vector(1) > 1", a.For)),
			testsOf(t, dir, a.Name+" always fires", replaced("vector(1)", "0m")))
	}
	// Prometheus' program is slow to start, so one call runs all tests.
	out, _ := promtool(t, append([]string{"test", "rules"}, tests...)...)
	results := strings.Split(out, "Unit Testing:  ")[1:]
	if len(results) != len(tests) {
		t.Fatalf("%d results of %d tests:\n%s", len(results), len(tests), out)
	}
	for i, result := range results {
		if !strings.HasPrefix(result, tests[i]) || strings.Contains(result, "SUCCESS") != (i == 0) {
			t.Errorf("the alerts of this file were judged wrongly:\n%s", result)
		}
	}
}

// testsOf writes the tests of the alerts into a folder of their own, beside a file of rules. It returns their path.
func testsOf(t *testing.T, dir, name, rules string) string {
	t.Helper()
	tests, err := os.ReadFile(filepath.Join(root, "monitoring/prometheus/macrowatch.rules.test.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(dir, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"macrowatch.rules.yaml": rules, "tests.yaml": string(tests)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "tests.yaml")
}

// Whoever is woken by an alert must learn from it what is wrong, and what to do. The docs list every alert.
func TestEveryAlertSaysWhatToDo(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile(filepath.Join(root, "docs/monitoring.md"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, a := range Alerts() {
		if !strings.HasSuffix(a.Summary, ".") || !strings.HasSuffix(a.Runbook, ".") || a.Severity != critical && a.Severity != warning || names[a.Name] {
			t.Errorf("%+v", a)
		}
		names[a.Name] = true
		if !strings.Contains(string(docs), "| `"+a.Name+"` |") {
			t.Errorf("docs/monitoring.md has no row for %s", a.Name)
		}
	}
}
