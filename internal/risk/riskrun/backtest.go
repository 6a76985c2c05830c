package riskrun

import (
	"fmt"
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// untested returns the book times whose stored VaR must be tested. Some were tested already, but the day that
// tests them has had new prices or a later snapshot since. untested leaves out the times that this run
// computes, because computing tests them too.
func (in *input) untested(times []time.Time) []time.Time {
	known := map[instant]desk.BacktestDay{}
	for _, b := range in.tested {
		known[instantOf(b.VaRComputedAt)] = b
	}
	anew := map[instant]bool{}
	for _, t := range times {
		anew[instantOf(t)] = true
	}
	var all []time.Time
	for _, v := range in.stored {
		b, tested := known[instantOf(v.ComputedAt)]
		if !anew[instantOf(v.ComputedAt)] && (!tested || !in.stillRight(b, v)) {
			all = append(all, v.ComputedAt)
		}
	}
	return all
}

// stillRight tells whether testing the VaR again would give the same tested day. It does not look at prices.
func (in *input) stillRight(b desk.BacktestDay, v desk.DailyVaR) bool {
	if b.VaR95Pct != v.VaR95Pct || b.VaR99Pct != v.VaR99Pct {
		return false
	}
	from, known := in.navOn(v.Day)
	if !known || !from.At.Equal(v.ComputedAt) { // the VaR is of another snapshot, whose NAV has not been read
		return false
	}
	actual := in.actualReturn(from.NAV, b.Day)
	if actual == nil || b.ActualReturnPct == nil {
		return actual == b.ActualReturnPct
	}
	return *actual == *b.ActualReturnPct
}

// testVaR compares a VaR with the P&L that its book would have made on the next day with prices. The function makes
// computes that P&L. testVaR returns false if no day tests the VaR, or none does yet.
func (in *input) testVaR(s snapshot, v desk.DailyVaR, options risk.Options, makes func(day time.Time) (risk.Hypothetical, error)) (desk.BacktestDay, bool) {
	known := in.rules.LastPricedDay(s.at)
	day, found := in.nextPriced(s.book, known)
	if !found || day.Sub(known) > risk.MaxGapDays*24*time.Hour {
		return desk.BacktestDay{}, false
	}
	moved, err := makes(day)
	if err != nil || moved.UnpricedPct > risk.MaxMissingPct && !options.AllowMissing {
		return desk.BacktestDay{}, false
	}
	return desk.BacktestDay{
		Day: day, VaRComputedAt: s.at, VaR95Pct: v.VaR95Pct, VaR99Pct: v.VaR99Pct,
		HypotheticalPnLPct: moved.PnLPct, ActualReturnPct: in.actualReturn(s.nav, day),
	}, true
}

// nextPriced is the next day after a day on which anything that the book holds has a price, outside the desk's weekend.
func (in *input) nextPriced(book risk.Book, after time.Time) (time.Time, bool) {
	var next time.Time
	for _, p := range book {
		prices := in.prices[p.Instrument]
		at, _ := slices.BinarySearchFunc(prices, after.AddDate(0, 0, 1), func(p desk.Price, day time.Time) int { return p.Date.Compare(day) })
		for at < len(prices) && in.rules.Calendar.IsWeekend(prices[at].Date) {
			at++
		}
		if p.Weight != 0 && at < len(prices) && (next.IsZero() || prices[at].Date.Before(next)) {
			next = prices[at].Date
		}
	}
	return next, !next.IsZero()
}

// actualReturn is the return in percent from a NAV to the last NAV of a day. It is nil if the day has no NAV, or if the
// NAV `from` is not above zero.
func (in *input) actualReturn(from float64, day time.Time) *float64 {
	to, known := in.navOn(day)
	if !known || from <= 0 {
		return nil
	}
	r := 100 * (to.NAV/from - 1)
	return &r
}

// navOn is the last NAV of a book day.
func (in *input) navOn(day time.Time) (desk.DailyNAV, bool) {
	at, found := slices.BinarySearchFunc(in.navs, day, byNAVDay)
	if !found {
		return desk.DailyNAV{}, false
	}
	return in.navs[at], true
}

func byNAVDay(n desk.DailyNAV, day time.Time) int { return n.Day.Compare(day) }

// merge puts freshly tested days among the stored ones. It returns all tested days in order, the tested days that must
// be written, and the stored days that test no VaR any more. `evaluated` has the book times of all VaRs that this run
// looked at, whether or not there is a day that tests them. If several VaRs are tested on one day, the latest counts.
func (in *input) merge(fresh []desk.BacktestDay, evaluated map[instant]bool) (all, changed []desk.BacktestDay, gone []time.Time) {
	winners := map[instant]desk.BacktestDay{}
	for _, b := range fresh {
		if w, has := winners[instantOf(b.Day)]; !has || w.VaRComputedAt.Before(b.VaRComputedAt) {
			winners[instantOf(b.Day)] = b
		}
	}
	for _, b := range in.tested {
		w, again := winners[instantOf(b.Day)]
		switch {
		case !evaluated[instantOf(b.VaRComputedAt)] && (!again || w.VaRComputedAt.Before(b.VaRComputedAt)):
			delete(winners, instantOf(b.Day))
			all = append(all, b)
		case !again:
			gone = append(gone, b.Day)
		}
	}
	for _, w := range winners {
		all = append(all, w)
		changed = append(changed, w)
	}
	byDay := func(a, b desk.BacktestDay) int { return a.Day.Compare(b.Day) }
	slices.SortFunc(all, byDay)
	slices.SortFunc(changed, byDay)
	return all, changed, gone
}

// summarise adds to a computation the totals of the tested days that were known at its time.
func summarise(rules desk.Rules, c *desk.RiskComputation, all []desk.BacktestDay) error {
	known := rules.LastPricedDay(c.Metric.ComputedAt)
	end, _ := slices.BinarySearchFunc(all, known.AddDate(0, 0, 1), func(b desk.BacktestDay, day time.Time) int { return b.Day.Compare(day) })
	days := all[max(0, end-risk.BacktestDays):end]
	for _, confidence := range []float64{95, 99} {
		summary := desk.BacktestSummary{ConfidencePct: confidence}
		if len(days) > 0 {
			b, err := risk.BacktestOf(days, confidence)
			if err != nil {
				return err
			}
			summary = b.BacktestSummary
		}
		summary.ComputedAt = c.Metric.ComputedAt
		c.Backtest = append(c.Backtest, summary)
	}
	if len(days) < risk.BacktestDays {
		addNote(c, "backtest", fmt.Sprintf("The backtest has %d days and not %d: the days before have no stored VaR.", len(days), risk.BacktestDays))
	}
	return nil
}
