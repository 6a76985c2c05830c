package daily

import (
	"fmt"
	"slices"
	"strings"

	"macrowatch/internal/suggest"
)

// Severity says how serious a problem is.
type Severity int

// The severities. A greater one is more serious.
const (
	Warning Severity = iota + 1
	Critical
)

// String returns the word for a severity, as the status command has it.
func (s Severity) String() string {
	return map[Severity]string{Warning: "WARNING", Critical: "CRITICAL"}[s]
}

// Problem is one thing that is not as it should be.
type Problem struct {
	Severity Severity
	Topic    string // Pipeline, Book, Risk, Limits, Signals, Data or Report
	Text     string // a sentence
}

// String returns the problem as a line of text.
func (p Problem) String() string { return p.Severity.String() + " " + p.Topic + " " + p.Text }

// problemsOf returns the sentences about a day, the most serious first.
func problemsOf(d Day) []Problem {
	all := slices.Concat(d.failed, stepProblems(d), bookProblems(d), limitProblems(d), riskProblems(d), backtestProblems(d), signalProblems(d), dataProblems(d))
	slices.SortStableFunc(all, func(a, b Problem) int { return int(b.Severity - a.Severity) })
	return all
}

// checkedText says what was looked at.
func checkedText(d Day) string {
	parts := []string{plural(len(d.Steps), "step", "steps") + " of the pipeline"}
	if d.Book.NAV.Known {
		parts = append(parts, "the book of "+d.clock(d.Book.At))
	}
	if n := len(d.Risk.Limits); n > 0 {
		parts = append(parts, plural(n, "limit", "limits"))
	}
	if len(d.Risk.Methods) > 0 {
		parts = append(parts, "VaR and drawdown")
	}
	for _, b := range d.Risk.Backtest {
		if b.Days > 0 {
			parts = append(parts, "the backtest")
			break
		}
	}
	if n := d.Signals.Long + d.Signals.Short + d.Signals.Neutral; n > 0 {
		parts = append(parts, plural(n, "signal", "signals"))
	}
	if n := len(d.heldPrice); n > 0 {
		parts = append(parts, "the prices of "+plural(n, "held instrument", "held instruments"))
	}
	return "Checked: " + suggest.Listed(parts, "and") + "."
}

// plural is a number with the fitting word.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(fmt.Sprint(n)) + " " + many
}

// listedUpTo lists the first few names and says how many more there are.
func listedUpTo(most int, names []string) string {
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return suggest.Listed(names, "and")
}
