package riskrun

import (
	"fmt"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// note adds a sentence.
func (r *rows) note(kind, text string) {
	r.out.Notes = append(r.out.Notes, desk.RiskNote{ComputedAt: r.at, No: len(r.out.Notes) + 1, Kind: kind, Text: text})
}

// noteReport notes what a reader must know of the data and of the methods.
func (r *rows) noteReport() {
	s := r.simulation
	if len(s.Exposures) == 0 {
		r.note("flat", "The book is flat: it has no market risk.")
		return
	}
	if s.Short() {
		r.note("short", fmt.Sprintf("VaR and CVaR are not computed: there are %d of %d returns up to %s, between days on which every held instrument has a price.",
			s.Returns, risk.MinReturns, s.AsOf.Format(time.DateOnly)))
	}
	r.note("carry", "Carry (interest, roll-down and accrual) is left out of one-day figures.")
	report := s.Report
	for _, m := range report.Missing {
		kind := "missing"
		if m.Proxy != "" {
			kind = "proxy"
		}
		r.sentences(kind, risk.Report{Missing: []risk.Missing{m}})
	}
	r.sentences("gap", risk.Report{Gaps: report.Gaps})
	r.sentences("zero", risk.Report{ZeroCrossings: report.ZeroCrossings})
	r.sentences("jump", risk.Report{Jumps: report.Jumps})
	r.sentences("currency", risk.Report{Local: report.Local})
	r.sentences("stale", risk.Report{StaleDays: report.StaleDays, LastPrices: report.LastPrices})
	for _, e := range s.Exposures {
		if strings.HasPrefix(e.Sensitivity.Basis, "constant") {
			r.note("duration", fmt.Sprintf("%s: %s.", e.Instrument.Name, e.Sensitivity.Basis))
		}
	}
	if len(s.PnL) > 0 && modifiedFiguresContradict(risk.MomentsOf(s.PnL)) {
		r.note("modified", "The modified VaR and CVaR can't be trusted: the returns are too skewed or their tails too fat for the expansion, which no longer orders its figures as losses are.")
	}
}

// modifiedFiguresContradict tells whether the modified figures contradict each other: the VaR falls as the
// confidence rises, or the CVaR is not beyond its VaR (where it is set to it), or falls as the confidence
// rises.
func modifiedFiguresContradict(m risk.Moments) bool {
	if modifiedVaRFalls(m) {
		return true
	}
	cvar95, cvar99 := m.ModifiedCVaR(0.95), m.ModifiedCVaR(0.99)
	return m.StdDev > 0 && (cvar95 <= m.ModifiedVaR(0.95) || cvar99 <= m.ModifiedVaR(0.99) || cvar99 < cvar95)
}

// modifiedVaRFalls reports whether the modified VaR falls anywhere between 95 and 99 %. For most returns it
// falls somewhere beyond 99 %, which does not matter to the figures that are shown.
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

func (r *rows) sentences(kind string, part risk.Report) {
	for _, text := range part.Sentences() {
		r.note(kind, text)
	}
}

// noteLeftOutOfScenario notes what a scenario leaves out: by what it is (scenario), or because a move of
// it can't be priced (stress).
func (r *rows) noteLeftOutOfScenario(s risk.StressResult) {
	if len(s.Unshocked) > 0 {
		r.note("scenario", fmt.Sprintf("%s moves nothing of %s, %.2f %% of gross weight.", s.Scenario, strings.Join(s.Unshocked, ", "), s.UnshockedPct))
	}
	if len(s.Unpriced) > 0 {
		r.note("stress", fmt.Sprintf("%s leaves out %s, %.2f %% of gross weight: its moves are not known.", s.Scenario, strings.Join(s.Unpriced, ", "), s.UnpricedPct))
	}
}
