package trading

import (
	"math"
	"time"

	"macrowatch/internal/risk/pnl"
	"macrowatch/internal/sample/strategy"
)

const (
	// FirstNAV is the NAV of the book's first snapshot, before the first trades are paid.
	FirstNAV = 100.0
	// StaleDays is how many calendar days an instrument may go without a price before it is closed.
	StaleDays = 10
	// CloseOut is how many calendar days before its maturity an instrument is closed.
	CloseOut = 30
)

// Session is the book as it goes from day to day. For each day of the desk's, in order: Decide for the
// classes whose step ran, Mark, and Trade if the book could be built. Days are civil dates at midnight UTC.
type Session struct {
	setup    *Setup
	next     int // the market's first day that has not been seen
	closed   time.Time
	nav      float64
	history  []strategy.Series
	quotes   []quote
	opinions [][]strategy.Opinion // for each strategy the last opinions that it had
	weights  []float64            // by row of the setup
	moves    []float64            // day by day, the move of each asset: relative for a price, in decimals for a yield
	peak     float64              // the highest NAV of a snapshot
	drawdown float64              // of the last snapshot, as a fraction
	appetite appetite
	used     limitUse // how much of its limits the last snapshot used
	notes    []string
}

// quote is what the book remembers of an instrument from close to close.
type quote struct {
	before float64   // the level before the last close
	fresh  bool      // the last close brought a price
	seen   time.Time // the day of its last price; zero before the first
	rate   float64   // BRL per unit of its quote currency at the last close, 0 while unknown
	profit float64   // what a long position of size 1 made on the last day, without carry
	move   float64   // of the level on the last day, as Session.moves has it
	// sensitivity is a yield's sensitivity as of its last move.
	sensitivity pnl.Sensitivity
	morning     float64 // the volatility as of the last morning
	variance    variance
	ended       bool // its position was closed, until prices come again
}

// Start begins a session on the day before the market's first.
func (s *Setup) Start() *Session {
	return &Session{
		setup: s, nav: FirstNAV,
		history:  newHistory(s),
		quotes:   make([]quote, len(s.assets)),
		opinions: make([][]strategy.Opinion, len(s.strategies)),
		weights:  make([]float64, len(s.rows)),
		appetite: appetite{size: 1},
	}
}

func newHistory(s *Setup) []strategy.Series {
	history := make([]strategy.Series, len(s.assets))
	for n := range history {
		history[n].Kind = s.assets[n].Kind
	}
	return history
}

// Notes returns what was odd since it was last asked, a sentence each.
func (s *Session) Notes() []string {
	notes := s.notes
	s.notes = nil
	return notes
}

// variance is an exponentially weighted mean of squared daily profits, as RiskMetrics has it (J.P.
// Morgan, RiskMetrics Technical Document, 1996), with the decay that it names for monthly horizons.
type variance struct {
	mean float64
	n    int
}

const (
	varianceDecay = 0.97
	// varianceLeast is how many profits the variance needs. Until there are that many, all profits have the same weight.
	varianceLeast = 20
)

func (v *variance) add(profit float64) {
	v.n++
	share := max(1-varianceDecay, 1/float64(v.n))
	v.mean += share * (profit*profit - v.mean)
}

// annual returns the volatility of a year, at least floor; 0 while there is too little history.
func (v *variance) annual(floor float64) float64 {
	if v.n < varianceLeast {
		return 0
	}
	return max(floor, math.Sqrt(v.mean*daysOfYear))
}

// daysOfYear is how many days the desk trades in a year.
const daysOfYear = 252
