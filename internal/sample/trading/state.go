package trading

import (
	"time"

	"macrowatch/internal/desk"
)

// State has the figures of the book that the desk's steps may name when they fail.
type State struct {
	Gross      float64 // multiples of NAV
	GrossLimit float64 // 0 where there is none
	Positions  int
	// Volatility is the annual volatility that the book's weights would have had lately. Target is the annual
	// volatility that the book is sized for. Both are fractions.
	Volatility, Target float64
	Instruments        int // of the market
	Days               int // of history
	Quotes             []Quote
}

// Quote is the last level of an instrument that the desk trades.
type Quote struct {
	Instrument string
	Level      float64
	Day        time.Time
}

// State returns the book as it stands, with the live yields among what it trades.
func (s *Session) State() State {
	state := State{
		Gross: s.exposure(s.weights).gross, Volatility: s.volatility(s.weights), Target: s.setup.mandate.Volatility,
		Instruments: len(s.setup.assets), Days: len(s.moves) / len(s.setup.assets),
	}
	if limit := s.setup.mandate.Limits.GrossLeverage; limit != nil {
		state.GrossLimit = *limit
	}
	for _, w := range s.weights {
		if w != 0 {
			state.Positions++
		}
	}
	for n := range s.setup.assets {
		a, h := &s.setup.assets[n], &s.history[n]
		if a.traded && h.Live && a.Kind == desk.KindYield && a.QuotedIn == desk.InPercent {
			state.Quotes = append(state.Quotes, Quote{a.Name, h.Levels[len(h.Levels)-1], s.quotes[n].seen})
		}
	}
	return state
}
