package grafana

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
	"macrowatch/internal/testkit/grafanatest"
	"macrowatch/internal/testkit/pgtest"
)

// ruleState is what Grafana says of a rule.
type ruleState struct {
	Name, State, Health, LastError string
	LastEvaluation                 time.Time
	Alerts                         []struct {
		Labels, Annotations map[string]string
		State               string
	}
}

// firing are the subjects of the alerts of a rule that fire.
func (r ruleState) firing() []string {
	var subjects []string
	for _, a := range r.Alerts {
		if a.State == "Alerting" {
			subjects = append(subjects, a.Labels["step"]+a.Labels["limit"]+a.Labels["var"]+a.Labels["subject"])
		}
	}
	slices.Sort(subjects)
	return subjects
}

// rulesOf returns the rules of a Grafana by title.
func rulesOf(t *testing.T, g *grafanatest.Grafana) map[string]ruleState {
	t.Helper()
	text, err := g.Get("/api/prometheus/grafana/api/v1/rules")
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Data struct{ Groups []struct{ Rules []ruleState } }
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	all := map[string]ruleState{}
	for _, group := range answer.Data.Groups {
		for _, r := range group.Rules {
			all[r.Name] = r
		}
	}
	return all
}

// provisioned writes the generated files of the alerts and of the datasource, for a database of the test. The rules are
// evaluated every ten seconds, and fire at once.
func provisioned(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	config := alert.DefaultConfig()
	for name, s := range config.Settings {
		s.Grace = 0
		config.Settings[name] = s
	}
	files, err := Files(desk.BuiltInRules(), config)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"datasources/timescaledb.yml": grafanatest.Datasource(string(files[datasourceFile]), pool.Config().ConnConfig),
		"alerting/macrowatch.yml":     strings.ReplaceAll(string(files[alertRulesFile]), "interval: 1m", "interval: 10s"),
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTheRulesFireAndEndInGrafana(t *testing.T) {
	t.Parallel()
	grafanatest.Need(t)
	pool := pgtest.Migrated(t)
	do := func(statements ...string) {
		t.Helper()
		for _, statement := range statements {
			if _, err := pool.Exec(t.Context(), statement); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
	}
	do(`INSERT INTO macrowatch_steps SELECT step, step, g, place, '* * * * *', 60, 60, 'data', '', now() - interval '10 days'
			FROM (VALUES ('late', 'data', 1), ('missed', 'data', 2), ('overdue', 'data', 3), ('failed', 'data', 4), ('source_a', 'connector', 5), ('source_b', 'connector', 6), ('well', 'connector', 7)) s(step, g, place)`,
		`INSERT INTO expected_runs SELECT step_name, now() - interval '1 hour', now() - interval '1 hour', now() + interval '5 hours', now() - interval '30 minutes',
			now() + CASE WHEN step_name IN ('missed', 'overdue') THEN interval '-1 minute' ELSE interval '4 hours' END FROM macrowatch_steps`,
		`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message)
			SELECT step, step, status, now() - interval '40 minutes', CASE WHEN status <> 'RUNNING' THEN now() - interval '35 minutes' END, CASE WHEN status <> 'RUNNING' THEN 300 END, CASE status WHEN 'FAILED' THEN 'no answer' END
			FROM (VALUES ('overdue', 'RUNNING'), ('failed', 'FAILED'), ('source_a', 'FAILED'), ('source_b', 'FAILED'), ('well', 'SUCCESS')) r(step, status)`,
		`INSERT INTO risk_metrics_daily SELECT now() - interval '9 days', 1, 2, 3, 9, 9`,
		`INSERT INTO risk_limits_status SELECT now() - interval '9 days', name, 10, used / 10.0, used FROM (VALUES ('VaR 95%', 85), ('Gross leverage', 110), ('Net FX', 20)) l(name, used)`,
		`INSERT INTO risk_backtest_summary (computed_at, confidence_pct, days, exceptions, kupiec_lr, kupiec_p, christoffersen_lr, christoffersen_p, zone)
			SELECT computed_at, 99, 250, 6, 0.1, 0.7, 0.1, 0.7, 'yellow' FROM risk_metrics_daily`,
		`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity) VALUES (now() - interval '8 days', 'FX_1', 'USDBRL', 0.5, 100)`,
	)
	g := grafanatest.Start(t, provisioned(t, pool))
	want := map[string][]string{
		"Several sources are down":           {""},
		"A step failed":                      {"failed"},
		"A step is late":                     {"late"},
		"A step is overdue":                  {"overdue"},
		"A step was missed":                  {"missed"},
		"A limit is nearly used up":          {"VaR 95%"},
		"A limit is in breach":               {"Gross leverage"},
		"The backtest is in the yellow zone": {"VaR 99%"},
		"The drawdown is beyond its mark":    {"book"},
		"The risk is stale":                  {"risk"},
		"The book is stale":                  {"book"},
		"The backtest is in the red zone":    nil,
		"A loss beyond VaR":                  nil,
		"The signals are stale":              nil,
	}
	holds := func(want map[string][]string) func() bool {
		return func() bool {
			all := rulesOf(t, g)
			if len(all) != len(want) {
				return false
			}
			for title, r := range all {
				if r.Health == "error" || r.Health == "err" {
					t.Fatalf("%s: %s", title, r.LastError)
				}
				if !slices.Equal(r.firing(), want[title]) || r.LastEvaluation.IsZero() {
					return false
				}
			}
			return true
		}
	}
	g.Until("the rules fire", holds(want))
	breach := rulesOf(t, g)["A limit is in breach"].Alerts
	i := slices.IndexFunc(breach, func(a struct {
		Labels, Annotations map[string]string
		State               string
	}) bool {
		return a.State == "Alerting"
	})
	if got := breach[i].Annotations["summary"]; got != "The limit Gross leverage is in breach: 110.0 % of it is used." {
		t.Errorf("the summary is %q", got)
	}
	if a := breach[i]; a.Labels["severity"] != "critical" || a.Labels["group"] != "risk" || a.Annotations["__dashboardUid__"] != "risk-dashboard" || a.Annotations["__panelId__"] != "21" {
		t.Errorf("the labels are %v, and the annotations %v", a.Labels, a.Annotations)
	}
	for _, step := range rulesOf(t, g)["A step failed"].Alerts {
		if step.State == "Alerting" && (step.Labels["owner"] != "data" || step.Labels["group"] != "data" || step.Labels["severity"] != "critical") {
			t.Errorf("the labels of a step are %v", step.Labels)
		}
	}

	// The organisation's own policies and contact points are as Grafana makes them.
	policies, err := g.Get("/api/v1/provisioning/policies")
	if err != nil || strings.Contains(string(policies), "macrowatch") || !strings.Contains(string(policies), "grafana-default-email") {
		t.Errorf("the policies are %s, %v", policies, err)
	}

	do(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds)
			SELECT 'again ' || step_name, step_name, 'SUCCESS', now() - interval '1 minute', now(), 60 FROM macrowatch_steps`,
		`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity) VALUES (now(), 'FX_1', 'USDBRL', 0.5, 100)`,
		`INSERT INTO risk_metrics_daily SELECT max("timestamp"), 1, 2, 3, 1, 9 FROM portfolio_state`,
		`INSERT INTO risk_limits_status SELECT max(computed_at), name, 10, 2, 20 FROM risk_metrics_daily, (VALUES ('VaR 95%'), ('Gross leverage'), ('Net FX')) l(name) GROUP BY name`,
	)
	none := map[string][]string{}
	for title := range maps.Keys(want) {
		none[title] = nil
	}
	g.Until("the alerts end", holds(none))
}
