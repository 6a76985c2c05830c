package dashboard

import (
	"fmt"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
)

// AlertRule is a rule of the desk's alerts as Grafana evaluates it.
type AlertRule struct {
	// Name is the rule's name in the desk file, such as step_failed.
	Name string
	// Title is what people call it.
	Title string
	// Group is the name of its group of rules: pipeline, book or risk.
	Group string
	// SQL returns what the rule measures: a number, and columns of texts that say what it is about.
	SQL string
	// Fires is an expression of Grafana that is true for a number, $A, for which the alert fires.
	Fires string
	// Summary says what is out of order, in a sentence with Grafana's $labels and $values.
	Summary string
	// DashboardUID and PanelID name the panel that shows it.
	DashboardUID string
	PanelID      uint32
	// Labelled says that the query's rows have the labels group and owner of their own.
	Labelled bool

	alert.Setting
	Means string
}

// AlertRules returns the rules that Grafana can evaluate, of those that the desk has switched on. What only a server knows
// of itself, such as a database that is away, is not among them.
func AlertRules(rules desk.Rules, config alert.Config) ([]AlertRule, error) {
	b, err := newBuilder(rules, false)
	if err != nil {
		return nil, err
	}
	var all []AlertRule
	for _, q := range alertQueries(config) {
		rule, known := alert.RuleNamed(q.Name)
		if !known {
			return nil, fmt.Errorf("there is no alert %s", q.Name)
		}
		q.Setting, q.Means = config.Settings[q.Name], rule.Means
		if !q.On {
			continue
		}
		if q.SQL, err = b.sql(q.file, q.about); err != nil {
			return nil, err
		}
		all = append(all, q.AlertRule)
	}
	return all, nil
}

// alertQuery is a rule with the query that measures it.
type alertQuery struct {
	AlertRule
	file  string
	about subject
}

// alertQueries returns all rules that Grafana can evaluate.
func alertQueries(config alert.Config) []alertQuery {
	threshold := func(name string) float64 { return config.Settings[name].Threshold }
	down := int(max(threshold(alert.SourcesDown), 1))
	if !config.Settings[alert.SourcesDown].On {
		down = 1 << 30
	}
	step := func(name, title, condition, says string, panel uint32) alertQuery {
		return alertQuery{AlertRule{Name: name, Title: title, Group: "pipeline", Fires: "$A > 0", Labelled: true,
			Summary: "The step {{ $labels.step }} " + says + ".", DashboardUID: Home, PanelID: panel},
			"alert_steps.sql", subject{condition: condition, sourcesDown: down}}
	}
	measured := func(name, title, group, fires, summary, uid string, panel uint32, file string, about subject) alertQuery {
		return alertQuery{AlertRule{Name: name, Title: title, Group: group, Fires: fires, Summary: summary, DashboardUID: uid, PanelID: panel}, file, about}
	}
	warns, breach := threshold(alert.LimitWarning), threshold(alert.LimitBreach)
	column, confidence := "var_95_pct", "95 %"
	if threshold(alert.LossBeyondVaR) >= 99 {
		column, confidence = "var_99_pct", "99 %"
	}
	const used = `{{ printf "%.1f" $values.A.Value }} %`
	return []alertQuery{
		measured(alert.SourcesDown, "Several sources are down", "pipeline", fmt.Sprintf("$A >= %d", down),
			`{{ printf "%.0f" $values.A.Value }} connectors are in trouble at once.`, Home, pipelineStepsID, "alert_sources.sql", subject{sourcesDown: down}),
		step(alert.StepFailed, "A step failed", "FAILED", "failed, and no later attempt runs", pipelineErrorsID),
		step(alert.StepLate, "A step is late", "LATE", "is late: it is due and has not started", pipelineStepsID),
		step(alert.StepOverdue, "A step is overdue", "OVERDUE", "still runs and should have ended", pipelineStepsID),
		step(alert.StepMissed, "A step was missed", "MISSED", "was missed: it has not run", pipelineStepsID),
		measured(alert.LimitWarning, "A limit is nearly used up", "risk", fmt.Sprintf("$A >= %g && $A <= %g", warns, breach),
			"The limit {{ $labels.limit }} is nearly used up: "+used+".", riskUID, riskLimitHistoryID, "alert_limits.sql", subject{}),
		measured(alert.LimitBreach, "A limit is in breach", "risk", fmt.Sprintf("$A > %g", breach),
			"The limit {{ $labels.limit }} is in breach: "+used+" of it is used.", riskUID, riskLimitHistoryID, "alert_limits.sql", subject{}),
		measured(alert.LossBeyondVaR, "A loss beyond VaR", "risk", "$A > 0",
			`The loss of {{ $labels.day }} was {{ printf "%.2f" $values.A.Value }} % of NAV beyond the VaR at `+confidence+".", riskUID, riskBacktestID, "alert_loss.sql", subject{column: column}),
		measured(alert.BacktestYellow, "The backtest is in the yellow zone", "risk", "$A > 0",
			"The backtest of the {{ $labels.var }} is in Basel's yellow zone.", riskUID, riskBacktestSummaryID, "alert_backtest.sql", subject{condition: string(desk.Yellow)}),
		measured(alert.BacktestRed, "The backtest is in the red zone", "risk", "$A > 0",
			"The backtest of the {{ $labels.var }} is in Basel's red zone.", riskUID, riskBacktestSummaryID, "alert_backtest.sql", subject{condition: string(desk.Red)}),
		measured(alert.DrawdownMark, "The drawdown is beyond its mark", "risk", fmt.Sprintf("$A >= %g", threshold(alert.DrawdownMark)),
			"The book is "+used+" below its peak.", riskUID, riskDrawdownID, "alert_drawdown.sql", subject{}),
		measured(alert.RiskStale, "The risk is stale", "risk", "$A > 0",
			"The risk is not that of the newest book.", riskUID, riskComputedID, "alert_risk_age.sql", subject{}),
		measured(alert.BookStale, "The book is stale", "book", fmt.Sprintf("$A > %g", threshold(alert.BookStale)),
			`The newest snapshot of the book is {{ printf "%.0f" $values.A.Value }} hours of working days old.`, portfolioUID, portfolioNAVID, "alert_book_age.sql", subject{}),
		measured(alert.SignalsStale, "The signals are stale", "signals", fmt.Sprintf("$A > %g", threshold(alert.SignalsStale)),
			`The newest signal is {{ printf "%.0f" $values.A.Value }} hours of working days old.`, signalUID, signalListID, "alert_signals_age.sql", subject{}),
	}
}
