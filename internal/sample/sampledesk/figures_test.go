package sampledesk

import (
	"iter"
	"math"
	"testing"
	"time"
)

// figures describe a stretch of the book.
type figures struct {
	snapshots            int
	nav                  float64
	volatility, drawdown float64 // annual; both as fractions
	worst, best          float64 // days
	lowGross, highGross  float64 // after the first year
	rows, signals        float64 // a snapshot
	monthsUp, monthsDown int
}

func figuresOf(days iter.Seq[Day]) figures {
	f := figures{lowGross: math.Inf(1)}
	var sum, squares, peak, before, monthStart float64
	month, first := time.Month(0), time.Time{}
	for day := range days {
		f.signals += float64(len(day.Signals))
		if len(day.States) == 0 {
			continue
		}
		if first.IsZero() {
			first = day.Date
		}
		gross := 0.0
		for _, p := range day.States {
			gross += math.Abs(p.Weight)
		}
		if day.Date.After(first.AddDate(1, 0, 0)) {
			f.lowGross, f.highGross = min(f.lowGross, gross), max(f.highGross, gross)
		}
		f.nav = day.States[0].TotalEquity
		f.rows += float64(len(day.States))
		f.snapshots++
		peak = max(peak, f.nav)
		f.drawdown = max(f.drawdown, 1-f.nav/peak)
		if before > 0 {
			r := f.nav/before - 1
			sum, squares = sum+r, squares+r*r
			f.worst, f.best = min(f.worst, r), max(f.best, r)
		}
		if day.Date.Month() != month {
			switch {
			case before > monthStart:
				f.monthsUp++
			case before < monthStart:
				f.monthsDown++
			}
			month, monthStart = day.Date.Month(), before
		}
		before = f.nav
	}
	n := float64(f.snapshots - 1)
	f.volatility = math.Sqrt((squares - sum*sum/n) / (n - 1) * 252)
	f.rows, f.signals = f.rows/(n+1), f.signals/(n+1)
	return f
}

// check reports figures that no macro book can have. The bounds are wide, since another seed or year must pass too.
func (f figures) check(t *testing.T, what string) {
	t.Helper()
	t.Logf("%s: %d snapshots, NAV %.2f, volatility %.2f %%, drawdown %.1f %%, days from %.2f %% to %.2f %%, gross %.2f to %.2f, %.1f rows and %.1f signals a snapshot, %d months up, %d down",
		what, f.snapshots, f.nav, 100*f.volatility, 100*f.drawdown, 100*f.worst, 100*f.best, f.lowGross, f.highGross, f.rows, f.signals, f.monthsUp, f.monthsDown)
	if math.IsNaN(f.nav) || f.nav < 30 || f.nav > 2000 {
		t.Errorf("%s: NAV ends at %v", what, f.nav)
	}
	if f.volatility < 0.02 || f.volatility > 0.08 {
		t.Errorf("%s: annual volatility %.1f %%", what, 100*f.volatility)
	}
	if f.drawdown < 0.03 || f.drawdown > 0.13 {
		t.Errorf("%s: the worst drawdown is %.1f %%", what, 100*f.drawdown)
	}
	if f.worst < -0.05 || f.best > 0.05 {
		t.Errorf("%s: days go from %.1f %% to %.1f %%", what, 100*f.worst, 100*f.best)
	}
	if f.monthsUp < f.snapshots/100 || f.monthsDown < f.snapshots/100 {
		t.Errorf("%s: %d months up, %d down", what, f.monthsUp, f.monthsDown)
	}
	if f.lowGross < 0.1 || f.rows < 20 {
		t.Errorf("%s: gross leverage down to %.2f, %.0f rows a snapshot", what, f.lowGross, f.rows)
	}
}
