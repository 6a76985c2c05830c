package risk

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
)

// Report is what a reader must know about the data behind a simulation.
type Report struct {
	// Missing lists the instruments without enough history, which are left out or take a proxy's moves.
	Missing []Missing
	// Gaps and ZeroCrossings are the returns that were dropped, the latest first.
	Gaps          []Gap
	ZeroCrossings []ZeroCrossing
	// Jumps are moves of more than ten standard deviations.
	Jumps []Jump
	// Local names the held price instruments whose unit names no currency. Their local return counts.
	Local []string
	// LastPrices is the last day of the risk calendar; zero for a flat book.
	LastPrices time.Time
	// StaleDays is how many calendar days the last prices are older than the risk, if that is more than MaxGapDays;
	// otherwise 0.
	StaleDays int
	// LeftOutPct is the share of the gross weight that is left out.
	LeftOutPct float64
}

// Missing is an instrument without enough history.
type Missing struct {
	Instrument string
	SharePct   float64 // of the book's gross weight
	Reason     string
	Proxy      string // whose returns it takes; "" if it is left out
}

// Gap is a return that was dropped because it spans too many calendar days.
type Gap struct{ From, To time.Time }

// ZeroCrossing is a return that was dropped because an instrument's price was not above zero.
type ZeroCrossing struct {
	Instrument string
	From, To   time.Time
}

// reportOf writes down what choosing the exposures and the window found.
func (s *Simulation) reportOf(chosen selection) Report {
	var r Report
	h := s.history
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
		if in[e] && e.Instrument.Kind == desk.KindPrice && e.series.conversion.Currency == "" {
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
	return r
}

// leftOut names what is left out, the largest shares first.
func (r Report) leftOut() string {
	var parts []string
	for _, m := range slices.SortedStableFunc(slices.Values(r.Missing), func(a, b Missing) int { return cmp.Compare(b.SharePct, a.SharePct) }) {
		if m.Proxy == "" {
			parts = append(parts, fmt.Sprintf("%s (%.2f %%) %s", m.Instrument, m.SharePct, m.Reason))
		}
	}
	return strings.Join(parts, "; ")
}

// Note is a sentence for a terminal or a panel. Its Kind says in one word what the sentence is about.
type Note struct{ Kind, Text string }

// Notes says what the report holds, a note for each item.
func (r Report) Notes() []Note {
	var all []Note
	add := func(kind, format string, values ...any) {
		all = append(all, Note{kind, fmt.Sprintf(format, values...)})
	}
	for _, m := range r.Missing {
		kind, what := "missing", "is left out"
		if m.Proxy != "" {
			kind, what = "proxy", "takes the returns of "+m.Proxy
		}
		add(kind, "%s, %.2f %% of gross weight, %s: it %s.", m.Instrument, m.SharePct, what, m.Reason)
	}
	for _, g := range r.Gaps {
		add("gap", "The return from %s to %s is dropped: it spans more than %d days.", date(g.From), date(g.To), MaxGapDays)
	}
	for _, z := range r.ZeroCrossings {
		add("zero", "The return from %s to %s is dropped: a price of %s is not above zero.", date(z.From), date(z.To), z.Instrument)
	}
	for _, j := range r.Jumps {
		size := fmt.Sprintf("%.1f standard deviations", j.Deviations)
		if math.IsInf(j.Deviations, 1) {
			size = "its only move"
		}
		add("jump", "%s jumps from %g to %g between %s and %s: %s.", j.Instrument, j.Before, j.After, date(j.From), date(j.To), size)
	}
	for _, name := range r.Local {
		add("currency", "%s counts with its local return: its unit names no currency.", name)
	}
	if r.StaleDays > 0 {
		add("stale", "The latest prices are of %s, %d days before.", date(r.LastPrices), r.StaleDays)
	}
	return all
}

func date(t time.Time) string { return t.Format(time.DateOnly) }
