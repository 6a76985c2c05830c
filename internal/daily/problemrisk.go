package daily

import (
	"fmt"
	"strings"
)

// The use of a limit, in percent of it, from which it is filling up, nearly used up and in breach. The first two are where
// Limit Utilization turns yellow and red.
const filling, nearlyFull, breach = 60, 80, 100

// limitProblems are about the limits. Those that are only filling up share one sentence.
func limitProblems(d Day) []Problem {
	var all []Problem
	var some, unknown []string
	for _, l := range d.Risk.Limits {
		switch {
		case !l.Used.Known:
			unknown = append(unknown, l.Name)
		case l.Used.Value > breach:
			all = append(all, Problem{Critical, "Limits", fmt.Sprintf("%s is in breach%s: %s, %s over.", l.Name, sinceText(d, l), l.usedText(), l.headroom())})
		case l.Used.Value >= nearlyFull:
			all = append(all, Problem{Critical, "Limits", fmt.Sprintf("%s is nearly used up: %s, headroom %s.", l.Name, l.usedText(), l.headroom())})
		case l.Used.Value >= filling:
			some = append(some, fmt.Sprintf("%s %s, headroom %s", l.Name, l.usedText(), l.headroom()))
		}
	}
	if len(some) > 0 {
		all = append(all, Problem{Warning, "Limits", fmt.Sprintf("%s between %d %% and %d %% used: %s.", plural(len(some), "limit is", "limits are"), filling, nearlyFull, seriesUpTo(3, some))})
	}
	if len(unknown) > 0 {
		all = append(all, Problem{Warning, "Limits", fmt.Sprintf("%s be checked, since the history has too few returns: %s.", plural(len(unknown), "limit can't", "limits can't"), listedUpTo(4, unknown))})
	}
	return all
}

// usedText is a limit's value beside the limit: "2.31 of 5 (46.2 %)".
func (l limit) usedText() string {
	if !l.Current.Known || !l.Limit.Known {
		return fixed(l.Used.Value, 1) + " %"
	}
	return fmt.Sprintf("%s of %s (%s %%)", fixed(l.Current.Value, 2), l.Limit.plain(), fixed(l.Used.Value, 1))
}

// headroom is the distance between a limit and its value.
func (l limit) headroom() string {
	if !l.Current.Known || !l.Limit.Known {
		return fixed(max(breach-l.Used.Value, l.Used.Value-breach), 1) + " % of it"
	}
	return fixed(max(l.Limit.Value-l.Current.Value, l.Current.Value-l.Limit.Value), 2)
}

func sinceText(d Day, l limit) string {
	switch {
	case l.Since.IsZero():
		return ""
	case l.Longer:
		return " since before " + d.clock(l.Since)
	}
	return " since " + d.clock(l.Since)
}

// seriesUpTo lists texts that have commas in them.
func seriesUpTo(most int, texts []string) string {
	if len(texts) > most {
		return strings.Join(texts[:most], "; ") + fmt.Sprintf("; and %d more", len(texts)-most)
	}
	return strings.Join(texts, "; ")
}

// riskProblems are about the figures themselves: whether they are current, and whether the dials are yellow or red.
func riskProblems(d Day) []Problem {
	var all []Problem
	f := d.Risk
	if text := map[string]string{
		"STALE":        "The risk figures are stale: %s.",
		"PARTIAL":      "The risk figures leave out a part of the book: %s.",
		"OTHER INPUTS": "The risk figures no longer fit their inputs, which have been corrected since: %s.",
		"TORN":         "The book that the risk was computed for is only a part of a snapshot: %s.",
	}[f.Status]; text != "" {
		all = append(all, Problem{Warning, "Risk", fmt.Sprintf(text, f.StatusText)})
	}
	if f.Status == "NO VAR" && !d.Book.At.IsZero() {
		text := "No risk is computed for the book."
		if f.StatusText != "" {
			text = fmt.Sprintf("No VaR is computed: %s.", f.StatusText)
		}
		all = append(all, Problem{Warning, "Risk", text})
	}
	return append(all, dialProblems(d)...)
}

// dialProblems has a sentence for each dial that is yellow or red, unless a sentence on the dial's own limit says it.
func dialProblems(d Day) []Problem {
	var all []Problem
	for _, g := range d.Risk.Dials {
		if !g.Value.Known || !g.Watch.Known || g.Value.Value < g.Watch.Value || d.hasLimitProblem(g.Limit) {
			continue
		}
		name, severity, beyond := g.Title, Warning, ""
		if g.Red.Known && g.Value.Value >= g.Red.Value {
			severity, beyond = Critical, fmt.Sprintf(", above its limit of %s", g.Red.percent())
		} else {
			beyond = fmt.Sprintf(", above the mark of %s", g.Watch.percent())
			if g.Red.Known {
				beyond += fmt.Sprintf("; the limit is %s, headroom %s", g.Red.percent(), number{g.Red.Value - g.Value.Value, true}.percent())
			}
		}
		text := fmt.Sprintf("%s is %s of NAV%s.", name, g.Value.percent(), beyond)
		if g.isDrawdown() && !d.Book.PeakAt.IsZero() {
			text = fmt.Sprintf("The book is %s below its peak of %s%s.", g.Value.percent(), d.clock(d.Book.PeakAt), beyond)
		}
		all = append(all, Problem{severity, "Risk", text})
	}
	return all
}

func (g dial) isDrawdown() bool { return strings.Contains(g.Title, "Drawdown") }

// hasLimitProblem reports whether a limit has a sentence of its own.
func (d Day) hasLimitProblem(name string) bool {
	for _, l := range d.Risk.Limits {
		if l.Name == name && l.Used.Known && l.Used.Value >= filling {
			return true
		}
	}
	return false
}

// backtestProblems are about the losses beyond VaR, and about how many there were.
func backtestProblems(d Day) []Problem {
	var all []Problem
	for _, t := range d.Risk.Tested {
		if text := beyondText(d, t); text != "" && !t.At.Before(d.Since) {
			all = append(all, Problem{Critical, "Risk", text})
		}
	}
	for _, b := range d.Risk.Backtest {
		severity := map[string]Severity{"yellow": Warning, "red": Critical}[b.Zone]
		if severity != 0 {
			all = append(all, Problem{severity, "Risk", fmt.Sprintf("The backtest of the %s is in Basel's %s zone: %s in %s, %s expected.",
				b.Name, b.Zone, plural(b.Exceptions, "exception", "exceptions"), plural(b.Days, "day", "days"), fixed(b.Expected.Value, 1))})
		}
	}
	return all
}

// beyondText says that a day's loss was beyond the VaR of the evening before; "" if it was not.
func beyondText(d Day, t testedDay) string {
	if !t.PnL.Known {
		return ""
	}
	for _, at := range []struct {
		name string
		loss number
	}{{"99%", t.LossAt99}, {"95%", t.LossAt95}} {
		if at.loss.Known && t.PnL.Value < at.loss.Value {
			actual := ""
			if t.Actual.Known {
				actual = fmt.Sprintf("; the NAV made %s", t.Actual.signed())
			}
			return fmt.Sprintf("The loss of %s is beyond VaR: the book that was held made %s, and the VaR %s was %s%s.",
				d.date(t.At.In(d.Rules.Location())), t.PnL.signed(), at.name, number{-at.loss.Value, true}.percent(), actual)
		}
	}
	return ""
}
