package intake_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/record/intake"
)

const (
	stateHeader      = "timestamp,strategy_id,instrument,weight,total_equity\n"
	instrumentHeader = "instrument,kind,quoted_in,coupon_pct,tenor_years,modified_duration\n"
	instrumentRows   = "DI1F29,yield,percent,,,\nCDS_5Y,yield,bp,,,\nUSDBRL,price,BRL per USD,,,\nWTI,price,USD per barrel,,,\n"
)

// imported imports files one after the other. It returns what looks wrong in the last file, one doubt a line.
func imported(t *testing.T, kinds []string, texts []string) string {
	t.Helper()
	s := newStore(t)
	var doubts []string
	for n, kind := range kinds {
		result, err := intake.Import(t.Context(), s, kind, strings.NewReader(texts[n]), "file.csv",
			intake.Options{Now: time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatalf("%s: %v", texts[n], err)
		}
		doubts = nil
		for _, d := range result.Doubts.Rows {
			doubts = append(doubts, d.String())
		}
	}
	return strings.Join(doubts, "\n")
}

// Every file is taken. The warnings must contain want; "" means that there must be none.
func TestWhatLooksWrongIsTakenWithAWarning(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, before, text, want string }{
		{"prices", "", priceHeader + "2026-03-02,DI1F29,0.1325", "line 2, price 0.1325: of DI1F29 is the file's largest, and looks a hundred times too small: it is quoted in percent, where 13.25 percent is written 13.25"},
		{"prices", "", priceHeader + "2026-03-02,DI1F29,13.2\n2026-03-03,DI1F29,0.1321\n2026-03-04,DI1F29,13.3", "line 3, price 0.1321: of DI1F29 looks a hundred times too small: that of 2026-03-02 is 13.2; it is quoted in percent"},
		{"prices", priceHeader + "2026-02-27,DI1F29,13.2", priceHeader + "2026-03-02,DI1F29,0.133", "line 2, price 0.133: of DI1F29 looks a hundred times too small: that of 2026-02-27 is 13.2"},
		{"prices", "", priceHeader + "2026-03-02,DI1F29,1325", "looks like basis points"},
		{"prices", "", priceHeader + "2026-03-02,CDS_5Y,1.8", "line 2, price 1.8: of CDS_5Y is the file's largest, and looks a hundred times too small: it is quoted in basis points, where 1.8 percent is written 180"},
		{"prices", "", priceHeader + "2026-03-02,CDS_5Y,180\n2026-03-03,CDS_5Y,18100", "line 3, price 18100: of CDS_5Y looks a hundred times too large"},
		{"prices", priceHeader + "2026-02-27,USDBRL,5.1", priceHeader + "2026-03-02,USDBRL,0.197", "line 2, price 0.197: of USDBRL looks like the rate quoted the other way round: that of 2026-02-27 is 5.1"},
		{"prices", "", priceHeader + "2026-03-02,WTI,70.5\n2026-03-03,WTI,0", "line 3, price 0: of WTI is 0, and looks like a price that is missing"},
		{"prices", "", priceHeader + "2062-03-02,WTI,70.5", "line 2, price_date 2062-03-02: lies in the future"},
		{"prices", "", priceHeader + "2026-03-02,DI1F29,13.2\n2026-03-03,DI1F29,9.1\n2026-03-02,CDS_5Y,180\n2026-03-02,WTI,-37\n2026-03-03,WTI,12\n2026-03-02,USDBRL,5.1\n2026-03-03,USDBRL,2.2", ""},
		{"portfolio-states", "", stateHeader + "2026-03-02T09:00:00Z,FX_1,USDBRL,0.5,100\n2026-03-02T09:00:00Z,FX_2,USDBRL,-0.4,100\n2026-03-02T09:00:00Z,FX_3,USDBRL,50,100", "line 4, weight 50: is 50 times NAV among weights of about 0.5, and looks like percent: 50 % is written 0.5"},
		{"portfolio-states", "", stateHeader + "2026-03-02T09:00:00Z,FX_1,USDBRL,25,100\n2026-03-02T09:00:00Z,FX_2,USDBRL,-40,100", "line 2, weight 25: is, like half of the file's weights, 25 times NAV or more, and looks like percent: a weight is a fraction of NAV"},
		{"portfolio-states", "", stateHeader + "2026-03-02T09:00:00Z,FX_1,USDBRL,0.5,100\n2026-03-03T09:00:00Z,FX_1,USDBRL,0.5,10050", "line 3, total_equity 10050: is 100 times the NAV before it, 100"},
		{"portfolio-states", stateHeader + "2026-03-02T09:00:00Z,FX_1,USDBRL,0.5,100", stateHeader + "2026-03-03T09:00:00Z,FX_1,USDBRL,0.5,1.01", "line 2, total_equity 1.01: is 0.0101 times the NAV before it, 100"},
		{"portfolio-states", "", stateHeader + "2026-03-02T09:00:00Z,FX_1,USDBRL,0.5,0", "line 2, total_equity 0: is not above 0"},
		{"portfolio-states", "", stateHeader + "2036-03-02T09:00:00Z,FX_1,USDBRL,0.5,100", "line 2, timestamp 2036-03-02T09:00:00Z: lies in the future: it is now 2026-03-10T12:00:00Z"},
		{"portfolio-states", "", stateHeader + "2026-03-02T09:00:00Z,FX_1,USDBRL,2.5,100\n2026-03-02T09:00:00Z,FX_2,USDBRL,-0.1,100\n2026-03-03T09:00:00Z,FX_2,USDBRL,0.01,140", ""},
		{"risk-metrics", "", riskHeader + "2026-03-02T21:00:00Z,0.0125,0.021,0.018,0,3", "line 2, var_99_pct 0.021: looks like a fraction: 2.1 percent of NAV is written 2.1"},
		{"risk-metrics", "", riskHeader + "2026-03-02T21:00:00Z,-2,-1.5,-1.8,0,3", "a loss is written as a positive percentage"},
		{"risk-metrics", "", riskHeader + "2026-03-02T21:00:00Z,1,2,1.5,0,1800", "line 2, max_drawdown_252d_pct 1800: is more than the whole NAV"},
		{"risk-metrics", "", riskHeader + "2026-03-02T21:00:00Z,1,2,1.5,0,18", ""},
		{"stress-results", "", "run_date,scenario_name,portfolio_pnl_pct\n2026-03-02T21:00:00Z,2008,-950", "looks like basis points or money"},
		{"limit-statuses", "", limitHeader + "2026-03-02T21:00:00Z,Stress loss,-20,9,-45", "line 2, limit_value -20: is below 0"},
		{"instruments", "", instrumentHeader + "A,yield,percent,0.1,,", "line 2, coupon_pct 0.1: looks like a fraction: a coupon of 10 percent is written 10"},
		{"instruments", "", instrumentHeader + "A,yield,percent,,1825,", "line 2, tenor_years 1825: is more than a hundred years"},
		{"pipeline-runs", "", runHeader + "a,fred,SUCCESS,2026-03-02T09:00:00Z,,900000,", "line 2, duration_seconds 900000: is 10 days, and looks like milliseconds"},
		{"pipeline-runs", "", runHeader + "a,fred,SUCCESS,2026-03-02T09:00:00Z,,9,Traceback", "stands at a run that is SUCCESS"},
		{"signals", "", "strategy_id,instrument,direction,confidence,generated_at\nFX_1,USDBRL,LONG,0.5,2027-03-02T09:00:00Z", "line 2, generated_at 2027-03-02T09:00:00Z: lies in the future"},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			kinds, texts := []string{"instruments"}, []string{instrumentHeader + instrumentRows}
			if c.before != "" {
				kinds, texts = append(kinds, c.kind), append(texts, c.before)
			}
			got := imported(t, append(kinds, c.kind), append(texts, c.text))
			if !strings.Contains(got, c.want) || c.want == "" && got != "" || strings.Count(got, "\n") > 1 {
				t.Errorf("warned of:\n%s\nwant %q", got, c.want)
			}
		})
	}
}
