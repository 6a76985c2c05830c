package riskrun

import (
	"context"
	"fmt"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/risk"
)

// DayPnL says what each instrument made on a day of the backtest.
type DayPnL struct {
	desk.BacktestDay
	Parts []PartPnL
	// Unpriced names the held instruments that add nothing, because they have no usable price on one of the two days.
	Unpriced []string
}

// PartPnL is what one instrument made on a day.
type PartPnL struct {
	risk.InstrumentPnL
	Class string // the instrument's asset class
}

// LastDayPnL explains the hypothetical P&L of the last day that the backtest has tested and whose prices are known at a
// moment. It computes the day again by instrument, from the prices that are stored now. The second result is false if
// there is no such day within a week.
func LastDayPnL(ctx context.Context, s *store.Store, rules desk.Rules, moment time.Time) (DayPnL, bool, error) {
	known := rules.LastPricedDay(moment)
	days, err := s.BacktestDays(ctx, known.AddDate(0, 0, -7), known)
	if err != nil || len(days) == 0 {
		return DayPnL{}, false, err
	}
	tested := days[len(days)-1]
	in, err := read(ctx, s, []time.Time{tested.VaRComputedAt}, nil)
	if err != nil {
		return DayPnL{}, false, err
	}
	held, found := in.books[instantOf(tested.VaRComputedAt)]
	if !found { // the snapshot was deleted after its VaR was tested
		return DayPnL{}, false, nil
	}
	moved, err := in.history.HypotheticalPnL(held.book, rules.LastPricedDay(held.at), tested.Day)
	if err != nil {
		return DayPnL{}, false, fmt.Errorf("compute the P&L of %s: %w", tested.Day.Format(time.DateOnly), err)
	}
	day := DayPnL{BacktestDay: tested, Unpriced: moved.Unpriced}
	for _, part := range moved.Parts {
		instrument, has := in.instruments[part.Instrument]
		if !has {
			instrument = desk.Instrument{Name: part.Instrument}
		}
		day.Parts = append(day.Parts, PartPnL{part, rules.AssetClass(instrument)})
	}
	return day, true, nil
}
