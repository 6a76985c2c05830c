package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// monitoringDir has the files for Prometheus.
const monitoringDir = "../../monitoring"

// prometheus is a running Prometheus that reads the metrics of a serve and evaluates the alerts.
type prometheus struct {
	t   *testing.T
	url string
}

// startPrometheus starts Prometheus with the alerts of the repository, which here fire after a second.
func startPrometheus(t *testing.T, target string) prometheus {
	t.Helper()
	dir := t.TempDir()
	rules, err := os.ReadFile(filepath.Join(monitoringDir, "prometheus/macrowatch.rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	soon := regexp.MustCompile(`(?m)^(\s+for: ).*$`).ReplaceAll(rules, []byte("${1}1s"))
	config := fmt.Sprintf(`global: {scrape_interval: 5s, scrape_timeout: 5s, evaluation_interval: 1s}
rule_files: [rules.yaml]
scrape_configs:
  - job_name: macrowatch
    static_configs: [{targets: [%q]}]
`, target)
	for name, text := range map[string]string{"rules.yaml": string(soon), "prometheus.yml": config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	address := "127.0.0.1:" + freePort(t)
	c := exec.Command("prometheus", "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address, "--log.level=warn")
	runBeside(t, c)
	p := prometheus{t, "http://" + address}
	p.until("Prometheus is ready", func() bool {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return false
		}
		_ = conn.Close()
		status, _ := get(t, p.url+"/-/ready")
		return status == 200
	})
	return p
}

// until waits until a condition holds.
func (p prometheus) until(what string, holds func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("it never came to be that %s", what)
		}
	}
}

// query asks PromQL, and returns the number of series.
func (p prometheus) query(expr string) int {
	p.t.Helper()
	status, body := get(p.t, p.url+"/api/v1/query?query="+url.QueryEscape(expr))
	var answer struct {
		Data struct{ Result []json.RawMessage }
	}
	if err := json.Unmarshal([]byte(body), &answer); status != 200 || err != nil {
		p.t.Fatalf("%s: %d %s", expr, status, body)
	}
	return len(answer.Data.Result)
}

// A real Prometheus reads the metrics of a real serve: the dashboard has data, an alert fires while the database is away or
// hangs, and ends when it is back.
func TestPrometheusWatchesServe(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"prometheus", "promtool"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed (Debian: apt-get install prometheus)", program)
		}
	}
	address := pgtest.MigratedURL(t)
	mustSQL(t, address, `INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ('1', 'fred', 'RUNNING', now())`)
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	d, through := doorToDatabase(t, address)
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", through,
		"--spool-dir", filepath.Join(t.TempDir(), "spool"), "--log-format", "json")
	p := startPrometheus(t, strings.TrimSuffix(strings.TrimPrefix(s.url, "http://"), "/"))

	t.Run("the metrics keep the conventions", func(t *testing.T) { metricsKeepConventions(t, s) })
	t.Run("every metric is documented", func(t *testing.T) { metricsAreDocumented(t, s) })
	t.Run("the dashboard has data", func(t *testing.T) { dashboardHasData(t, p, s) })
	for _, c := range []struct {
		name       string
		away, back func()
	}{
		{"the database is stopped", func() { d.set(true) }, func() { d.set(false) }},
		{"the database hangs", func() { d.setSilent(true) }, func() { d.setSilent(false) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			firing := `ALERTS{alertname="MacrowatchDatabaseAway", alertstate="firing", job="macrowatch"}`
			if n := p.query(firing); n != 0 {
				t.Fatal("the alert fires although the database answers")
			}
			c.away()
			p.until("the alert fires", func() bool { return p.query(firing) == 1 })
			p.until("the age of the rows is unknown", func() bool { // an answer counts for 15 seconds
				_, text := get(t, s.path("/metrics"))
				if !strings.Contains(text, "\nmacrowatch_database_up 0\n") {
					t.Fatalf("while it is away:\n%s", ownMetrics(text))
				}
				return !strings.Contains(text, "\nmacrowatch_table_newest_row")
			})
			c.back()
			p.until("the alert ends", func() bool { return p.query(firing) == 0 && p.query("macrowatch_database_up == 1") == 1 })
			p.until("the age of the rows is known again", func() bool { return p.query("macrowatch_table_newest_row_timestamp_seconds") == 1 })
		})
	}
	for line := range strings.Lines(s.log.String()) {
		var entry struct{ Time, Level, Msg string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Time == "" || entry.Level == "" || entry.Msg == "" {
			t.Errorf("a line of the log is no object with a time, a level and a message: %v %s", err, line)
		}
	}
	if log := s.log.String(); !strings.Contains(log, `"level":"WARN"`) || cfg.Password != "" && strings.Contains(log, cfg.Password) {
		t.Errorf("the log does not say that the database was away, or says a password: %s", log)
	}
}

// ownMetrics returns the lines of macrowatch's own metrics.
func ownMetrics(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "macrowatch_") && !strings.Contains(line, "_bucket") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func metricsKeepConventions(t *testing.T, s *service) {
	_, text := get(t, s.path("/metrics"))
	c := exec.CommandContext(t.Context(), "promtool", "check", "metrics")
	c.Stdin = strings.NewReader(text)
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Run(); err != nil || said.Len() > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, said.String())
	}
}

func metricsAreDocumented(t *testing.T, s *service) {
	docs, err := os.ReadFile("../../docs/monitoring.md")
	if err != nil {
		t.Fatal(err)
	}
	// These have series only after something has happened, or if alerts have a target, old rows a rule, or the database a replica.
	later := map[string]bool{"macrowatch_intake_requests_total": true, "macrowatch_intake_rows_total": true,
		"macrowatch_spool_oldest_run_timestamp_seconds": true, "macrowatch_panel_duration_seconds": true, "macrowatch_http_request_duration_seconds": true,
		"macrowatch_alert_oldest_message_timestamp_seconds": true, "macrowatch_alert_delivery_failures_total": true,
		"macrowatch_replica_up": true, "macrowatch_replica_lag_seconds": true,
		"macrowatch_retention_removed_rows_total": true, "macrowatch_retention_completed_timestamp_seconds": true}
	has := map[string]bool{}
	// A metric that is asked of the database is absent from an answer for which the database took too long.
	eventually(t, "serve has every metric that docs/monitoring.md describes", func() (bool, string) {
		_, text := get(t, s.path("/metrics"))
		for _, m := range regexp.MustCompile(`(?m)^# TYPE (macrowatch_\w+) `).FindAllStringSubmatch(text, -1) {
			has[m[1]] = true
		}
		var absent []string
		for _, m := range regexp.MustCompile("(?m)^\\| `(macrowatch_\\w+)` ").FindAllStringSubmatch(string(docs), -1) {
			if !has[m[1]] && !later[m[1]] {
				absent = append(absent, m[1])
			}
		}
		return len(absent) == 0, fmt.Sprintf("these are absent: %q", absent)
	})
	for name := range has {
		if !strings.Contains(string(docs), "\n| `"+name+"` |") {
			t.Errorf("docs/monitoring.md has no row for %s", name)
		}
	}
}

// dashboardHasData asks every query of the dashboard after a reader has looked at a page.
func dashboardHasData(t *testing.T, p prometheus, s *service) {
	text, err := os.ReadFile(filepath.Join(monitoringDir, "grafana/more/macrowatch_health.json"))
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer("$__rate_interval", "1m", "$__range", "1m", "$instance", ".*")
	asked := 0
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			asked++
			p.until("the panel "+panel.Title+" has data of "+target.Expr, func() bool {
				if n := p.query(filled.Replace(target.Expr)); n > 0 {
					return true
				}
				get(t, s.path("/api/dashboards/uid/pipeline-health/panels")) // a rate needs requests between two readings
				return false
			})
		}
	}
	if asked < 20 {
		t.Errorf("the dashboard has only %d queries", asked)
	}
}
