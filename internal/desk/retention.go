package desk

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Age is an age of rows in whole days. 0 means that rows never reach it.
type Age int

const (
	daysOfAYear = 365
	oldestAge   = Age(100 * daysOfAYear)
)

// ParseAge reads an age such as 400d, 12w or 2y. A year has 365 days.
func ParseAge(text string) (Age, error) {
	wrong := fmt.Errorf("%q is not an age: it must be a whole number of days, weeks or years, such as 90d, 12w or 2y", text)
	if text == "" {
		return 0, wrong
	}
	unit, known := map[byte]Age{'d': 1, 'w': daysInAWeek, 'y': daysOfAYear}[text[len(text)-1]]
	n, err := strconv.Atoi(text[:len(text)-1])
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange) || !known || strings.ContainsAny(text, "+-"):
		return 0, wrong
	case n == 0:
		return 0, fmt.Errorf("the age %s is nothing: it must be at least a day", text)
	case err != nil || n > int(oldestAge/unit):
		return 0, fmt.Errorf("the age %s is more than a hundred years", text)
	}
	return Age(n) * unit, nil
}

// String writes the age as ParseAge reads it: 2y, 400d. The age 0 is "never".
func (a Age) String() string {
	switch {
	case a == 0:
		return "never"
	case a%daysOfAYear == 0:
		return fmt.Sprintf("%dy", a/daysOfAYear)
	}
	return fmt.Sprintf("%dd", int(a))
}

// RetentionRule says which old rows of a table are not kept. What its details are goes with its rows (RetainedTable).
type RetentionRule struct {
	Table string
	// ThinAfter is the age from which only the rows are kept that say what a day came to.
	ThinAfter Age
	// DropAfter is the age from which no row is kept, but for those that say how things stand now.
	DropAfter Age
	// Adopted allows the rule to remove rows of a table that another tool made.
	Adopted bool
}

// Retention says which old rows of the record are not kept. The zero value keeps all.
type Retention struct {
	// Hour is the hour of the desk's day at which serve removes what has become too old. nil means Rules.QuietHour.
	Hour  *int
	Rules []RetentionRule // one for each table, in the order of RetainedTables
}

// RetainedTable says what may be removed from a table, and what must not.
type RetainedTable struct {
	Name string
	// ThinAtLeast and DropAtLeast are the smallest ages for thinning and dropping. 0 means that it is not possible.
	ThinAtLeast, DropAtLeast Age
	// ThinNeeds and DropNeeds say why a smaller age is refused, or why it is not possible at all.
	ThinNeeds, DropNeeds string
	// Thinned and Dropped say which rows stay.
	Thinned, Dropped string
	// Details are the tables whose rows go with the rows of this one.
	Details []string
}

const (
	aMonth       = Age(31)
	recentIsRead = "the dashboards show every row of the last month"
)

// RetainedTables are the tables from which old rows may be removed.
func RetainedTables() []RetainedTable {
	return []RetainedTable{
		{Name: "pipeline_runs", DropAtLeast: 400, Details: []string{"lineage_runs"},
			ThinNeeds: "each run tells whether its step was done, so no run stands for the others of its day",
			DropNeeds: "macrowatch keeps for a year when each step was due, and would show a run that is gone as missed",
			Dropped:   "runs that have not ended, and the newest run of each step and status"},
		{Name: "strategy_signals", ThinAtLeast: aMonth, DropAtLeast: aMonth, ThinNeeds: recentIsRead, DropNeeds: recentIsRead,
			Thinned: "of each strategy and instrument the last signal of each day, and each signal that changed the direction",
			Dropped: "the newest signal of each strategy and instrument"},
		{Name: "risk_metrics_daily", ThinAtLeast: aMonth, DropAtLeast: 750, ThinNeeds: recentIsRead,
			DropNeeds: "the backtest looks back on the VaR of two years",
			Details:   []string{"risk_measures", "risk_contributions", "risk_backtest_summary", "risk_notes", "risk_inputs"},
			Thinned:   "the last computation of each day, the last of each day that has a VaR, and those that the backtest has tested",
			Dropped:   "the newest computation"},
		{Name: "stress_test_results", ThinAtLeast: aMonth, DropAtLeast: aMonth, ThinNeeds: recentIsRead, DropNeeds: recentIsRead,
			Details: []string{"stress_test_contributions", "stress_test_positions"},
			Thinned: "the last results of each day", Dropped: "the newest results"},
		{Name: "risk_limits_status", ThinAtLeast: aMonth, DropAtLeast: aMonth, ThinNeeds: recentIsRead, DropNeeds: recentIsRead,
			Thinned: "the last check of each day", Dropped: "the newest check"},
		{Name: "portfolio_state", ThinAtLeast: aMonth, ThinNeeds: recentIsRead,
			DropNeeds: "Total Return, Drawdown and Monthly Returns are computed from the NAV of every day since the book began",
			Thinned:   "the last snapshot of each day, the first of all, and those whose risk is stored"},
		{Name: "alerts", DropAtLeast: 100, Details: []string{"alert_deliveries"},
			ThinNeeds: "each alert is a matter of its own", DropNeeds: "the dashboards show the alerts of the last 90 days",
			Dropped: "alerts that are not resolved"},
		{Name: "alert_reports", DropAtLeast: aMonth, Details: []string{"alert_deliveries"},
			ThinNeeds: "there is one report a day", DropNeeds: "a report is read again within a month", Dropped: "the newest report"},
	}
}

// retainedTable finds a table from which old rows may be removed. The error says why they may not.
func retainedTable(name string) (RetainedTable, error) {
	all := RetainedTables()
	if at := slices.IndexFunc(all, func(t RetainedTable) bool { return t.Name == name }); at >= 0 {
		return all[at], nil
	}
	var names []string
	for _, t := range all {
		if slices.Contains(t.Details, name) && name != "alert_deliveries" {
			return RetainedTable{}, fmt.Errorf("the rows of %s go with those of %s: name that table", name, t.Name)
		}
		names = append(names, t.Name)
	}
	switch name {
	case "instruments", "instrument_prices":
		return RetainedTable{}, fmt.Errorf("%s keeps all its rows: the risk of every day, and the scenarios that replay the past, are computed from them", name)
	case "risk_backtest":
		return RetainedTable{}, errors.New("risk_backtest keeps all its rows: it has one for each day")
	case "alert_deliveries":
		return RetainedTable{}, errors.New("the rows of alert_deliveries go with those of alerts and alert_reports: name these tables")
	}
	return RetainedTable{}, fmt.Errorf("no old rows can be removed from %q; the tables are %s", name, strings.Join(names, ", "))
}

// Validate returns why the rule is refused, in one sentence, or nil.
func (r RetentionRule) Validate() error {
	t, err := retainedTable(r.Table)
	switch {
	case err != nil:
		return err
	case r.ThinAfter == 0 && r.DropAfter == 0:
		return fmt.Errorf("the rule for %s names no age: give it one from which rows are thinned or dropped", r.Table)
	case r.ThinAfter > 0 && t.ThinAtLeast == 0:
		return fmt.Errorf("%s can't be thinned, only dropped: %s", r.Table, t.ThinNeeds)
	case r.DropAfter > 0 && t.DropAtLeast == 0:
		return fmt.Errorf("%s can't be dropped, only thinned: %s", r.Table, t.DropNeeds)
	case r.ThinAfter > 0 && r.ThinAfter < t.ThinAtLeast:
		return fmt.Errorf("%s can't be thinned after %s, at the earliest after %s: %s", r.Table, r.ThinAfter, t.ThinAtLeast, t.ThinNeeds)
	case r.DropAfter > 0 && r.DropAfter < t.DropAtLeast:
		return fmt.Errorf("%s can't be dropped after %s, at the earliest after %s: %s", r.Table, r.DropAfter, t.DropAtLeast, t.DropNeeds)
	case r.DropAfter > 0 && r.ThinAfter >= r.DropAfter:
		return fmt.Errorf("%s is dropped after %s, so thinning it after %s does nothing", r.Table, r.DropAfter, r.ThinAfter)
	}
	return nil
}

// Add adds a rule, or says why it is refused. A table has one rule.
func (r *Retention) Add(rule RetentionRule) error {
	if err := rule.Validate(); err != nil {
		return err
	}
	if slices.ContainsFunc(r.Rules, func(o RetentionRule) bool { return o.Table == rule.Table }) {
		return fmt.Errorf("%s has two rules", rule.Table)
	}
	r.Rules = append(r.Rules, rule)
	place := func(rule RetentionRule) int {
		return slices.IndexFunc(RetainedTables(), func(t RetainedTable) bool { return t.Name == rule.Table })
	}
	slices.SortFunc(r.Rules, func(a, b RetentionRule) int { return place(a) - place(b) })
	return nil
}

// Before returns the instant before which rows have reached an age: the beginning of the desk's day so many days ago.
func (r Rules) Before(now time.Time, age Age) time.Time {
	year, month, day := now.In(r.Location()).Date()
	return time.Date(year, month, day-int(age), 0, 0, 0, 0, r.Location())
}

// QuietHour is the hour of the desk's day in the middle between its closing and its opening hour.
func (r Rules) QuietHour() int {
	const hours = 24
	closed := (r.OpeningHour - r.ClosingHour + hours) % hours
	if closed == 0 { // it is closed for no hour that could be known
		closed = hours
	}
	return (r.ClosingHour + closed/2) % hours
}

// RetentionDue returns the newest instant by now at which serve removes what has become too old.
func (r Rules) RetentionDue(now time.Time, retention Retention) time.Time {
	hour := r.QuietHour()
	if retention.Hour != nil {
		hour = *retention.Hour
	}
	year, month, day := now.In(r.Location()).Date()
	due := time.Date(year, month, day, hour, 0, 0, 0, r.Location())
	if due.After(now) {
		due = time.Date(year, month, day-1, hour, 0, 0, 0, r.Location())
	}
	return due
}
