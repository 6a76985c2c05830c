package cli

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

const (
	// nearLimitPct is the utilisation in percent from which a limit is listed, which is where its bar turns red.
	nearLimitPct = 80
	// driversShown and scenariosShown are how many drivers and scenarios are listed, the most important first.
	driversShown   = 5
	scenariosShown = 3
)

// riskText returns the main figures of a computation.
func riskText(rules desk.Rules, c desk.RiskComputation, color colors) string {
	var s strings.Builder
	fmt.Fprintf(&s, "Risk of the book of %s (%s), percent of NAV\n\n", c.Metric.ComputedAt.In(rules.Location()).Format("2006-01-02 15:04"), rules.Zone)
	w := tabwriter.NewWriter(&s, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "one day\tVaR 95%\tVaR 99%\tCVaR 95%\tCVaR 99%\t\n")
	for _, method := range risk.Methods() {
		line := string(method) + "\t"
		var shortfalls string
		for _, m := range c.Measures {
			if m.Method == method {
				line += fmt.Sprintf("%.2f\t", m.VaRPct)
				shortfalls += fmt.Sprintf("%.2f\t", m.CVaRPct)
			}
		}
		if shortfalls != "" {
			fmt.Fprintln(w, line+shortfalls)
		}
	}
	w.Flush()
	if c.Metric.NoVaR {
		fmt.Fprintf(&s, "not computed: %d of %d returns\n", c.Inputs.Returns, risk.MinReturns)
	} else if len(c.Measures) > 0 {
		m := c.Measures[0]
		fmt.Fprintf(&s, "from %s, %s to %s\n", counted(m.Observations, "daily return", "daily returns"), m.WindowFrom.Format("2006-01-02"), m.WindowTo.Format("2006-01-02"))
	} else {
		s.WriteString("no market risk\n")
	}
	s.WriteString("\n")
	w = tabwriter.NewWriter(&s, 0, 0, 3, ' ', 0)
	fmt.Fprintf(w, "Drawdown\t%.2f now, %.2f worst of 252 days\n", c.Metric.MaxDrawdownPct, c.Metric.MaxDrawdown252dPct)
	fmt.Fprintf(w, "Drives CVaR 95%%\t%s\n", orNone(mainDrivers(c.Contributions)))
	fmt.Fprintf(w, "Worst scenarios\t%s\n", orNone(worstScenarios(c.Stress)))
	fmt.Fprintf(w, "Limits from %d %%\t%s\n", nearLimitPct, orNone(nearLimits(c.Limits, color)))
	for _, b := range c.Backtest {
		fmt.Fprintf(w, "Backtest %.0f%%\t%s\n", b.ConfidencePct, backtestText(b))
	}
	w.Flush()
	heading := "\nNotes\n"
	for _, note := range c.Notes {
		if note.Kind != "scenario" { // notes about scenarios are long, and the same every day
			fmt.Fprintf(&s, "%s  %s\n", heading, note.Text)
			heading = ""
		}
	}
	return s.String()
}

// orNone joins parts with commas. It returns "none" if there are no parts.
func orNone(parts []string) string {
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// mainDrivers names the instruments that contribute most to the CVaR at 95 %.
func mainDrivers(all []desk.RiskContribution) []string {
	all = slices.DeleteFunc(slices.Clone(all), func(c desk.RiskContribution) bool { return c.Grouping != desk.ByInstrument })
	slices.SortStableFunc(all, func(a, b desk.RiskContribution) int { return cmp.Compare(b.CVaR95Pct, a.CVaR95Pct) })
	var parts []string
	for _, c := range all[:min(len(all), driversShown)] {
		parts = append(parts, fmt.Sprintf("%s %+.2f", c.Name, c.CVaR95Pct))
	}
	return parts
}

// worstScenarios names the stress scenarios in which the book loses most.
func worstScenarios(all []desk.StressResult) []string {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b desk.StressResult) int { return cmp.Compare(a.PortfolioPnLPct, b.PortfolioPnLPct) })
	var parts []string
	for _, r := range all[:min(len(all), scenariosShown)] {
		parts = append(parts, fmt.Sprintf("%s %+.2f", r.Scenario, r.PortfolioPnLPct))
	}
	return parts
}

// nearLimits names the limits of which nearLimitPct or more is used, and marks those in breach.
func nearLimits(all []desk.LimitStatus, color colors) []string {
	var parts []string
	for _, l := range all {
		if l.UtilizationPct >= nearLimitPct {
			text := fmt.Sprintf("%s %.2f of %g (%.1f %%)", l.Limit, l.CurrentValue, l.LimitValue, math.Floor(l.UtilizationPct*10+0.5)/10)
			if l.UtilizationPct > 100 {
				text += " " + color.red("BREACH")
			}
			parts = append(parts, text)
		}
	}
	return parts
}

func backtestText(b desk.BacktestSummary) string {
	if b.Days == 0 {
		return "no day is tested yet"
	}
	text := fmt.Sprintf("%s in %s, %.1f expected", counted(b.Exceptions, "exception", "exceptions"), daysText(b.Days), float64(b.Days)*(1-b.ConfidencePct/100))
	if b.Kupiec != nil {
		text += fmt.Sprintf(", Kupiec p %.2f", b.Kupiec.P)
	}
	if b.Christoffersen != nil {
		text += fmt.Sprintf(", Christoffersen p %.2f", b.Christoffersen.P)
	}
	switch {
	case b.Zone != "":
		text += ", zone " + string(b.Zone)
	case b.ConfidencePct == 99:
		text += fmt.Sprintf(", no zone yet: %d of %d days", b.Days, risk.BacktestDays)
	}
	return text
}
