package alert

import (
	"fmt"
	"math"
	"sort"
	"time"

	"macrowatch/internal/desk"
)

// The groups of alerts that are about no step.
const (
	bookGroup    = "book"
	signalsGroup = "signals"
	riskGroup    = "risk"
	ownGroup     = "macrowatch"
)

// Groups are the groups of the alerts that are about no single step.
func Groups() []string {
	return []string{bookGroup, signalsGroup, riskGroup, ownGroup, desk.ConnectorGroup}
}

// figureFindings adds what is out of order with the book, the signals and the risk.
func (l look) figureFindings(f *Findings, now desk.AlertFigures) {
	if now.BookAt.After(now.RiskAt) {
		summary := fmt.Sprintf("The risk is stale: the book is of %s, and no risk is computed", l.clock(now.BookAt))
		if !now.RiskAt.IsZero() {
			summary = fmt.Sprintf("The risk is stale: the book is of %s, and the risk is that of %s", l.clock(now.BookAt), l.clock(now.RiskAt))
		}
		l.add(f, RiskStale, "risk", riskGroup, Condition{Summary: summary, Path: l.page(l.Pages.Risk, now.BookAt)})
	}
	for _, limit := range now.Limits {
		l.limit(f, limit, now.LimitsAt)
	}
	l.loss(f, now.Tested)
	for _, b := range now.Backtests {
		l.backtest(f, b)
	}
	if least := l.setting(DrawdownMark).Threshold; now.DrawdownPct != nil && *now.DrawdownPct >= least {
		l.add(f, DrawdownMark, "book", riskGroup, Condition{Since: now.RiskAt, Value: now.DrawdownPct, Limit: number(least), Path: l.page(l.Pages.Portfolio, now.RiskAt),
			Summary: fmt.Sprintf("The book is %s below its peak, which is beyond the mark of %s", percent(*now.DrawdownPct), percent(least))})
	}
}

// add adds a condition.
func (l look) add(f *Findings, rule, subject, group string, c Condition) {
	c.AlertKey, c.Group, c.Summary = desk.AlertKey{Rule: rule, Subject: subject}, group, sentence(c.Summary)
	f.Conditions = append(f.Conditions, c)
}

// staleFindings adds what is too old in the desk's working time.
func (l look) staleFindings(f *Findings, workdays *desk.Workdays, now desk.AlertFigures) {
	l.stale(f, workdays, BookStale, bookGroup, "The book is stale: its last snapshot is of %s", l.Pages.Portfolio, now.BookAt)
	l.stale(f, workdays, SignalsStale, signalsGroup, "The signals are stale: the newest is of %s", l.Pages.Signals, now.SignalsAt)
}

// stale adds a condition if something from the time newest is too old. What was never recorded is not stale.
func (l look) stale(f *Findings, workdays *desk.Workdays, rule, group, says, path string, newest time.Time) {
	hours := l.setting(rule).Threshold
	limit := time.Duration(hours * float64(time.Hour))
	if newest.IsZero() || !workdays.Older(newest, l.at, limit) {
		return
	}
	// It became stale within these minutes.
	minutes := sort.Search(int(l.at.Sub(newest)/time.Minute), func(n int) bool { return workdays.Older(newest, newest.Add(time.Duration(n)*time.Minute), limit) })
	l.add(f, rule, group, group, Condition{Since: newest.Add(time.Duration(minutes) * time.Minute), Limit: number(hours),
		Summary: fmt.Sprintf(says, l.clock(newest)), Path: l.page(path, newest)})
}

// limit adds a condition if a limit is nearly used up or in breach.
func (l look) limit(f *Findings, s desk.LimitStatus, at time.Time) {
	warns, breach := desk.AlertKey{Rule: LimitWarning, Subject: s.Limit}, desk.AlertKey{Rule: LimitBreach, Subject: s.Limit}
	f.Covers[breach] = []desk.AlertKey{warns}
	if s.Unknown || math.IsNaN(s.UtilizationPct) {
		f.Conditions = append(f.Conditions, Condition{AlertKey: warns, Certainty: Undecided}, Condition{AlertKey: breach, Certainty: Undecided})
		return
	}
	current, most := apart(s.CurrentValue, s.LimitValue)
	share, _ := apart(s.UtilizationPct, 100)
	used := fmt.Sprintf("%s of %s (%s %%)", current, most, share)
	c := Condition{Since: at, Value: number(s.CurrentValue), Limit: number(s.LimitValue), Path: l.page(l.Pages.Risk, at)}
	if s.UtilizationPct > l.setting(LimitBreach).Threshold {
		c.Summary = fmt.Sprintf("The limit %s is in breach: %s", s.Limit, used)
		l.add(f, LimitBreach, s.Limit, riskGroup, c)
	}
	if s.UtilizationPct >= l.setting(LimitWarning).Threshold {
		c.Summary = fmt.Sprintf("The limit %s is nearly used up: %s", s.Limit, used)
		l.add(f, LimitWarning, s.Limit, riskGroup, c)
	}
}

// lossAge is how old a tested day may be to be told of. Older ones come from a history that is imported or computed again.
const lossAge = 7 * 24 * time.Hour

// loss adds a condition if the newest tested day's loss is beyond VaR.
func (l look) loss(f *Findings, day *desk.BacktestDay) {
	if day == nil {
		return
	}
	local := day.Day
	closing := time.Date(local.Year(), local.Month(), local.Day(), l.Rules.ClosingHour, 0, 0, 0, l.Rules.Location())
	loss := -day.HypotheticalPnLPct
	name, beyond := "", 0.0
	switch {
	case loss > day.VaR99Pct:
		name, beyond = "VaR 99%", day.VaR99Pct
	case loss > day.VaR95Pct && l.setting(LossBeyondVaR).Threshold < 99:
		name, beyond = "VaR 95%", day.VaR95Pct
	default:
		return
	}
	if l.at.Sub(closing) > lossAge {
		return
	}
	actual := ""
	if day.ActualReturnPct != nil {
		actual = fmt.Sprintf("; the NAV made %s", percent(*day.ActualReturnPct))
	}
	l.add(f, LossBeyondVaR, day.Day.Format(time.DateOnly), riskGroup, Condition{Since: closing, Value: number(loss), Limit: number(beyond), Path: l.page(l.Pages.Risk, closing),
		Summary: fmt.Sprintf("The loss of %s is beyond VaR: the book that was held made %s, and the %s was %s%s",
			day.Day.Format("Mon 2 Jan"), percent(day.HypotheticalPnLPct), name, percent(beyond), actual)})
}

// backtest adds a condition if a backtest is in Basel's yellow or red zone.
func (l look) backtest(f *Findings, b desk.BacktestSummary) {
	subject := fmt.Sprintf("VaR %s%%", amount(b.ConfidencePct))
	yellow, red := desk.AlertKey{Rule: BacktestYellow, Subject: subject}, desk.AlertKey{Rule: BacktestRed, Subject: subject}
	f.Covers[red] = []desk.AlertKey{yellow}
	rule := map[desk.TrafficLight]string{desk.Yellow: BacktestYellow, desk.Red: BacktestRed}[b.Zone]
	if rule == "" {
		return
	}
	l.add(f, rule, subject, riskGroup, Condition{Since: b.ComputedAt, Value: number(float64(b.Exceptions)), Path: l.page(l.Pages.Risk, b.ComputedAt),
		Summary: fmt.Sprintf("The backtest of the %s is in Basel's %s zone: %s in %s, %s expected", subject, b.Zone,
			count(b.Exceptions, "exception", "exceptions"), count(b.Days, "day", "days"), amount(float64(b.Days)*(1-b.ConfidencePct/100)))})
}

// spoolFindings adds the runs that wait on this machine.
func (l look) spoolFindings(f *Findings, s Spool) {
	least := max(l.setting(SpoolWaiting).Threshold, 1)
	if float64(s.Waiting) < least {
		return
	}
	l.add(f, SpoolWaiting, s.Host, ownGroup, Condition{Since: s.Oldest, Value: number(float64(s.Waiting)), Limit: number(least), Path: l.page(l.Pages.Pipeline, s.Oldest),
		Summary: fmt.Sprintf("%s on %s for the database, the oldest since %s", count(s.Waiting, "run waits", "runs wait"), s.Host, l.clock(s.Oldest))})
}
