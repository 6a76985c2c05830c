package store

import (
	"context"
	"fmt"

	"macrowatch/internal/desk"
)

// signalTable is strategy_signals as imports write it.
var signalTable = bulkTable[desk.Signal]{
	name: "strategy_signals",
	columns: []bulkColumn{
		{"strategy_id", "text"}, {"instrument", "text"}, {"generated_at", "timestamptz"},
		{"direction", "text"}, {"strength", "float8"}, {"confidence", "float8"},
	},
	keys: 3,
	encode: func(c *copyText, s desk.Signal) {
		c.text(s.Strategy)
		c.text(s.Instrument)
		c.time(s.GeneratedAt)
		c.text(string(s.Direction))
		c.numberOrNull(s.Strength)
		c.number(s.Confidence)
	},
}

// SignalUpsert writes signals, all or none; a signal replaces that of the same strategy, instrument
// and time. Two different ones of one key are refused with a *desk.BadRowsError.
func (s *Store) SignalUpsert(ctx context.Context, signals ...desk.Signal) (desk.Counts, error) {
	for _, signal := range signals {
		if err := signal.Validate(); err != nil {
			return desk.Counts{}, fmt.Errorf("signal of %q for %q: %w", signal.Strategy, signal.Instrument, err)
		}
	}
	return bulkUpsert(ctx, s, signalTable, signals, false, bulkHooks[desk.Signal]{})
}

// SignalImport writes the signals of a file as SignalUpsert does.
func (s *Store) SignalImport(ctx context.Context, rows desk.Rows[desk.Signal]) (desk.Counts, error) {
	return bulkImport(ctx, s, signalTable, rows, false, bulkHooks[desk.Signal]{})
}
