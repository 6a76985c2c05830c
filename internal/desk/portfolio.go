package desk

import (
	"cmp"
	"errors"
	"time"
)

// PortfolioState is a strategy's position in an instrument at a time: a row of portfolio_state. All
// rows of one Timestamp are a snapshot of the book; a flat book is one row, strategy CASH, weight 0.
type PortfolioState struct {
	Timestamp  time.Time
	Strategy   string
	Instrument string
	// Weight is a signed fraction of NAV: 0.25 is a quarter of it long. A positive weight is long the asset,
	// which for rates and credit is the bond.
	Weight float64
	// TotalEquity is the book's NAV, a return index without subscriptions and withdrawals; all rows
	// of a snapshot have the same.
	TotalEquity float64
}

// Validate returns what is wrong with the row in one sentence, or nil. It does not know the other
// rows of the snapshot.
func (p PortfolioState) Validate() error {
	switch {
	case p.Timestamp.IsZero():
		return errors.New("timestamp is missing")
	}
	return cmp.Or(validateNames("strategy_id", p.Strategy, "instrument", p.Instrument),
		amountFault("weight", p.Weight), amountFault("total_equity", p.TotalEquity))
}
