package risk_test

import (
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// The tests in this file are about the book and the market of workedbook_test.go on 19 June 2026. The expected numbers were
// computed outside this project, with nothing but sums, powers, a sort and the normal distribution of Python's standard
// library. A comment beside each says how.
const workedSlack = 1e-11

func TestWorkedBookSensitivities(t *testing.T) {
	t.Parallel()
	s := simulate(t, workedHistory(t), workedBook(), workedDate(), risk.Options{})
	want := map[string][2]float64{
		"USDBRL": {0, 0},
		"EURUSD": {0, 0},
		// 386 business days to 3 January 2028, counted day by day: T = 386/252 = 1.5317460317, y = 14.047 %.
		// D = T/1.14047; C = T(T+1)/1.14047²
		"DI1F28": {1.3430831426920757, 2.9815299103138635},
		// 18 coupons of 1.06^½ − 1 and the principal to 15 May 2035 at 7.97 %: price 0.8880271580;
		// D = Σ t·v / 0.8880271580 / 1.0797; C = Σ t(t+1)·v / 0.8880271580 / 1.0797²
		"NTNB35": {6.317120815339572, 52.83481358098229},
		// s = 160.2 bp, λ = 0.01602/0.75 = 0.02136: D = Σ ¼·e^(−0.05136·k/4), k = 1…20;
		// C = 2/0.75·Σ ¼·(k/4)·e^(−0.05136·k/4)
		"CDS_BR_5Y": {4.381351746005887, 29.42381376574658},
	}
	for _, e := range s.Exposures {
		w := want[e.Instrument.Name]
		near(t, e.Instrument.Name+" duration", e.Sensitivity.Duration, w[0], workedSlack)
		near(t, e.Instrument.Name+" convexity", e.Sensitivity.Convexity, w[1], workedSlack)
	}
	if len(s.Exposures) != 5 || len(s.Days) != 79 || s.From.Format("2006-01-02") != "2026-03-02" {
		t.Errorf("%d exposures, %d days from %v", len(s.Exposures), len(s.Days), s.From)
	}
	if notes := s.Report.Notes(); len(notes) != 0 {
		t.Errorf("nothing is odd about this market, but: %q", notes)
	}
}

func TestWorkedBookMeasures(t *testing.T) {
	t.Parallel()
	s := simulate(t, workedHistory(t), workedBook(), workedDate(), risk.Options{})
	check := func(m desk.Method, want risk.Measures) {
		got := s.Measures(m)
		near(t, string(m)+" VaR 95", got.VaR95, want.VaR95, workedSlack)
		near(t, string(m)+" VaR 99", got.VaR99, want.VaR99, workedSlack)
		near(t, string(m)+" CVaR 95", got.CVaR95, want.CVaR95, 1e-9)
		near(t, string(m)+" CVaR 99", got.CVaR99, want.CVaR99, 1e-9)
	}
	// The largest of the 79 losses, L74 to L78 from 0 in ascending order, in percent of NAV:
	//   L74 0.4154716255 (9 April)   L75 0.4218292556 (13 April)   L76 0.4234415543 (11 May)
	//   L77 0.5639379000 (21 May)    L78 0.6445816142 (28 April)
	// At 95 % the place is 78 × 0.95 = 74.1: L74 + 0.1·(L75 − L74). Beyond lie L75 to L78: their mean.
	// At 99 % it is 77.22: L77 + 0.22·(L78 − L77). Beyond lies L78.
	check(desk.Historical, risk.Measures{VaR95: 0.41610738853845824, VaR99: 0.5816795171415712,
		CVaR95: 0.513447581030932, CVaR99: 0.6445816141686618})
	// Mean −0.0442798398, deviation (over 79) 0.2414815173; z = −1.6448536270 and −2.3263478740:
	// −(μ + zσ), and −μ + σ·φ(z)/0.05, −μ + σ·φ(z)/0.01
	check(desk.Parametric, risk.Measures{VaR95: 0.44148158939032994, VaR99: 0.6060498542303557,
		CVaR95: 0.5423868583420003, CVaR99: 0.687879813708758})
	// Skewness 0.0512444409, excess kurtosis −0.5073842800: g = −1.6404770938 and −2.1690585517.
	// The tail means are Simpson's rule over the Edgeworth density from −14 to g in 200 000 steps.
	check(desk.Modified, risk.Measures{VaR95: 0.44042473751868877, VaR99: 0.5680673900060469,
		CVaR95: 0.5176038504877674, CVaR99: 0.6520770278398785})
}

// driver is a row of Drivers, with weights in percent of NAV.
type driver struct {
	grouping       desk.Grouping
	name           string
	net, gross     float64
	var95, var99   float64
	cvar95, cvar99 float64
	incr95, incr99 float64
}

func TestWorkedBookDrivers(t *testing.T) {
	t.Parallel()
	s := simulate(t, workedHistory(t), workedBook(), workedDate(), risk.Options{})
	// The contribution to VaR 95 is 0.9 of the piece's loss on 9 April and 0.1 of its loss on 13 April. To
	// VaR 99 it is 0.78 of the loss on 21 May and 0.22 of the loss on 28 April. To CVaR 95 it is the mean
	// loss of 13 April, 28 April, 11 May and 21 May, and to CVaR 99 the loss of 28 April. The incremental VaR
	// is the book's VaR less the VaR of the 79 P&Ls without the piece.
	want := []driver{
		{"strategy", "FX_TREND", -30, 30, 0.2371859455505452, 0.4879632388428686, 0.3596900020329591, 0.42181941385736055, 0.1930605575228055, 0.29783706066946364},
		{"strategy", "RATES_DI", 80, 80, 0.055943596674967955, 0.15689575751173696, 0.1308385628363764, 0.14269308525210175, 0.09366485182370082, 0.14139912823947914},
		{"strategy", "FX_CARRY", 20, 20, 0.15653997865579009, 0.039583835576670987, 0.10129966100701121, 0.17326233362504545, 0.0259522075424089, 0.09039766195092624},
		{"strategy", "INF_NTNB", 15, 15, 0.03660965210497661, 0.06093269946140778, 0.04632170768529427, 0.04916639335770689, 0.04668427920637941, 0.06093269946140778},
		{"strategy", "SOV_CDS", 25, 25, 0.022876096571102053, 0.03818233807444396, 0.02790395552270499, 0.03392013067525946, 0.02413713253396438, 0.03818233807444393},
		{"strategy", "RATES_CURVE", -20, 20, -0.013985899168741989, -0.03922393937793424, -0.0327096407090941, -0.03567327131302544, -0.01504196723115614, -0.039223939377934225},
		{"strategy", "CROSS_MACRO", 10, 10, -0.07906198185018176, -0.16265441294762287, -0.1198966673443197, -0.14060647128578685, -0.081026959374975, -0.16265441294762284},
		{"instrument", "USDBRL", -20, 40, 0.15812396370036347, 0.32530882589524573, 0.2397933346886394, 0.2812129425715737, 0.15555293509745444, 0.28284815003108776},
		{"instrument", "EURUSD", 20, 20, 0.15653997865579009, 0.039583835576670987, 0.10129966100701121, 0.17326233362504545, 0.0259522075424089, 0.09039766195092624},
		{"instrument", "DI1F28", 60, 100, 0.041957697506225966, 0.11767181813380273, 0.0981289221272823, 0.10701981393907634, 0.07954387600043183, 0.11767181813380279},
		{"instrument", "NTNB35", 15, 15, 0.03660965210497661, 0.06093269946140778, 0.04632170768529427, 0.04916639335770689, 0.04668427920637941, 0.06093269946140778},
		{"instrument", "CDS_BR_5Y", 25, 25, 0.022876096571102053, 0.03818233807444396, 0.02790395552270499, 0.03392013067525946, 0.02413713253396438, 0.03818233807444393},
		{"asset_class", "FX", 0, 60, 0.3146639423561536, 0.3648926614719167, 0.34109299569565055, 0.45447527619661915, 0.2213381965573152, 0.35243807866228327},
		{"asset_class", "Rates", 60, 100, 0.041957697506225966, 0.11767181813380273, 0.0981289221272823, 0.10701981393907634, 0.07954387600043183, 0.11767181813380279},
		{"asset_class", "Inflation", 15, 15, 0.03660965210497661, 0.06093269946140778, 0.04632170768529427, 0.04916639335770689, 0.04668427920637941, 0.06093269946140778},
		{"asset_class", "Sovereign", 25, 25, 0.022876096571102053, 0.03818233807444396, 0.02790395552270499, 0.03392013067525946, 0.02413713253396438, 0.03818233807444393},
	}
	got := s.Drivers()
	if len(got) != len(want) {
		t.Fatalf("%d drivers, want %d", len(got), len(want))
	}
	for n, g := range got {
		w := want[n]
		if g.Grouping != w.grouping || g.Name != w.name {
			t.Errorf("driver %d is %s %s, want %s %s", n, g.Grouping, g.Name, w.grouping, w.name)
			continue
		}
		near(t, g.Name+" net", 100*g.NetWeight, w.net, workedSlack)
		near(t, g.Name+" gross", 100*g.GrossWeight, w.gross, workedSlack)
		near(t, g.Name+" VaR 95", g.VaR95Pct, w.var95, workedSlack)
		near(t, g.Name+" VaR 99", g.VaR99Pct, w.var99, workedSlack)
		near(t, g.Name+" CVaR 95", g.CVaR95Pct, w.cvar95, workedSlack)
		near(t, g.Name+" CVaR 99", g.CVaR99Pct, w.cvar99, workedSlack)
		near(t, g.Name+" incremental VaR 95", g.IncrementalVaR95Pct, w.incr95, workedSlack)
		near(t, g.Name+" incremental VaR 99", g.IncrementalVaR99Pct, w.incr99, workedSlack)
	}
}

func TestWorkedBookStress(t *testing.T) {
	t.Parallel()
	s := simulate(t, workedHistory(t), workedBook(), workedDate(), risk.Options{})
	ten, minusFive, hundred, fifty, eighty := 10.0, -5.0, 100.0, 50.0, 80.0
	got, err := s.Stress(risk.Scenario{Name: "Bad day", Shocks: []risk.Shock{
		{Instrument: "USDBRL", Percent: &ten}, {Prefix: "EUR", Percent: &minusFive}, {AssetClass: "Rates", BP: &hundred},
		{Prefix: "NTNB", BP: &fifty}, {AssetClass: "Sovereign", BP: &eighty},
	}})
	if err != nil {
		t.Fatal(err)
	}
	// FX: USDBRL (−0.30 + 0.10)·0.10 = −2 %; EURUSD 0.20·(−0.05)·1.10 = −1.1 %, its dollars dearer by a tenth.
	// Rates 0.60·(−1.3430831427·0.01 + ½·2.9815299103·0.01²); Inflation 0.15·(−6.3171208153·0.005 +
	// ½·52.8348135810·0.005²); Sovereign 0.25·(−4.3813517460·0.008 + ½·29.4238137657·0.008²)
	near(t, "stress", got.PortfolioPnLPct, -5.213514127676917, workedSlack)
	want := []classPnL{{"FX", -3.1}, {"Sovereign", -0.8527312981885801}, {"Rates", -0.7969052958843039}, {"Inflation", -0.4638775336040337}}
	checkClasses(t, got.ByClass, want)
	if len(got.Unshocked) != 0 || got.UnshockedPct != 0 {
		t.Errorf("unshocked: %v", got.Unshocked)
	}
}

func TestWorkedBookReplay(t *testing.T) {
	t.Parallel()
	s := simulate(t, workedHistory(t), workedBook(), workedDate(), risk.Options{})
	got, ok := s.Replay(5)
	if !ok {
		t.Fatal("there is a history")
	}
	// The worst of all 75 stretches of five returns is from 4 to 11 May. Each instrument makes its whole move
	// of these days in one step.
	near(t, "replay", got.PortfolioPnLPct, -1.6357159560629522, workedSlack)
	if got.From.Format("2006-01-02") != "2026-05-04" || got.To.Format("2006-01-02") != "2026-05-11" || got.Scenario != "Worst 5 days of the history" {
		t.Errorf("%s from %v to %v", got.Scenario, got.From, got.To)
	}
	checkClasses(t, got.ByClass, []classPnL{{"FX", -0.8272886636507297}, {"Rates", -0.42299513110129916},
		{"Inflation", -0.25017578288531833}, {"Sovereign", -0.13525637842560492}})
}

func TestWorkedBookHypotheticalPnL(t *testing.T) {
	t.Parallel()
	got, err := workedHistory(t).HypotheticalPnL(workedBook(), date(t, "2026-06-18"), workedDate())
	if err != nil {
		t.Fatal(err)
	}
	// The moves from 18 to 19 June with the durations of the 18th, when the DI had 387 business days to run.
	near(t, "hypothetical P&L", got.PnLPct, -0.2130467689724344, workedSlack)
}

func TestWorkedBookLimits(t *testing.T) {
	t.Parallel()
	s := simulate(t, workedHistory(t), workedBook(), workedDate(), risk.Options{})
	one, half, two, tenth := 1.0, 0.5, 2.0, 0.1
	limits := risk.Limits{VaR95Pct: &one, CVaR95Pct: &two, MaxDrawdownPct: &two, GrossLeverage: &two, NettedLeverage: &two, AssetClassNet: &half,
		InstrumentNet: &one, StrategyGross: &half, StressLossPct: &two, AssetClasses: map[string]*float64{"FX": &tenth}}
	got := limits.Check(s, s.Measures(desk.Historical), risk.Drawdown{Current: 0.5}, []risk.StressResult{scenarioResult("a", 1), scenarioResult("b", -3)})
	want := []struct {
		name               string
		limit, value, used float64
		detail             string
	}{
		{"VaR 95%", 1, 0.41610738853845824, 41.610738853845824, ""},
		{"CVaR 95%", 2, 0.513447581030932, 25.6723790515466, ""},
		{"Max drawdown", 2, 0.5, 25, ""},
		{"Gross leverage", 2, 2.00, 100, ""}, // 0.30+0.20+0.80+0.20+0.15+0.25+0.10
		{"Netted leverage", 2, 1.40, 70, ""}, // 0.20+0.20+0.60+0.15+0.25
		{"Net FX", 0.1, 0, 0, ""},            // −0.30+0.20+0.10
		{"Net Inflation", 0.5, 0.15, 30, ""},
		{"Net Rates", 0.5, 0.60, 120, ""},
		{"Net Sovereign", 0.5, 0.25, 50, ""},
		{"Single instrument", 1, 0.60, 60, "DI1F28"},
		{"Single strategy", 0.5, 0.80, 160, "RATES_DI"},
		{"Stress loss", 2, 3, 150, "b"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d limits, want %d: %+v", len(got), len(want), got)
	}
	for n, g := range got {
		w := want[n]
		if g.Limit != w.name || g.LimitValue != w.limit || g.Detail != w.detail || g.Unknown {
			t.Errorf("limit %d is %+v, want %+v", n, g, w)
		}
		near(t, g.Limit, g.CurrentValue, w.value, workedSlack)
		near(t, g.Limit+" utilisation", g.UtilizationPct, w.used, 1e-9)
	}
}

func scenarioResult(name string, pnlPct float64) risk.StressResult {
	return risk.StressResult{StressResult: desk.StressResult{Scenario: name, PortfolioPnLPct: pnlPct}}
}

// classPnL is what an asset class makes in a scenario, in percent of NAV.
type classPnL struct {
	class string
	pnl   float64
}

func checkClasses(t *testing.T, got []desk.StressContribution, want []classPnL) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("classes %v, want %v", got, want)
	}
	for n, g := range got {
		if g.AssetClass != want[n].class {
			t.Errorf("class %d is %s, want %s", n, g.AssetClass, want[n].class)
		}
		near(t, g.AssetClass, g.PnLPct, want[n].pnl, workedSlack)
	}
}
