package daily

import (
	"fmt"
	"strings"
)

// How many lines a message in a chat has for what is not as it should be, and how many limits and steps a mail lists.
const (
	problemsInChat = 5
	listedInMail   = 20
)

// Title is the day in one line: what it is about and how it stands.
func (d Day) Title() string {
	critical, warnings := 0, 0
	for _, p := range d.Problems {
		if p.Severity == Critical {
			critical++
		} else {
			warnings++
		}
	}
	var parts []string
	if critical > 0 {
		parts = append(parts, fmt.Sprintf("%d critical", critical))
	}
	if warnings > 0 {
		parts = append(parts, plural(warnings, "warning", "warnings"))
	}
	state := strings.Join(parts, ", ")
	if state == "" {
		state = "everything is as it should be"
	}
	sample := ""
	if d.SampleData {
		sample = " (sample data)"
	}
	return fmt.Sprintf("%s, %s%s: %s", d.Rules.Name, d.clock(d.At), sample, state)
}

// Short is the day in a few lines, for a chat: the most serious problems and the main figures.
func (d Day) Short() string {
	shown, more := chosen(d.Problems, problemsInChat)
	lines := problemLines(shown)
	if more != "" {
		lines = append(lines, more)
	}
	b := d.Book
	if !b.At.IsZero() {
		lines = append(lines, fmt.Sprintf("Day %s, month %s, year %s", b.DayReturn.signed(), b.MonthReturn.signed(), b.YearToDay.signed()))
	}
	if d.Risk.VaR99.Known {
		lines = append(lines, fmt.Sprintf("VaR 99%% %s, drawdown %s", d.Risk.VaR99.percent(), d.Risk.Drawdown.percent()))
	}
	if len(lines) == 0 {
		lines = append(lines, d.Checked)
	}
	return strings.Join(lines, "\n")
}

// Text is the day with its figures, for a mail.
func (d Day) Text() string {
	parts := []string{d.textOfProblems(), d.textOfBook(), d.textOfRisk(), d.textOfLimits(), d.textOfSteps(), d.textOfSignals()}
	var there []string
	for _, part := range parts {
		if part != "" {
			there = append(there, part)
		}
	}
	return strings.Join(there, "\n\n")
}

func problemLines(all []Problem) []string {
	var lines []string
	for _, p := range all {
		lines = append(lines, p.String())
	}
	return lines
}

func (d Day) textOfProblems() string {
	if len(d.Problems) == 0 {
		return "Everything is as it should be.\n" + d.Checked
	}
	return strings.Join(append(problemLines(d.Problems), d.Checked), "\n")
}

func (d Day) textOfBook() string {
	if d.Book.At.IsZero() {
		return "BOOK\nNo snapshot of the book is recorded."
	}
	lines := []string{"BOOK"}
	for _, t := range tilesOf(d) {
		lines = append(lines, fmt.Sprintf("%s: %s (%s)", t.Name, t.Value, t.Note))
	}
	if d.PnL.Known {
		for _, side := range []struct {
			name string
			sign float64
		}{{"Best", 1}, {"Worst", -1}} {
			var parts []string
			for _, p := range bestOf(d.PnL.Parts, side.sign) {
				parts = append(parts, p.Instrument+" "+number{p.PnLPct, true}.signed())
			}
			if len(parts) > 0 {
				lines = append(lines, side.name+": "+strings.Join(parts, ", "))
			}
		}
	}
	return strings.Join(lines, "\n")
}

func (d Day) textOfRisk() string {
	if len(d.Risk.Methods) == 0 {
		return "RISK\nNo VaR by method is computed."
	}
	lines := []string{"RISK"}
	for _, m := range d.Risk.Methods {
		lines = append(lines, fmt.Sprintf("%s: VaR 95%% %s, VaR 99%% %s, CVaR 95%% %s", m.Name, m.VaR95.percent(), m.VaR99.percent(), m.CVaR95.percent()))
	}
	for _, b := range d.Risk.Backtest {
		if b.Days > 0 {
			line := fmt.Sprintf("Backtest of %s: %s in %s", b.Name, plural(b.Exceptions, "exception", "exceptions"), plural(b.Days, "day", "days"))
			if b.Zone != "" {
				line += ", zone " + b.Zone
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func (d Day) textOfLimits() string {
	if len(d.Risk.Limits) == 0 {
		return ""
	}
	lines := []string{"LIMITS"}
	for _, l := range d.Risk.Limits[:min(len(d.Risk.Limits), listedInMail)] {
		lines = append(lines, fmt.Sprintf("%s: %s of %s (%s)", l.Name, l.Current.plain(), l.Limit.plain(), l.Used.percent()))
	}
	if more := moreText(len(d.Risk.Limits)-listedInMail, "limit", "limits"); more != "" {
		lines = append(lines, more)
	}
	return strings.Join(lines, "\n")
}

func (d Day) textOfSteps() string {
	if len(d.Steps) == 0 {
		return "PIPELINE\nNo run of the pipeline is recorded in the last 30 days."
	}
	lines := []string{"PIPELINE"}
	for _, s := range d.Steps[:min(len(d.Steps), listedInMail)] {
		lines = append(lines, fmt.Sprintf("%s: %s, %s", s.Title, s.Status, d.shortClock(s.StartedAt)))
	}
	if more := moreText(len(d.Steps)-listedInMail, "step", "steps"); more != "" {
		lines = append(lines, more)
	}
	return strings.Join(lines, "\n")
}

func (d Day) textOfSignals() string {
	s := d.Signals
	if s.Newest.IsZero() {
		return "SIGNALS\nNo signal is recorded."
	}
	lines := []string{"SIGNALS", fmt.Sprintf("%d long, %d short, %d neutral; the newest is of %s", s.Long, s.Short, s.Neutral, d.clock(s.Newest))}
	for _, f := range s.Flips[:min(len(s.Flips), flipsShown)] {
		lines = append(lines, fmt.Sprintf("%s %s: %s, before %s", f.Strategy, f.Instrument, f.To, f.From))
	}
	return strings.Join(lines, "\n")
}
