package intake

import "macrowatch/internal/desk"

var priceKind = rowKind[desk.Price]{
	name: "prices",
	columns: []column{
		{name: "instrument", required: true}, {name: "price_date", alias: "date", required: true}, {name: "price", required: true},
	},
	parse: func(c *cells) desk.Price {
		return desk.Price{Instrument: c.text("instrument"), Date: c.date("price_date"), Value: c.number("price")}
	},
}
