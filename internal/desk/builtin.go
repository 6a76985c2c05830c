package desk

import "time"

// The asset classes of the built-in rules.
const (
	FX         = "FX"
	Rates      = "Rates"
	Inflation  = "Inflation"
	Cupom      = "Cupom"
	Sovereign  = "Sovereign"
	CrossAsset = "Cross-Asset"
)

// BuiltInRules are the rules of the desk that macrowatch is made for: a macro desk in São Paulo.
func BuiltInRules() Rules {
	return Rules{
		Name:            "Macro desk",
		Zone:            "America/Sao_Paulo",
		OpeningHour:     8,
		ClosingHour:     19,
		StaleAfter:      36 * time.Hour,
		Calendar:        Calendar{Weekend: []time.Weekday{time.Saturday, time.Sunday}, Holidays: []string{"B3"}},
		Steps:           builtInSteps(),
		AssetClasses:    []string{FX, Rates, Inflation, Cupom, Sovereign, CrossAsset},
		CrossAssetClass: CrossAsset,
		StrategyClasses: []ClassRule{
			{FX, []string{"FX"}}, {Rates, []string{"RATES"}}, {Inflation, []string{"INF"}}, {Cupom, []string{"CUPOM"}},
			{Sovereign, []string{"SOV"}}, {CrossAsset, []string{"CROSS"}},
		},
		InstrumentClasses: []ClassRule{
			{FX, []string{"USD", "NDF"}}, {Rates, []string{"DI"}}, {Inflation, []string{"NTN"}}, {Cupom, []string{"DDI"}},
			{Sovereign, []string{"CDS"}},
		},
		ClassColours: map[string]string{
			FX: "blue", Rates: "dark-purple", Inflation: "orange", Cupom: "#00736A", Sovereign: "#C4936B", CrossAsset: "#AF6297",
		},
		// The names of the sample desk's strategies fit so into the width that Grafana has on a laptop beside its side menu.
		ClassGroups: [][]string{{FX, Sovereign}, {Rates, Inflation}, {Cupom, CrossAsset}},
	}
}

// builtInSteps are the steps of the built-in desk. The connectors and the step that brings their data into one shape
// run on every weekday, since a source may publish on a holiday of B3. Signals, book, risk and report need a day on
// which B3 trades. A step's grace allows for its attempts and for those of the steps that it waits for.
func builtInSteps() []Step {
	const weekdays, weekend = " * * 1-5", " * * 0,6"
	steps := []Step{
		{Name: "bcb_sgs", Title: "BCB SGS"},
		{Name: "fred", Title: "FRED"},
		{Name: "yahoo", Title: "Yahoo Finance"},
		{Name: "bcb_ptax", Title: "BCB PTAX"},
		{Name: "b3_market_data", Title: "B3 Market Data"},
		{Name: "treasury_gov", Title: "Treasury Gov"},
	}
	var connectors []string
	for n := range steps {
		s := &steps[n]
		s.Group, s.Cron, s.Holidays = ConnectorGroup, "0 6"+weekdays, []string{}
		s.StartGrace, s.EndGrace = 15*time.Minute, time.Hour
		connectors = append(connectors, s.Name)
	}
	steps = append(steps, Step{
		Name: "normalise_data", Title: "Normalise data", Group: "data", Cron: "0 6" + weekdays, Holidays: []string{},
		StartGrace: time.Hour, EndGrace: 90 * time.Minute, WaitsFor: connectors,
	})
	var signals []string
	for _, s := range []struct{ name, title string }{
		{"signals_fx", "FX signals"}, {"signals_rates", "Rates signals"}, {"signals_inflation", "Inflation signals"},
		{"signals_cupom", "Cupom signals"}, {"signals_sovereign", "Sovereign signals"},
	} {
		steps = append(steps, Step{
			Name: s.name, Title: s.title, Group: "signals", Cron: "0 6" + weekdays,
			StartGrace: 90 * time.Minute, EndGrace: 2 * time.Hour, WaitsFor: []string{"normalise_data"},
		})
		signals = append(signals, s.name)
	}
	evening := func(name, title, group string, start, end time.Duration, waitsFor ...string) Step {
		return Step{
			Name: name, Title: title, Group: group, Cron: "0 19" + weekdays, StartGrace: start, EndGrace: end, WaitsFor: waitsFor,
		}
	}
	return append(steps,
		Step{
			Name: "signals_cross_asset", Title: "Cross-asset signals", Group: "signals", Cron: "0 6" + weekdays,
			StartGrace: 2 * time.Hour, EndGrace: 150 * time.Minute, WaitsFor: signals,
		},
		evening("closing_prices", "Closing prices", "data", 15*time.Minute, 45*time.Minute),
		evening("portfolio", "Portfolio", "book", 45*time.Minute, 75*time.Minute, "signals_cross_asset", "closing_prices"),
		evening("risk", "Risk", "book", 75*time.Minute, 105*time.Minute, "portfolio"),
		evening("report", "Report", "book", 105*time.Minute, 135*time.Minute, "risk"),
		Step{
			Name: "backfill_check", Title: "Backfill check", Group: "housekeeping", Cron: "0 6" + weekend, Holidays: []string{},
			StartGrace: 15 * time.Minute, EndGrace: time.Hour,
		},
		Step{
			Name: "data_quality", Title: "Data quality", Group: "housekeeping", Cron: "0 18" + weekend, Holidays: []string{},
			StartGrace: 15 * time.Minute, EndGrace: time.Hour,
		},
		// It runs whenever the connectors have nothing to fetch, so it has no schedule.
		Step{Name: "health_check", Title: "Health check", Group: "housekeeping"},
	)
}
