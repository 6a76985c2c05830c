package store

import (
	"context"

	"macrowatch/internal/desk"
)

// signalTable is the table strategy_signals.
var signalTable = table[desk.Signal]{
	relation: relation{
		name: "strategy_signals",
		columns: []column{
			{name: "strategy_id", family: textual},
			{name: "instrument", family: textual},
			{name: "generated_at", family: instant},
			{name: "direction", family: word, labels: []string{"LONG", "SHORT", "NEUTRAL"}},
			{name: "strength", family: number},
			{name: "confidence", family: number},
		},
		keys: 3,
	},
	encode: func(c *copyRows, s desk.Signal) {
		c.text(s.Strategy)
		c.text(s.Instrument)
		c.time(s.GeneratedAt)
		c.text(string(s.Direction))
		c.numberOrNull(s.Strength)
		c.number(s.Confidence)
	},
}

// SignalImport writes signals, all or none. A signal replaces the stored one of the same strategy,
// instrument and time. Two different signals of one key are refused with a *desk.BadRowsError.
func (s *Store) SignalImport(ctx context.Context, rows desk.Rows[desk.Signal]) (desk.Counts, error) {
	return bulkImport(ctx, s, signalTable, rows, bulkOptions[desk.Signal]{})
}
