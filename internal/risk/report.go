package risk

import (
	"fmt"
	"math"
	"time"
)

// Report is what a reader must know of the data behind a simulation.
type Report struct {
	// Missing lists the instruments without enough history, left out or proxied.
	Missing []Missing
	// Gaps and ZeroCrossings are the returns that were dropped, the latest first.
	Gaps          []Gap
	ZeroCrossings []ZeroCrossing
	// Jumps are moves of more than ten standard deviations.
	Jumps []Jump
	// Local names the held price instruments whose unit names no currency: their local return counts.
	Local []string
	// LastPrices is the last day of the risk calendar; zero for a flat book.
	LastPrices time.Time
	// StaleDays is how many calendar days that is before the day that the risk is for, where it is more
	// than MaxGapDays; otherwise 0.
	StaleDays int
	// LeftOutPct is the share of the gross weight that is left out.
	LeftOutPct float64
}

// Missing is an instrument without enough history.
type Missing struct {
	Instrument string
	SharePct   float64 // of the book's gross weight
	Reason     string
	Proxy      string // whose returns stand for its own; "" where it is left out
}

// Gap is a return that was dropped because it spans too many calendar days.
type Gap struct{ From, To time.Time }

// ZeroCrossing is a return that was dropped because an instrument's price was not above zero.
type ZeroCrossing struct {
	Instrument string
	From, To   time.Time
}

// Note is a sentence for a terminal or a panel, and in one word what it is about.
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
