package intake

import "macrowatch/internal/desk"

var signalKind = rowKind[desk.Signal]{
	name: "signals",
	columns: []column{
		{name: "strategy_id", required: true}, {name: "instrument", required: true}, {name: "direction", required: true},
		{name: "strength"}, {name: "confidence", required: true}, {name: "generated_at", required: true},
	},
	parse: func(c *cells) desk.Signal {
		const allowed = "a number from 0 to 1"
		isShare := func(x float64) bool { return x >= 0 && x <= 1 }
		return desk.Signal{
			Strategy:    c.text("strategy_id"),
			Instrument:  c.text("instrument"),
			Direction:   desk.Direction(c.meaning("direction", desk.DirectionWord, desk.DirectionWord.Meanings())),
			Strength:    c.numberOrNil("strength", allowed, isShare),
			Confidence:  c.requiredNumber("confidence", allowed, isShare),
			GeneratedAt: c.time("generated_at"),
		}
	},
}
