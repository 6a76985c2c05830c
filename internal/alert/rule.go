package alert

import (
	"slices"
	"time"

	"macrowatch/internal/desk"
)

// The names of the rules.
const (
	StepFailed     = "step_failed"
	StepLate       = "step_late"
	StepOverdue    = "step_overdue"
	StepMissed     = "step_missed"
	SourcesDown    = "sources_down"
	BookStale      = "book_stale"
	SignalsStale   = "signals_stale"
	RiskStale      = "risk_stale"
	LimitWarning   = "limit_warning"
	LimitBreach    = "limit_breach"
	LossBeyondVaR  = "loss_beyond_var"
	BacktestYellow = "backtest_yellow"
	BacktestRed    = "backtest_red"
	DrawdownMark   = "drawdown"
	SpoolWaiting   = "spool_waiting"
	DatabaseAway   = "database_away"
)

// Rule is a kind of thing that may be out of order.
type Rule struct {
	Name    string
	Means   string // what it means for the desk, in a sentence
	Default Setting
	// Threshold says what the setting's threshold is; "" if the rule has none.
	Threshold string
	// event rules tell of something that happened. There is nothing to tell when it is over.
	event bool
	// local rules are about the machine on which a server runs. Each server evaluates them for itself.
	local bool
}

// Setting is how a desk wants a rule.
type Setting struct {
	On       bool
	Severity desk.AlertSeverity
	// Grace is for how long it must be so before the alert fires.
	Grace time.Duration
	// Settle is for how long all must be well before the alert is resolved, so that what comes and goes is one alert.
	Settle time.Duration
	// Repeat is after what time an alert that still fires is told again; 0 means never.
	Repeat time.Duration
	// Threshold is the value from which the rule applies, in the unit that Rule.Threshold names.
	Threshold float64
}

// The defaults that most rules share.
const (
	settle         = 5 * time.Minute
	repeatWarning  = 24 * time.Hour
	repeatCritical = 4 * time.Hour
)

func warning(grace time.Duration, threshold float64) Setting {
	return Setting{On: true, Severity: desk.AlertWarning, Grace: grace, Settle: settle, Repeat: repeatWarning, Threshold: threshold}
}

func critical(grace time.Duration, threshold float64) Setting {
	return Setting{On: true, Severity: desk.AlertCritical, Grace: grace, Settle: settle, Repeat: repeatCritical, Threshold: threshold}
}

// daily is a setting with a repeat once a day, for what changes once a day.
func daily(s Setting) Setting {
	s.Repeat = repeatWarning
	return s
}

// Rules returns all rules. A rule stands before those that it makes superfluous.
func Rules() []Rule {
	return []Rule{
		{Name: DatabaseAway, local: true, Default: critical(time.Minute, 0),
			Means: "Nothing is recorded and nothing can be looked at. Runs under macrowatch exec are kept on disk until the database is back."},
		{Name: SourcesDown, Default: critical(10*time.Minute, 2), Threshold: "how many connectors must be in trouble at once",
			Means: "Several sources have a common cause: the network, a provider, or the machine that runs the pipeline. What waits for them does not run either, and is not told of by itself."},
		{Name: StepMissed, Default: critical(0, 0),
			Means: "The step has not run at all. What waits for it works with the data of the day before."},
		{Name: StepFailed, Default: critical(10*time.Minute, 0),
			Means: "The step's last attempt failed and none has begun since. Its data are not there."},
		{Name: StepOverdue, Default: warning(0, 0),
			Means: "The step takes longer than it may. What waits for it begins late, or does not begin."},
		{Name: StepLate, Default: warning(0, 0),
			Means: "The step should have begun. The scheduler may not have started it, or what it waits for is not done."},
		{Name: LimitBreach, Default: daily(critical(0, 100)), Threshold: "the utilisation above which a limit is in breach, in percent",
			Means: "The book is beyond a limit of the desk. Reduce the position, or have the breach approved."},
		{Name: LimitWarning, Default: warning(0, 80), Threshold: "the utilisation from which a limit warns, in percent",
			Means: "A limit is nearly used up. One more trade or one bad day may breach it."},
		{Name: LossBeyondVaR, event: true, Default: warning(0, 95), Threshold: "the confidence of the VaR, in percent: 95 or 99",
			Means: "The book lost more on a day than its VaR of the evening before. That is expected on 5 days of 100 for VaR 95% and on 1 of 100 for VaR 99%."},
		{Name: BacktestRed, Default: daily(critical(0, 0)),
			Means: "There are so many losses beyond VaR that the model is wrong by Basel's count. Don't rely on its VaR."},
		{Name: BacktestYellow, Default: warning(0, 0),
			Means: "There are more losses beyond VaR than expected. By Basel's count the model may be wrong."},
		{Name: DrawdownMark, Default: warning(0, 8), Threshold: "the fall of the NAV from its peak, in percent",
			Means: "The book has fallen far from its peak. Desks often cut risk at such a mark."},
		{Name: BookStale, Default: warning(0, 36), Threshold: "the age from which the book is stale, in hours of working days",
			Means: "Nobody has recorded positions and NAV. P&L, risk and limits are those of an old book."},
		{Name: SignalsStale, Default: warning(0, 36), Threshold: "the age from which the signals are stale, in hours of working days",
			Means: "The strategies have emitted nothing. The book may follow old signals."},
		{Name: RiskStale, Default: warning(30*time.Minute, 0),
			Means: "VaR, stress test and limits are those of an older book than the newest one."},
		{Name: SpoolWaiting, local: true, Default: warning(15*time.Minute, 1), Threshold: "how many runs must wait",
			Means: "Runs that macrowatch exec recorded do not reach the database. The dashboards do not show them yet."},
	}
}

// RuleNames are the names of all rules.
func RuleNames() []string {
	var names []string
	for _, r := range Rules() {
		names = append(names, r.Name)
	}
	return names
}

// RuleNamed returns the rule of a name, and whether there is one.
func RuleNamed(name string) (Rule, bool) {
	rules := Rules()
	n := slices.IndexFunc(rules, func(r Rule) bool { return r.Name == name })
	if n < 0 {
		return Rule{}, false
	}
	return rules[n], true
}

// stepRules are the rules about a single step.
var stepRules = [...]string{StepFailed, StepLate, StepOverdue, StepMissed}
