package intake

import (
	"slices"
	"time"

	"macrowatch/internal/desk"
)

var portfolioKind = rowKind[desk.PortfolioState]{
	name: "portfolio-states",
	columns: []column{
		{name: "timestamp", required: true}, {name: "strategy_id", required: true}, {name: "instrument", required: true},
		{name: "weight", required: true}, {name: "total_equity", required: true},
	},
	parse: func(c *cells) desk.PortfolioState {
		return desk.PortfolioState{
			Timestamp:   c.time("timestamp"),
			Strategy:    c.text("strategy_id"),
			Instrument:  c.text("instrument"),
			Weight:      c.number("weight"),
			TotalEquity: c.number("total_equity"),
		}
	},
}

// mostSnapshotWindow is the longest in which a snapshot's rows are gathered: beyond, it may be another.
const mostSnapshotWindow = time.Minute

// gathered gives rows within a window of a snapshot's first row that row's timestamp. Rows in order of time
// are the ordinary case; others find the snapshot that they belong to among those already begun.
func gathered(rows desk.Rows[desk.PortfolioState], window *time.Duration) desk.Rows[desk.PortfolioState] {
	if window == nil || *window == 0 {
		return rows
	}
	var begun []time.Time // in order
	return func() (int64, desk.PortfolioState, error) {
		line, row, err := rows()
		if err != nil {
			return line, row, err
		}
		after, found := slices.BinarySearchFunc(begun, row.Timestamp, time.Time.Compare)
		switch {
		case found:
		case after > 0 && row.Timestamp.Sub(begun[after-1]) <= *window:
			row.Timestamp = begun[after-1]
		case after < len(begun) && begun[after].Sub(row.Timestamp) <= *window:
			row.Timestamp = begun[after]
		default:
			begun = slices.Insert(begun, after, row.Timestamp)
		}
		return line, row, nil
	}
}
