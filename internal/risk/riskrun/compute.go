package riskrun

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// compute gives the risk of a snapshot, all but the backtest, and the simulation that it comes from.
func (in *input) compute(s snapshot, settings Settings) (desk.RiskComputation, *risk.Simulation, error) {
	drawdown, err := risk.DrawdownOf(in.navsUpTo(s))
	if err != nil {
		return desk.RiskComputation{}, nil, err
	}
	simulation, err := in.history.Simulate(s.book, desk.BuiltInRules().LastPricedDay(s.at), settings.Options)
	if err != nil {
		return desk.RiskComputation{}, nil, err
	}
	r := rows{at: s.at, simulation: simulation}
	historical := simulation.Measures(desk.Historical)
	r.out.Metric = desk.RiskMetric{
		ComputedAt: s.at, VaR95Pct: historical.VaR95, VaR99Pct: historical.VaR99, CVaR95Pct: historical.CVaR95,
		NoVaR: simulation.Short(), MaxDrawdownPct: drawdown.Current, MaxDrawdown252dPct: drawdown.Worst252,
	}
	for _, text := range in.leftOutOf(s) {
		r.note("left out", text)
	}
	if before, is := in.torn[instantOf(s.at)]; is {
		r.note("torn", fmt.Sprintf("The snapshot looks torn: one %s before it has the same NAV and other positions. "+
			"A snapshot's rows must have one timestamp; the figures are those of %d rows alone.", s.at.Sub(before), len(s.book)))
	}
	r.measures()
	r.drivers()
	r.noteReport()
	stress, replays, err := r.stress(settings)
	if err != nil {
		return desk.RiskComputation{}, nil, err
	}
	for _, use := range settings.Limits.Check(simulation, historical, drawdown, stress) {
		r.limit(use)
	}
	r.out.Inputs = in.inputsOf(s, simulation, replays, settings)
	return r.out, simulation, r.out.Validate()
}

// leftOutOf says of each table what of the rows that a snapshot's risk is computed from can't be used: of
// its own rows and of those of the year before, whose NAVs count, of the instruments that it holds and the
// rates that these need, and of their prices.
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
		if (l.At == nil || !l.At.After(s.at) && l.At.After(s.at.AddDate(-1, 0, 0))) && (l.Name == nil || concerned[*l.Name]) {
			byTable[l.Table] = append(byTable[l.Table], l)
		}
	}
	for _, table := range slices.Sorted(maps.Keys(byTable)) {
		sentences = append(sentences, desk.LeftOutSentence(byTable[table]))
	}
	return sentences
}

// navsUpTo are the daily NAVs up to a snapshot, with the snapshot's own as the last. Its weekday may have a
// later one, which nobody knew at its time.
func (in *input) navsUpTo(s snapshot) []desk.DailyNAV {
	day := desk.BuiltInRules().BookDay(s.at)
	before, _ := slices.BinarySearchFunc(in.navs, day, func(n desk.DailyNAV, day time.Time) int { return n.Day.Compare(day) })
	return slices.Concat(in.navs[:before], []desk.DailyNAV{{Day: day, At: s.at, NAV: s.nav}})
}

// stress computes the scenarios and the replays; the replays' results are the last of all.
func (r *rows) stress(settings Settings) (all []risk.StressResult, replays []risk.Replay, err error) {
	for _, scenario := range settings.Scenarios {
		result, err := r.simulation.Stress(scenario)
		if err != nil {
			return nil, nil, err
		}
		r.scenario(result)
		all = append(all, result)
	}
	for _, days := range settings.ReplayDays {
		replay, found := r.simulation.Replay(days)
		if !found {
			continue
		}
		r.scenario(replay.StressResult)
		r.note("replay", fmt.Sprintf("%s: from %s to %s.", replay.Scenario, replay.From.Format(time.DateOnly), replay.To.Format(time.DateOnly)))
		all = append(all, replay.StressResult)
		replays = append(replays, replay)
	}
	return all, replays, nil
}
