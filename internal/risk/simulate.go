package risk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
)

// Options are how a simulation is made. The zero value asks for DefaultReturns and refuses what is
// missing.
type Options struct {
	// Returns is how many daily returns the window has; 0 is DefaultReturns.
	Returns int
	// AllowMissing computes however much of the book is left out.
	AllowMissing bool
	// Proxies names, for an instrument without enough history, the one whose moves stand for its own.
	Proxies map[string]string
}

// Simulation is today's book under the moves of the window. It is never changed once made.
type Simulation struct {
	Book      Book
	AsOf      time.Time
	Exposures []Exposure
	// Days are the days that the returns end on, the earliest first.
	Days []time.Time
	// From is the day that the first return starts on; zero for a flat book.
	From time.Time
	// Returns is how many returns the window has, too few for a VaR or not.
	Returns int
	// PnL is what the book would have made on each of Days, in percent of NAV; empty for a flat book, and
	// where the window has fewer returns than MinReturns.
	PnL    []float64
	Report Report

	history    *History
	asked      int   // returns of a full window
	exposureOf []int // by position, its exposure; −1 for cash
	returns    Returns
	losses     ranking
}

// Simulate computes what the book would have made on each day of the window that ends at the day asOf.
// A flat book (cash and weights of zero only) has no risk and needs no prices. Where the window has fewer
// returns than MinReturns the simulation is short: it has no P&L and no VaR, but it can be stressed and held
// against the limits that need no returns. Errors: [ErrEmptyBook], [ErrBadWeight], [ErrMissing], and
// [ErrTooFewReturns] where fewer are asked for.
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
	s.Exposures, s.exposureOf = h.exposures(book, asOf)
	if len(s.Exposures) == 0 {
		return s, nil
	}
	chosen := h.selectExposures(s.Exposures, asOf, o)
	s.report(chosen)
	if s.Report.LeftOutPct > MaxMissingPct && !o.AllowMissing {
		return nil, fmt.Errorf("%w: %.2f %% of gross weight, and %g %% are allowed: %s",
			ErrMissing, s.Report.LeftOutPct, MaxMissingPct, leftOut(s.Report.Missing))
	}
	steps := chosen.window.steps
	if len(chosen.in) == 0 {
		return nil, fmt.Errorf("%w: nothing held has a history: %s", ErrMissing, leftOut(s.Report.Missing))
	}
	if s.Returns = len(steps); s.Returns >= MinReturns {
		s.fill(chosen.in, steps)
	}
	return s, nil
}

// Short tells whether there are too few returns for a VaR, though the book is not flat.
func (s *Simulation) Short() bool { return len(s.Exposures) > 0 && s.Returns < MinReturns }

// Full tells whether the window has all the returns that were asked for, so that older prices than those
// it begins with would change nothing of it.
func (s *Simulation) Full() bool { return len(s.PnL) == s.asked }

// fill computes the returns of the window and the book's P&L.
func (s *Simulation) fill(in []*Exposure, steps []step) {
	h := s.history
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
		s.Days = append(s.Days, h.date(steps[count-1-n].to))
	}
	s.From = h.date(steps[count-1].from)
	s.PnL = s.returns.PnL(weights)
	s.losses = rank(s.PnL)
}

// report writes down what the choice of the window found.
func (s *Simulation) report(chosen selection) {
	h, r := s.history, &s.Report
	in := map[*Exposure]bool{}
	for _, e := range chosen.in {
		in[e] = true
	}
	gross := 0.0
	for n := range s.Exposures {
		gross += s.Exposures[n].Gross
	}
	for n := range s.Exposures {
		e := &s.Exposures[n]
		if reason, missing := chosen.missing[e]; missing {
			share := 100 * e.Gross / gross
			r.Missing = append(r.Missing, Missing{Instrument: e.Instrument.Name, SharePct: share, Reason: reason, Proxy: e.Proxy})
			if !in[e] {
				r.LeftOutPct += share
			}
		}
		if in[e] && e.Instrument.Kind == desk.KindPrice && e.conversion.Currency == "" {
			r.Local = append(r.Local, e.Instrument.Name)
		}
	}
	for _, g := range chosen.window.gaps {
		r.Gaps = append(r.Gaps, Gap{h.date(g.from), h.date(g.to)})
	}
	for _, z := range chosen.window.zeros {
		r.ZeroCrossings = append(r.ZeroCrossings, ZeroCrossing{z.instrument, h.date(z.from), h.date(z.to)})
	}
	if steps := chosen.window.steps; len(steps) > 0 {
		r.Jumps = h.jumps(chosen.in, steps)
		r.LastPrices = h.date(steps[0].to)
		if stale := pnl.DayNumber(s.AsOf) - h.days[steps[0].to]; stale > MaxGapDays {
			r.StaleDays = stale
		}
	}
}

// leftOut names what is left out, the largest shares first.
func leftOut(missing []Missing) string {
	var parts []string
	largest := slices.SortedStableFunc(slices.Values(missing), func(a, b Missing) int { return cmp.Compare(b.SharePct, a.SharePct) })
	for _, m := range largest {
		if m.Proxy == "" {
			parts = append(parts, fmt.Sprintf("%s (%.2f %%) %s", m.Instrument, m.SharePct, m.Reason))
		}
	}
	return strings.Join(parts, "; ")
}
