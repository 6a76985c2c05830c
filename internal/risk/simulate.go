package risk

import (
	"fmt"
	"time"
)

// Options say how a simulation is made. The zero value asks for DefaultReturns returns, and refuses a book if
// too much of it has no history.
type Options struct {
	// Returns is how many daily returns the window has; 0 is DefaultReturns.
	Returns int
	// AllowMissing lets Simulate compute the risk however much of the book is left out.
	AllowMissing bool
	// Proxies maps an instrument's name to that of its proxy. If the instrument does not have enough history,
	// it takes the proxy's moves.
	Proxies map[string]string
}

// Simulation is today's book under the moves of the window. It does not change once it is made.
type Simulation struct {
	Book      Book
	AsOf      time.Time
	Exposures []Exposure
	// Days are the days on which the returns end, the earliest first.
	Days []time.Time
	// From is the day on which the first return begins; zero for a flat book.
	From time.Time
	// Returns is how many returns the window has, whether or not they are enough for a VaR.
	Returns int
	// PnL is what the book would have made on each of Days, in percent of NAV. It is empty if the book is flat, or
	// if the window has fewer returns than MinReturns.
	PnL    []float64
	Report Report

	history    *History
	asked      int   // how many returns a full window has
	exposureOf []int // for each row of the book the index of its exposure; −1 for cash
	positionOf []int // for each row of the book that is not cash the number of its position; rows of one strategy and instrument are one position
	positions  int   // how many there are
	returns    Returns
	losses     ranking
}

// Simulate computes what the book would have made on each day of the window that ends on the day asOf. A flat book
// holds only cash and weights of zero: it has no risk and needs no prices. If the window has fewer returns than
// MinReturns the simulation is short: it has no P&L and no VaR, but it has scenarios, and the limits that need no
// returns. Errors: [ErrEmptyBook], [ErrBadWeight], [ErrMissing], and [ErrTooFewReturns] if fewer than MinReturns
// are asked for.
func (h *History) Simulate(book Book, asOf time.Time, o Options) (*Simulation, error) {
	if err := book.Validate(); err != nil {
		return nil, err
	}
	if o.Returns == 0 {
		o.Returns = DefaultReturns
	}
	if o.Returns < MinReturns {
		return nil, fmt.Errorf("%w: a window of %d is asked, and %d are the least", ErrTooFewReturns, o.Returns, MinReturns)
	}
	s := &Simulation{Book: book, AsOf: asOf, history: h, asked: o.Returns}
	s.Exposures, s.exposureOf = h.exposures(book, asOf, o.Proxies)
	s.numberPositions()
	if len(s.Exposures) == 0 {
		return s, nil
	}
	chosen := h.selectExposures(s.Exposures, asOf, o.Returns)
	s.Report = s.reportOf(chosen)
	if s.Report.LeftOutPct > MaxMissingPct && !o.AllowMissing {
		return nil, fmt.Errorf("%w: %.2f %% of gross weight, and %g %% are allowed: %s",
			ErrMissing, s.Report.LeftOutPct, MaxMissingPct, s.Report.leftOut())
	}
	if len(chosen.in) == 0 {
		return nil, fmt.Errorf("%w: nothing held has a history: %s", ErrMissing, s.Report.leftOut())
	}
	if s.Returns = len(chosen.window.steps); s.Returns >= MinReturns {
		s.fill(chosen.in, chosen.window.steps)
	}
	return s, nil
}

// numberPositions fills in which row of the book belongs to which position, once for all scenarios.
func (s *Simulation) numberPositions() {
	s.positionOf = make([]int, len(s.Book))
	number := make(map[[2]string]int, len(s.Book))
	for n, p := range s.Book {
		if s.exposureOf[n] < 0 {
			continue
		}
		key := [2]string{p.Strategy, p.Instrument}
		if _, seen := number[key]; !seen {
			number[key] = len(number)
		}
		s.positionOf[n] = number[key]
	}
	s.positions = len(number)
}

// fill computes the returns of the window, then the book's P&L, then the order of its losses.
func (s *Simulation) fill(in []*Exposure, steps []step) {
	count := len(steps)
	s.returns = NewReturns(count, len(in))
	weights, moves := make([]float64, len(in)), make([]float64, count)
	for k, e := range in {
		e.InWindow, e.column = true, k
		weights[k] = e.Net
		e.moves(moves, steps, steps)
		for n, move := range moves { // the latest first
			s.returns.Set(count-1-n, k, 100*move)
		}
	}
	for n := range steps {
		s.Days = append(s.Days, s.history.date(steps[count-1-n].to))
	}
	s.From = s.history.date(steps[count-1].from)
	s.PnL = s.returns.PnL(weights)
	s.losses = rank(s.PnL)
}

// Short tells whether there are too few returns for a VaR, though the book is not flat.
func (s *Simulation) Short() bool { return len(s.Exposures) > 0 && s.Returns < MinReturns }

// Full tells whether the window has all the returns that were asked for. Prices from before its first return would
// then change nothing in it.
func (s *Simulation) Full() bool { return len(s.PnL) == s.asked }
