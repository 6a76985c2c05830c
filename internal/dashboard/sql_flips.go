package dashboard

import (
	"macrowatch/internal/desk"
)

// signalProbe says of which table and columns the templates signalAfter and signalBefore take what they look for.
type signalProbe struct{ From, direction, at string }

// Direction is the direction to look for.
func (p signalProbe) Direction() string { return p.From + "." + p.direction }

// At is the instant after which, or before which, to look.
func (p signalProbe) At() string { return p.From + "." + p.at }

// signalConstraints are the constraints of macrowatch's own strategy_signals with which every row can be used, and every
// direction is one of macrowatch's words.
func signalConstraints() []string {
	all := []string{"strategy_signals_pkey", "strategy_signals_direction_known"}
	for _, t := range desk.UsableTables() {
		if t.Name != "strategy_signals" {
			continue
		}
		for _, c := range t.Columns {
			all = append(all, c.Constraint)
		}
	}
	return all
}
