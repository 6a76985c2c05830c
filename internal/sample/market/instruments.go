package market

import (
	"math"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/calendar"
)

// quote is a simulated instrument: what it is, where it trades, and its level in a scene.
type quote struct {
	desk.Instrument
	market   calendar.Market
	decimals int // to which its level is rounded
	level    func(scene, time.Time) float64
}

// quotes returns the simulated instruments. They have the units of real instruments but not their names, so that
// they can't be mistaken for real prices that are imported beside them.
func quotes() []quote {
	var all []quote
	for _, part := range [][]quote{
		tradedOn(calendar.B3, brazilianRates(), linkers(), cupom(), brazilianReal(), stocksOfBrazil()),
		tradedOn(calendar.NewYork, credit(), futures()),
		tradedOn(calendar.USBonds, treasuries()),
		tradedOn(calendar.Currency, currencies()),
		policyRates(),
	} {
		all = append(all, part...)
	}
	return all
}

// tradedOn gives a market to groups of quotes.
func tradedOn(m calendar.Market, groups ...[]quote) []quote {
	var all []quote
	for _, group := range groups {
		for _, q := range group {
			q.market = m
			all = append(all, q)
		}
	}
	return all
}

// yield is an instrument quoted in percent with a constant time to maturity.
func yield(name, class string, years float64, level func(scene) float64) quote {
	return quote{
		Instrument: desk.Instrument{
			Name: name, Kind: desk.KindYield, QuotedIn: desk.InPercent, AssetClass: class, TenorYears: &years,
		},
		decimals: 3, level: func(s scene, _ time.Time) float64 { return level(s) },
	}
}

// price is an instrument that is not a yield.
func price(name, unit, class string, decimals int, level func(scene) float64) quote {
	return quote{
		Instrument: desk.Instrument{Name: name, Kind: desk.KindPrice, QuotedIn: unit, AssetClass: class},
		decimals:   decimals, level: func(s scene, _ time.Time) float64 { return level(s) },
	}
}

func brazilianRates() []quote {
	var all []quote
	for name, years := range map[string]float64{"DI_1Y": 1, "DI_2Y": 2, "DI_5Y": 5, "DI_10Y": 10} {
		all = append(all, yield(name, "", years, func(s scene) float64 { return s.di(years) }))
	}
	return all
}

// linkers are NTN-Bs: real bonds of a fixed maturity, which end when they mature.
func linkers() []quote {
	var all []quote
	for name, maturity := range map[string]time.Time{
		"NTNB_2030": time.Date(2030, 8, 15, 0, 0, 0, 0, time.UTC),
		"NTNB_2035": time.Date(2035, 5, 15, 0, 0, 0, 0, time.UTC),
		"NTNB_2045": time.Date(2045, 5, 15, 0, 0, 0, 0, time.UTC),
		"NTNB_2060": time.Date(2060, 8, 15, 0, 0, 0, 0, time.UTC),
	} {
		coupon := 6.0
		all = append(all, quote{
			Instrument: desk.Instrument{
				Name: name, Kind: desk.KindYield, QuotedIn: desk.InPercent, Maturity: maturity, CouponPct: &coupon,
			},
			decimals: 4,
			level: func(s scene, day time.Time) float64 {
				years := maturity.Sub(day).Hours() / 24 / 365.25
				if years <= 0 {
					return math.NaN()
				}
				return s.real(years)
			},
		})
	}
	return all
}

func cupom() []quote {
	var all []quote
	for name, years := range map[string]float64{"DDI_1Y": 1, "DDI_2Y": 2, "DDI_5Y": 5} {
		all = append(all, yield(name, "", years, func(s scene) float64 { return s.cupom(years) }))
	}
	return all
}

func credit() []quote {
	spread := func(name string, level func(scene) float64) quote {
		q := yield(name, "", 5, level)
		q.QuotedIn, q.decimals = desk.InBasisPoints, 2
		return q
	}
	return []quote{
		spread("CDS_BR_5Y", func(s scene) float64 { return s.cdsBrazil(5) }),
		spread("CDS_MX_5Y", func(s scene) float64 { return s.at[cdsMX] }),
		spread("CDS_CO_5Y", func(s scene) float64 { return s.at[cdsCO] }),
		spread("CDS_ZA_5Y", func(s scene) float64 { return s.at[cdsZA] }),
	}
}

// brazilianReal is the exchange rate of the real and its forwards.
func brazilianReal() []quote {
	return []quote{
		price("USDBRL_SPOT", "BRL per USD", "", 4, func(s scene) float64 { return s.at[usdbrl] }),
		price("NDF_USDBRL_3M", "BRL per USD", "", 4, func(s scene) float64 { return s.forward(0.25) }),
		price("NDF_USDBRL_1Y", "BRL per USD", "", 4, func(s scene) float64 { return s.forward(1) }),
	}
}

func currencies() []quote {
	return []quote{
		price("USDMXN_SPOT", "MXN per USD", "", 4, func(s scene) float64 { return s.at[usdmxn] }),
		price("USDZAR_SPOT", "ZAR per USD", "", 4, func(s scene) float64 { return s.at[usdzar] }),
		price("USDJPY_SPOT", "JPY per USD", "", 3, func(s scene) float64 { return s.at[usdjpy] }),
		price("EURUSD_SPOT", "USD per EUR", desk.FX, 5, func(s scene) float64 { return s.at[eurusd] }),
		price("AUDUSD_SPOT", "USD per AUD", desk.FX, 5, func(s scene) float64 { return s.at[audusd] }),
	}
}

func treasuries() []quote {
	return []quote{
		yield("UST_2Y", desk.Rates, 2, func(s scene) float64 { return s.us(2) }),
		yield("UST_10Y", desk.Rates, 10, func(s scene) float64 { return s.us(10) }),
	}
}

func stocksOfBrazil() []quote {
	return []quote{
		price("IBOV_FUT", "index points", desk.CrossAsset, 0, func(s scene) float64 { return s.at[ibov] }),
	}
}

func futures() []quote {
	return []quote{
		price("SPX_FUT", "index points", desk.CrossAsset, 2, func(s scene) float64 { return s.at[spx] }),
		price("GOLD_FUT", "USD per troy ounce", desk.CrossAsset, 2, func(s scene) float64 { return s.at[gold] }),
		price("BRENT_FUT", "USD per barrel", desk.CrossAsset, 2, func(s scene) float64 { return s.at[brent] }),
		price("VIX_INDEX", "index points", desk.CrossAsset, 2, func(s scene) float64 { return s.at[vix] }),
	}
}
