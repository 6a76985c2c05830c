package riskrun

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// addNote adds a sentence to a computation. The kind says in one word what the sentence is about.
func addNote(c *desk.RiskComputation, kind, text string) {
	c.Notes = append(c.Notes, desk.RiskNote{ComputedAt: c.Metric.ComputedAt, No: len(c.Notes) + 1, Kind: kind, Text: text})
}

// noteSnapshot notes which rows can't be used, and whether the snapshot looks torn.
func (in *input) noteSnapshot(c *desk.RiskComputation, s snapshot) {
	for _, text := range in.leftOutOf(s) {
		addNote(c, "left out", text)
	}
	if before, looksTorn := in.torn[instantOf(s.at)]; looksTorn {
		addNote(c, "torn", fmt.Sprintf("The snapshot looks torn: one %s before it has the same NAV and other positions. "+
			"A snapshot's rows must have one timestamp; the figures are those of %d rows alone.", s.at.Sub(before), len(s.book)))
	}
}

// leftOutOf says, table by table, which rows behind a snapshot's risk can't be used. It looks at the snapshot's
// rows, and at the rows of the year before, whose NAVs count. It also looks at the instruments that the snapshot
// holds, the exchange rates that these need, and the prices of both.
func (in *input) leftOutOf(s snapshot) []string {
	concerned := map[string]bool{}
	for _, p := range s.book {
		concerned[p.Instrument] = true
		for _, rate := range in.rates[p.Instrument] {
			concerned[rate] = true
		}
	}
	var sentences []string
	byTable := map[string][]desk.LeftOut{}
	for _, l := range in.leftOut {
		inTheYear := l.At == nil || !l.At.After(s.at) && l.At.After(s.at.AddDate(-1, 0, 0))
		if inTheYear && (l.Name == nil || concerned[*l.Name]) {
			byTable[l.Table] = append(byTable[l.Table], l)
		}
	}
	for _, table := range slices.Sorted(maps.Keys(byTable)) {
		sentences = append(sentences, desk.LeftOutSentence(byTable[table]))
	}
	return sentences
}

// noteSimulation notes what a reader must know about the data and the methods.
func noteSimulation(c *desk.RiskComputation, s *risk.Simulation) {
	if len(s.Exposures) == 0 {
		addNote(c, "flat", "The book is flat: it has no market risk.")
		return
	}
	if s.Short() {
		addNote(c, "short", fmt.Sprintf("VaR and CVaR are not computed: there are %d of %d returns up to %s, between days on which every held instrument has a price.",
			s.Returns, risk.MinReturns, s.AsOf.Format(time.DateOnly)))
	}
	addNote(c, "carry", "Carry (interest, roll-down and accrual) is left out of one-day figures.")
	for _, n := range s.Report.Notes() {
		addNote(c, n.Kind, n.Text)
	}
	for _, e := range s.Exposures {
		if strings.HasPrefix(e.Sensitivity.Basis, "constant") {
			addNote(c, "duration", fmt.Sprintf("%s: %s.", e.Instrument.Name, e.Sensitivity.Basis))
		}
	}
	if len(s.PnL) > 0 && modifiedFiguresContradict(risk.MomentsOf(s.PnL)) {
		addNote(c, "modified", "The modified VaR and CVaR can't be trusted: the returns are too skewed or their tails too fat for the expansion, which no longer orders its figures as losses are.")
	}
}

// modifiedFiguresContradict tells whether the modified figures contradict each other. They do if the VaR or the
// CVaR falls as the confidence rises, or if the CVaR is not larger than its VaR: the CVaR is then set to the VaR.
func modifiedFiguresContradict(m risk.Moments) bool {
	if modifiedVaRFalls(m) {
		return true
	}
	cvar95, cvar99 := m.ModifiedCVaR(0.95), m.ModifiedCVaR(0.99)
	return m.StdDev > 0 && (cvar95 <= m.ModifiedVaR(0.95) || cvar99 <= m.ModifiedVaR(0.99) || cvar99 < cvar95)
}

// modifiedVaRFalls tells whether the modified VaR falls anywhere between 95 and 99 %. For most returns it falls
// somewhere beyond 99 %, which does not matter to the figures that are shown.
func modifiedVaRFalls(m risk.Moments) bool {
	if m.CornishFisherHolds() {
		return false
	}
	for confidence := 95; confidence < 99; confidence++ {
		if m.ModifiedVaR(float64(confidence+1)/100) < m.ModifiedVaR(float64(confidence)/100) {
			return true
		}
	}
	return false
}

// noteStress notes what each scenario leaves out, and from when to when each replayed stretch was.
func noteStress(c *desk.RiskComputation, scenarios []risk.StressResult, replays []risk.Replay) {
	for _, s := range scenarios {
		noteLeftOutOfScenario(c, s)
	}
	for _, r := range replays {
		noteLeftOutOfScenario(c, r.StressResult)
		addNote(c, "replay", fmt.Sprintf("%s: from %s to %s.", r.Scenario, r.From.Format(time.DateOnly), r.To.Format(time.DateOnly)))
	}
}

// noteLeftOutOfScenario notes the instruments that a scenario does not move (kind "scenario"), and the
// instruments whose moves can't be priced (kind "stress").
func noteLeftOutOfScenario(c *desk.RiskComputation, s risk.StressResult) {
	if len(s.Unshocked) > 0 {
		addNote(c, "scenario", fmt.Sprintf("%s moves nothing of %s, %.2f %% of gross weight.", s.Scenario, strings.Join(s.Unshocked, ", "), s.UnshockedPct))
	}
	if len(s.Unpriced) > 0 {
		addNote(c, "stress", fmt.Sprintf("%s leaves out %s, %.2f %% of gross weight: its moves are not known.", s.Scenario, strings.Join(s.Unpriced, ", "), s.UnpricedPct))
	}
}

// noteLimits notes, for a limit on the largest of several values, which strategy, asset class or scenario has
// the largest value.
func noteLimits(c *desk.RiskComputation, limits []risk.LimitUse) {
	for _, l := range limits {
		if l.Detail != "" {
			addNote(c, "limit", l.Limit+": "+l.Detail+".")
		}
	}
}
