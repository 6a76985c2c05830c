package dashboard

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
)

// alertRuleNamed returns a rule of the built-in desk as Grafana evaluates it.
func alertRuleNamed(t testing.TB, name string) AlertRule {
	t.Helper()
	all, err := AlertRules(desk.BuiltInRules(), alert.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("there is no rule %s", name)
	return AlertRule{}
}

// measured returns what a rule measures at an instant: the value by the first column.
func (d riskDatabase) measured(name string, at time.Time) map[string]float64 {
	d.t.Helper()
	sql := panelOf{query: NewQuery(Table, alertRuleNamed(d.t, name).SQL), points: 100, least: time.Minute}.sql(d.t, span{at.Add(-10 * time.Minute), at})
	found := map[string]float64{}
	for _, row := range collect(d.database, sql, func(row pgx.CollectableRow) ([]any, error) { return row.Values() }) {
		found[row[0].(string)] = row[len(row)-1].(float64)
	}
	return found
}

// Grafana has no Go, so the rules say in SQL how the steps stand. Both must say the same.
func TestTheRulesAndTheStoreSayTheSameOfEachStep(t *testing.T) {
	t.Parallel()
	db := newRiskDatabase(t, "Asia/Tokyo")
	start := local(t, "2026-02-10 12:00:00") // a week before Carnival
	if _, err := db.store.ApplyPlan(t.Context(), desk.BuiltInRules(), start); err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(4, 4))
	steps := []string{"fred", "yahoo", "bcb_ptax", "normalise_data", "portfolio", "health_check"}
	for n := range 260 {
		began := start.Add(time.Duration(chance.IntN(10*24*60)) * time.Minute)
		status := []string{"SUCCESS", "SUCCESS", "FAILED"}[chance.IntN(3)]
		db.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds) VALUES ($1, $2, $3, $4, $5, 1)`,
			fmt.Sprint("r", n), steps[chance.IntN(len(steps))], status, began, began.Add(time.Duration(chance.IntN(300))*time.Minute))
	}
	rules := map[desk.StepCondition]string{"FAILED": alert.StepFailed, desk.Late: alert.StepLate, desk.Overdue: alert.StepOverdue, desk.Missed: alert.StepMissed}
	seen := map[desk.StepCondition]int{}
	for n := range 40 {
		at := start.Add(time.Duration(n) * 6 * time.Hour).Add(time.Duration(chance.IntN(360)) * time.Minute)
		states, err := db.store.StepStates(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		down := 0
		for _, s := range states {
			switch s.State {
			case "FAILED", desk.Late, desk.Overdue, desk.Missed, desk.Retrying:
				if s.Step.Group == desk.ConnectorGroup {
					down++
				}
			}
		}
		if got := db.measured(alert.SourcesDown, at)[desk.ConnectorGroup]; got != float64(down) {
			t.Errorf("%v: %v connectors are in trouble, want %d", at, got, down)
		}
		for condition, name := range rules {
			got := db.measured(name, at)
			for _, s := range states {
				seen[s.State]++
				want := 0.0
				if s.State == condition && (s.Step.Group != desk.ConnectorGroup || down < 2) {
					want = 1
				}
				if got[s.Step.Name] != want {
					t.Errorf("%v: %s of %s is %v, but it is %s, and %d connectors are in trouble", at, name, s.Step.Name, got[s.Step.Name], s.State, down)
				}
			}
		}
	}
	for _, condition := range []desk.StepCondition{"SUCCESS", "FAILED", "RUNNING", "SKIPPED", desk.Late, desk.Overdue, desk.Missed, desk.Retrying, desk.NoRuns} {
		if seen[condition] == 0 {
			t.Errorf("no step was ever %s: %v", condition, seen)
		}
	}
}

func TestTheRulesMeasureTheBookAndItsRisk(t *testing.T) {
	t.Parallel()
	db := newRiskDatabase(t, "UTC")
	evening := local(t, "2026-03-06 19:01:00") // a Friday
	later := evening.Add(time.Hour)
	for _, name := range []string{alert.LimitBreach, alert.LossBeyondVaR, alert.BacktestRed, alert.DrawdownMark, alert.RiskStale, alert.BookStale, alert.SignalsStale} {
		if got := db.measured(name, later); len(got) != 0 {
			t.Errorf("%s of nothing is %v", name, got)
		}
	}
	day := time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)
	db.fill(riskRows{
		computations: []desk.RiskComputation{{
			Metric: desk.RiskMetric{ComputedAt: evening, VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 3, MaxDrawdownPct: 8.5, MaxDrawdown252dPct: 9},
			Limits: []desk.LimitStatus{
				{CheckedAt: evening, Limit: "VaR 95%", LimitValue: 5, CurrentValue: 4, UtilizationPct: 80},
				{CheckedAt: evening, Limit: "Gross leverage", LimitValue: 8, CurrentValue: 8.4, UtilizationPct: 105},
				{CheckedAt: evening, Limit: "VaR 99%", LimitValue: 7, Unknown: true},
			},
			Backtest: []desk.BacktestSummary{{ComputedAt: evening, ConfidencePct: 95}, {ComputedAt: evening, ConfidencePct: 99, Days: 250, Exceptions: 12, Zone: desk.Red}},
		}},
		tested: []desk.BacktestDay{{Day: day, VaRComputedAt: evening.AddDate(0, 0, -1), VaR95Pct: 1.5, VaR99Pct: 2.5, HypotheticalPnLPct: -1.75}},
	})
	db.exec(`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity) VALUES ($1, 'FX_1', 'USDBRL', 0.5, 100)`, evening)
	db.exec(`INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at) VALUES ('FX_1', 'USDBRL', 'LONG', 0.5, $1)`, evening.Add(-12*time.Hour))
	for _, c := range []struct {
		rule string
		at   time.Time
		want map[string]float64
	}{
		{alert.LimitBreach, later, map[string]float64{"VaR 95%": 80, "Gross leverage": 105}},
		{alert.LossBeyondVaR, later, map[string]float64{"2026-03-06": 0.25}},
		{alert.LossBeyondVaR, later.AddDate(0, 0, 8), map[string]float64{}},
		{alert.BacktestRed, later, map[string]float64{"VaR 95%": 0, "VaR 99%": 1}},
		{alert.BacktestYellow, later, map[string]float64{"VaR 95%": 0, "VaR 99%": 0}},
		{alert.DrawdownMark, later, map[string]float64{"book": 8.5}},
		{alert.RiskStale, later, map[string]float64{"risk": 0}},
		{alert.BookStale, later, map[string]float64{"book": 1}},
		{alert.BookStale, local(t, "2026-03-09 12:00:00"), map[string]float64{"book": 17 - 1.0/60}}, // Friday's rest, and Monday
		{alert.SignalsStale, later, map[string]float64{"signals": 13}},
	} {
		got := db.measured(c.rule, c.at)
		for subject, want := range c.want {
			if !near(got[subject], want) {
				t.Errorf("%s at %v: %s is %v, want %v", c.rule, c.at, subject, got[subject], want)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s at %v: %v, want %v", c.rule, c.at, got, c.want)
		}
	}
	db.exec(`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity) VALUES ($1, 'FX_1', 'USDBRL', 0.5, 100)`, evening.AddDate(0, 0, 3))
	if got := db.measured(alert.RiskStale, evening.AddDate(0, 0, 4)); got["risk"] != 72 {
		t.Errorf("the risk is %v hours behind the book", got)
	}
}

// The queries of the rules keep the house rules, as those of the panels do.
func TestTheQueriesOfTheRulesKeepTheHouseRules(t *testing.T) {
	t.Parallel()
	all, err := AlertRules(desk.BuiltInRules(), alert.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	panels := map[string]map[uint32]bool{}
	defs, _ := definitions(t, desk.BuiltInRules())
	for _, d := range defs {
		panels[d.UID] = map[uint32]bool{}
		for _, p := range d.Dashboard.Panels {
			id, _ := identity(p)
			panels[d.UID][id] = p.Panel != nil
		}
	}
	for _, r := range all {
		for _, p := range lintQuery(r.PanelID, NewQuery(Table, r.SQL), nil) {
			t.Errorf("%s: %s", r.Name, p.Text)
		}
		if !panels[r.DashboardUID][r.PanelID] {
			t.Errorf("%s leads to panel %d of %s, which is not there", r.Name, r.PanelID, r.DashboardUID)
		}
	}
	config := alert.DefaultConfig()
	for name, s := range config.Settings {
		s.On = name == alert.LimitBreach
		s.Threshold = 95
		config.Settings[name] = s
	}
	if all, err = AlertRules(desk.BuiltInRules(), config); err != nil || len(all) != 1 || all[0].Fires != "$A > 95" {
		t.Errorf("with one rule switched on: %+v, %v", all, err)
	}
}
