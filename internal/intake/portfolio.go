package intake

import "macrowatch/internal/desk"

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
