package risk_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/testkit/testfiles"
)

// The published numbers are printed with four decimals. Some are rounded and some are cut off. In either case the
// statistic is within 1e-4 of them. They are decimals, and a loss is negative.
const published = 1.0001e-4

func TestPublishedValueAtRiskAndShortfall(t *testing.T) {
	t.Parallel()
	series := referenceSeries(t, "edhec.csv")
	compared := map[string]int{}
	for _, row := range referenceRows(t, "published_values.csv") {
		measure, method, confidence, ok := plainCall(row["r_expression"], row["row_label"])
		pnl := series[row["column"]]
		if !ok || row["dataset"] != "edhec" || pnl == nil {
			continue
		}
		want := number(t, row["published_value"])
		if measure+method == "ESmodified" && want == -1 {
			continue // the publisher limits it to a total loss
		}
		near(t, row["column"]+" "+row["r_expression"]+" "+row["row_label"], -statistic(pnl, measure, method, confidence), want, published)
		compared[measure+" "+method]++
	}
	t.Logf("compared: %v", compared)
	for _, kind := range []string{"VaR historical", "VaR gaussian", "VaR modified", "ES historical", "ES gaussian", "ES modified"} {
		if compared[kind] < 7 {
			t.Errorf("only %d published numbers of %s were compared", compared[kind], kind)
		}
	}
}

// The baseline values of the same package are exact to six decimals. They are of the first hundred returns.
func TestBaselineValuesAndBacktest(t *testing.T) {
	t.Parallel()
	pnl := referenceSeries(t, "edhec.csv")["Convertible Arbitrage"]
	compared := 0
	for _, row := range referenceRows(t, "baseline_values.csv") {
		want := number(t, row["published_value"])
		if row["measure"] == "VaR" {
			near(t, "VaR "+row["method"], -statistic(pnl[:100], "VaR", row["method"], 0.95), want, 0.5e-6)
			compared++
			continue
		}
		value := risk.HistoricalVaR(pnl, 0.95)
		var days []desk.BacktestDay
		for n, x := range pnl {
			days = append(days, desk.BacktestDay{Day: time.Unix(int64(n)*86_400, 0), VaR95Pct: value, HypotheticalPnLPct: x})
		}
		b, err := risk.BacktestOf(days, 95)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{"VaR.backtest expected_exceedances": b.Expected,
			"VaR.backtest actual_exceedances": float64(b.Exceptions), "VaR.backtest p.value": b.ExactPValue}
		if _, known := got[row["measure"]]; !known {
			t.Fatalf("unknown measure %s", row["measure"])
		}
		slack := 1e-9
		if row["measure"] == "VaR.backtest p.value" {
			slack = 0.5e-3 // the value is 0.99972, and it is printed as 1
		}
		near(t, row["measure"], got[row["measure"]], want, slack)
		compared++
	}
	if compared != 6 {
		t.Errorf("%d baseline values, want 6", compared)
	}
}

func TestPublishedDrawdowns(t *testing.T) {
	t.Parallel()
	files := map[string]map[string][]float64{"edhec": referenceSeries(t, "edhec.csv"), "managers": referenceSeries(t, "managers.csv")}
	compared := 0
	check := func(dataset, column string, want float64) {
		returns := files[dataset][column]
		if returns == nil || len(returns) >= 2*risk.DrawdownDays {
			return
		}
		// The published drawdown is for the whole history. Ours looks back on only 252 NAVs, so the test computes it at
		// every NAV and takes the worst.
		worst := 0.0
		navs := chain(returns)
		for n := range navs {
			d, err := risk.DrawdownOf(navs[:n+1])
			if err != nil {
				t.Fatal(err)
			}
			worst = math.Max(worst, d.Worst252)
		}
		near(t, dataset+" "+column, worst/100, want, published)
		compared++
	}
	for _, row := range referenceRows(t, "published_values.csv") {
		if row["topic"] == "maxDrawdown" || row["row_label"] == "Maximum Drawdown" {
			check(row["dataset"], row["column"], number(t, row["published_value"]))
		}
	}
	for _, row := range referenceRows(t, "drawdown_tables.csv") {
		if row["rank"] == "1" {
			check(row["dataset"], row["column"], -number(t, row["depth"]))
		}
	}
	if compared < 12 {
		t.Errorf("only %d drawdowns were compared", compared)
	}
}

func TestPublishedMoments(t *testing.T) {
	t.Parallel()
	series := referenceSeries(t, "managers.csv")
	compared := 0
	for _, row := range referenceRows(t, "published_values.csv") {
		if row["topic"] != "table.Distributions" {
			continue
		}
		m := risk.MomentsOf(series[row["column"]])
		got, known := map[string]float64{"Skewness": m.Skewness, "Excess kurtosis": m.ExcessKurtosis, "Kurtosis": m.ExcessKurtosis + 3}[row["row_label"]]
		if known {
			near(t, row["column"]+" "+row["row_label"], got, number(t, row["published_value"]), published)
			compared++
		}
	}
	if compared < 9 {
		t.Errorf("only %d moments were compared", compared)
	}
}

// plainCall reads from a row which statistic it has. The row is a call such as VaR(edhec, p = 0.95, method =
// "historical"), or a row of the table of downside risk. A call without a method means "modified", and a confidence
// of 0.01 means 0.99.
func plainCall(call, label string) (measure, method string, confidence float64, ok bool) {
	if strings.HasPrefix(call, "table.DownsideRisk(edhec, Rf = 0.04/12, MAR = 0.05/12,  p = 0.95)") {
		known := map[string][2]string{"Historical VaR (95%)": {"VaR", "historical"}, "Historical ES (95%)": {"ES", "historical"},
			"Modified VaR (95%)": {"VaR", "modified"}, "Modified ES (95%)": {"ES", "modified"}}
		m, found := known[label]
		return m[0], m[1], 0.95, found
	}
	for _, measure := range []string{"VaR", "ES"} {
		for _, p := range []string{"0.95", "0.99", "0.01"} {
			for _, method := range []string{"historical", "gaussian", "modified", ""} {
				want := fmt.Sprintf("%s(edhec, p = %s", measure, p)
				if method != "" {
					want += fmt.Sprintf(", method = %q", method)
				}
				if call == want+")" {
					if method == "" {
						method = "modified"
					}
					confidence := number(nil, p)
					return measure, method, math.Max(confidence, 1-confidence), true
				}
			}
		}
	}
	return "", "", 0, false
}

// statistic computes a VaR or a CVaR (ES). A loss is positive.
func statistic(pnl []float64, measure, method string, confidence float64) float64 {
	m := risk.MomentsOf(pnl)
	switch measure + " " + method {
	case "VaR historical":
		return risk.HistoricalVaR(pnl, confidence)
	case "ES historical":
		return risk.HistoricalCVaR(pnl, confidence)
	case "VaR gaussian":
		return m.NormalVaR(confidence)
	case "ES gaussian":
		return m.NormalCVaR(confidence)
	case "VaR modified":
		return m.ModifiedVaR(confidence)
	case "ES modified":
		return m.ModifiedCVaR(confidence)
	}
	panic("no statistic " + measure + " " + method)
}

// chain turns returns into daily NAVs, of which the first is 1.
func chain(returns []float64) []desk.DailyNAV {
	navs := []desk.DailyNAV{{Day: time.Unix(0, 0).UTC(), NAV: 1}}
	for n, r := range returns {
		navs = append(navs, desk.DailyNAV{Day: time.Unix(int64(n+1)*86_400, 0).UTC(), NAV: navs[n].NAV * (1 + r)})
	}
	return navs
}

// referenceSeries reads columns of returns. It leaves out empty cells.
func referenceSeries(t *testing.T, name string) map[string][]float64 {
	t.Helper()
	series := map[string][]float64{}
	for _, row := range referenceRows(t, name) {
		for column, text := range row {
			if column != "date" && text != "" {
				series[column] = append(series[column], number(t, text))
			}
		}
	}
	return series
}

func referenceRows(t *testing.T, name string) []map[string]string {
	t.Helper()
	return testfiles.Rows(t, "published-risk/"+name)
}

func number(t *testing.T, text string) float64 {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
