package intake

import "macrowatch/internal/desk"

func parseInstrument(c *cells) desk.Instrument {
	i := desk.Instrument{
		Name:       c.text("instrument"),
		Kind:       desk.Kind(c.oneOf("kind", string(desk.KindPrice), string(desk.KindYield))),
		AssetClass: c.optionalText("asset_class"),
	}
	if i.Kind == desk.KindYield {
		i.QuotedIn = c.oneOf("quoted_in", desk.InPercent, desk.InBasisPoints)
	} else {
		i.QuotedIn = c.text("quoted_in")
	}
	if maturity, there := c.optionalDate("maturity"); there {
		i.Maturity = maturity
	}
	notNegative := func(x float64) bool { return x >= 0 }
	i.TenorYears = c.numberOrNil("tenor_years", "a number above 0", func(x float64) bool { return x > 0 })
	i.CouponPct = c.numberOrNil("coupon_pct", "a number of at least 0", notNegative)
	i.ModifiedDuration = c.numberOrNil("modified_duration", "a number of at least 0", notNegative)
	return i
}
