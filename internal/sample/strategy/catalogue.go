package strategy

// All returns the desk's strategies in the order in which it runs them: by class, in the order of
// Classes.
func All() []Strategy {
	var all []Strategy
	for _, part := range [][]Strategy{
		currencyStrategies(), rateStrategies(), inflationStrategies(),
		cupomStrategies(), sovereignStrategies(), crossAssetStrategies(),
	} {
		all = append(all, part...)
	}
	return all
}

// singles makes a group of each instrument.
func singles(names ...string) []Group {
	var groups []Group
	for _, n := range names {
		groups = append(groups, Group{Trades: []string{n}})
	}
	return groups
}

// reading makes a group of each instrument, with others that it is compared with.
func reading(reads []string, names ...string) []Group {
	groups := singles(names...)
	for n := range groups {
		groups[n].Reads = reads
	}
	return groups
}

// sets makes a group of instruments that are traded against each other.
func sets(of ...[]string) []Group {
	var groups []Group
	for _, names := range of {
		groups = append(groups, Group{Trades: names})
	}
	return groups
}

// The short rates, for carry: the first that a market has.
const (
	shortBRL = "CDI|SELIC_TARGET|SELIC"
	shortUSD = "FED_TARGET|FEDFUNDS|UST3M"
)

func currencyStrategies() []Strategy {
	against := func(foreign, pair string, inverted bool) Group {
		return Group{Trades: []string{pair}, Reads: []string{foreign, shortUSD}, Inverted: inverted}
	}
	return []Strategy{
		{
			ID: "FX_TSMOM", Class: FX, Least: 1, decide: each(trend),
			Rule:   "time-series momentum over one, three and twelve months",
			Source: "Moskowitz, Ooi and Pedersen (2012); Hurst, Ooi and Pedersen (2017)",
			Groups: singles("USDBRL_SPOT|USDBRL", "EURUSD_SPOT|EURUSD", "USDJPY_SPOT|USDJPY", "USDMXN_SPOT|USDMXN", "USDZAR_SPOT|USDZAR", "AUDUSD_SPOT|AUDUSD", "GBPUSD", "USDCAD"),
		},
		{
			ID: "FX_CARRY", Class: FX, Least: 2, decide: currencyCarry,
			Rule:   "long the currencies with high interest rates, short those with low ones",
			Source: "Lustig, Roussanov and Verdelhan (2011)",
			Groups: []Group{
				against(shortBRL, "NDF_USDBRL_3M|USDBRL_SPOT|USDBRL", true), against("ECBDEPO|EUR2Y", "EURUSD_SPOT|EURUSD", false),
				against("TIIE28D", "USDMXN_SPOT|USDMXN", true), against("SARBREPO", "USDZAR_SPOT|USDZAR", true), against("BOJCALL", "USDJPY_SPOT|USDJPY", true),
			},
		},
		{
			ID: "FX_VALUE", Class: FX, Least: 1, decide: each(value),
			Rule:   "long the currencies that have fallen over five years, short those that have risen",
			Source: "Asness, Moskowitz and Pedersen (2013)",
			Groups: singles("USDBRL_SPOT|USDBRL", "EURUSD_SPOT|EURUSD", "USDJPY_SPOT|USDJPY", "AUDUSD_SPOT|AUDUSD", "USDZAR_SPOT|USDZAR", "USDCHF"),
		},
		{
			ID: "FX_BREAKOUT", Class: FX, Least: 1, decide: each(breakout),
			Rule:   "follow a price that leaves its range of fifty days, for ten days",
			Source: "Brock, Lakonishok and LeBaron (1992)",
			Groups: singles("NDF_USDBRL_1Y|USDBRL_SPOT|USDBRL", "USDMXN_SPOT|USDMXN", "USDZAR_SPOT|USDZAR", "EURUSD_SPOT|EURUSD", "NZDUSD", "USDKRW"),
		},
		{
			ID: "FX_REVERSAL", Class: FX, Least: 1, decide: each(reversal),
			Rule:   "long what has fallen in the last week, short what has risen",
			Source: "Lehmann (1990); Jegadeesh (1990)",
			Groups: singles("USDBRL_SPOT|USDBRL", "EURUSD_SPOT|EURUSD", "USDJPY_SPOT|USDJPY", "AUDUSD_SPOT|AUDUSD"),
		},
	}
}

func rateStrategies() []Strategy {
	return []Strategy{
		{
			ID: "RATES_TSMOM", Class: Rates, Least: 1, decide: each(trend),
			Rule:   "time-series momentum of bonds over one, three and twelve months",
			Source: "Moskowitz, Ooi and Pedersen (2012); Hurst, Ooi and Pedersen (2017)",
			Groups: singles("DI_2Y|DI1F28", "DI_5Y|DI1F30", "DI_10Y|DI1F31", "UST_10Y|UST10Y", "UST30Y", "EUR10Y"),
		},
		{
			ID: "RATES_CARRY", Class: Rates, Least: 1, decide: each(rateCarry),
			Rule:   "long bonds that yield more than their funding, by yield per unit of volatility",
			Source: "Koijen, Moskowitz, Pedersen and Vrugt (2018)",
			Groups: append(
				reading([]string{shortBRL}, "DI_2Y|DI1F28", "DI_5Y|DI1F30", "DI_10Y"),
				reading([]string{shortUSD}, "UST5Y", "UST_10Y|UST10Y")...),
		},
		{
			ID: "RATES_SLOPE", Class: Rates, Least: 1, decide: each(slope),
			Rule:   "long bonds while the curve is steeper than in the last three years",
			Source: "Fama and Bliss (1987); Campbell and Shiller (1991)",
			Groups: []Group{
				{Trades: []string{"DI_5Y|DI1F31"}, Reads: []string{"DI_1Y|DI1F27"}},
				{Trades: []string{"DI_10Y"}, Reads: []string{"DI_2Y"}},
				{Trades: []string{"UST_10Y|UST10Y"}, Reads: []string{"UST_2Y|UST2Y"}},
				{Trades: []string{"UST30Y"}, Reads: []string{"UST5Y"}},
				{Trades: []string{"EUR10Y"}, Reads: []string{"EUR2Y"}},
			},
		},
		{
			ID: "RATES_FLY", Class: Rates, Least: 1, decide: each(butterfly),
			Rule:   "trade the belly of the curve against its wings, expecting the gap to return to its mean",
			Source: "Duarte, Longstaff and Yu (2007)",
			Groups: sets(
				[]string{"DI_2Y|DI1F28", "DI_1Y|DI1F27", "DI_5Y|DI1F30"}, []string{"DI_5Y|DI1F29", "DI_2Y|DI1F27", "DI_10Y|DI1F31"},
				[]string{"UST5Y", "UST_2Y|UST2Y", "UST_10Y|UST10Y"}, []string{"UST_10Y|UST10Y", "UST5Y", "UST30Y"}),
		},
	}
}

func inflationStrategies() []Strategy {
	return []Strategy{
		{
			ID: "INF_BREAKEVEN", Class: Inflation, Least: 1, decide: each(breakevenGap),
			Rule:   "trade linkers against nominal bonds when the breakeven is far from its mean of a year",
			Source: "Fleckenstein, Longstaff and Lustig (2014)",
			Groups: sets([]string{"NTNB_2030|NTNB30", "DI_5Y|DI1F30"}, []string{"NTNB_2035|NTNB35", "DI_10Y|DI1F31"}, []string{"USTIPS10Y", "UST_10Y|UST10Y"}),
		},
		{
			ID: "INF_TSMOM", Class: Inflation, Least: 1, decide: each(trend),
			Rule:   "time-series momentum of linkers and breakevens",
			Source: "Moskowitz, Ooi and Pedersen (2012); Hurst, Ooi and Pedersen (2017)",
			Groups: singles("NTNB_2030|NTNB30", "NTNB_2035|NTNB35", "NTNB_2045|NTNB45", "NTNB_2060|NTNB60", "USTIPS10Y", "USBE5Y"),
		},
		{
			ID: "INF_VALUE", Class: Inflation, Least: 1, decide: each(value),
			Rule:   "long linkers whose real yield has risen over five years",
			Source: "Asness, Moskowitz and Pedersen (2013)",
			Groups: singles("NTNB_2035|NTNB35", "NTNB_2045|NTNB45", "NTNB_2060|NTNB60", "USTIPS10Y", "USBE10Y"),
		},
		{
			ID: "INF_PAIRS", Class: Inflation, Least: 1, decide: each(yieldPairs),
			Rule:   "trade two linkers or breakevens against each other when their gap is wide",
			Source: "Gatev, Goetzmann and Rouwenhorst (2006)",
			Groups: sets([]string{"NTNB_2030|NTNB30", "NTNB_2045|NTNB45"}, []string{"NTNB_2035|NTNB35", "NTNB_2060|NTNB60"}, []string{"NTNB50", "NTNB55"}, []string{"USBE5Y", "USBE10Y"}),
		},
	}
}

func cupomStrategies() []Strategy {
	return []Strategy{
		{
			ID: "CUPOM_TSMOM", Class: Cupom, Least: 1, decide: each(trend),
			Rule:   "time-series momentum of the onshore dollar rate",
			Source: "Moskowitz, Ooi and Pedersen (2012); Hurst, Ooi and Pedersen (2017)",
			Groups: singles("DDI_1Y", "DDI_2Y", "DDI_5Y"),
		},
		{
			ID: "CUPOM_SLOPE", Class: Cupom, Least: 1, decide: each(slope),
			Rule:   "long the onshore dollar rate while its curve is steeper than in the last three years",
			Source: "Fama and Bliss (1987); Campbell and Shiller (1991)",
			Groups: []Group{
				{Trades: []string{"DDI_5Y"}, Reads: []string{"DDI_1Y"}},
				{Trades: []string{"DDI_2Y"}, Reads: []string{"DDI_1Y"}},
			},
		},
		{
			ID: "CUPOM_BASIS", Class: Cupom, Least: 1, decide: each(onshoreBasis),
			Rule:   "trade the onshore dollar rate against Treasuries when the basis is far from its mean of a year",
			Source: "Du, Tepper and Verdelhan (2018)",
			Groups: sets([]string{"DDI_2Y", "UST_2Y|UST2Y"}, []string{"DDI_5Y", "UST_10Y|UST10Y"}),
		},
	}
}

func sovereignStrategies() []Strategy {
	spreads := []string{"CDS_BR_5Y|EMBI_BR", "CDS_MX_5Y|EMBI_MX", "CDS_CO_5Y|EMBI_LATAM", "CDS_ZA_5Y"}
	return []Strategy{
		{
			ID: "SOV_TSMOM", Class: Sovereign, Least: 1, decide: each(trend),
			Rule:   "time-series momentum of sovereign spreads",
			Source: "Moskowitz, Ooi and Pedersen (2012); Hurst, Ooi and Pedersen (2017)",
			Groups: singles(spreads...),
		},
		{
			ID: "SOV_CARRY", Class: Sovereign, Least: 2, decide: creditCarry,
			Rule:   "long the spreads that pay most per unit of volatility, short the others",
			Source: "Koijen, Moskowitz, Pedersen and Vrugt (2018)",
			Groups: singles(spreads...),
		},
		{
			ID: "SOV_PAIRS", Class: Sovereign, Least: 1, decide: each(spreadPairs),
			Rule:   "trade two countries' spreads against each other when their gap is wide",
			Source: "Gatev, Goetzmann and Rouwenhorst (2006)",
			Groups: sets([]string{spreads[0], spreads[1]}, []string{spreads[2], spreads[1]}, []string{spreads[3], spreads[0]}),
		},
		{
			ID: "SOV_FEAR", Class: Sovereign, Least: 1, decide: each(globalFear),
			Rule:   "long spreads while the VIX is below its mean of a year, short while it is above",
			Source: "Longstaff, Pan, Pedersen and Singleton (2011)",
			Groups: reading([]string{"VIX_INDEX|VIX"}, spreads[0], spreads[1]),
		},
	}
}

func crossAssetStrategies() []Strategy {
	return []Strategy{
		{
			ID: "CROSS_TSMOM", Class: CrossAsset, Least: 1, decide: each(trend),
			Rule:   "time-series momentum of shares and commodities",
			Source: "Moskowitz, Ooi and Pedersen (2012); Hurst, Ooi and Pedersen (2017)",
			Groups: singles("SPX_FUT|SPX", "IBOV_FUT|IBOV", "GOLD_FUT|GOLD", "BRENT_FUT|BRENT", "WTI"),
		},
		{
			ID: "CROSS_RELMOM", Class: CrossAsset, Least: 3, decide: relativeMomentum,
			Rule:   "long the asset classes that gained most over a year, short those that gained least",
			Source: "Jegadeesh and Titman (1993); Asness, Moskowitz and Pedersen (2013)",
			Groups: singles("SPX_FUT|SPX", "IBOV_FUT|IBOV", "GOLD_FUT|GOLD", "BRENT_FUT|BRENT", "USDBRL_SPOT|USDBRL", "UST_10Y|UST10Y", "DI_5Y|DI1F31", "NTNB_2045|NTNB45|USTIPS10Y", "CDS_BR_5Y|EMBI_BR"),
		},
		{
			ID: "CROSS_MA200", Class: CrossAsset, Least: 1, decide: each(movingAverage),
			Rule:   "long above the mean of 200 days, short below it",
			Source: "Brock, Lakonishok and LeBaron (1992); Faber (2007)",
			Groups: singles("SPX_FUT|SPX", "IBOV_FUT|IBOV", "GOLD_FUT|GOLD", "BRENT_FUT|BRENT"),
		},
		{
			ID: "CROSS_VOLMANAGED", Class: CrossAsset, Least: 1, decide: each(volatilityManaged),
			Rule:   "long while an asset's variance is lower than in the last five years, short while it is higher",
			Source: "Moreira and Muir (2017)",
			Groups: singles("SPX_FUT|SPX", "IBOV_FUT|IBOV", "GOLD_FUT|GOLD"),
		},
	}
}
