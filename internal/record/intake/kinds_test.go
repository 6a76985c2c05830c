package intake_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
)

// goodFile is a file of a kind in both formats. query and want say what its table has after the import.
type goodFile struct {
	kind, csv, jsonLines string
	query, want          string
	rows                 int64
}

func goodFiles() []goodFile {
	return []goodFile{
		{
			kind: "signals",
			csv: "generated_at,strategy_id,instrument,direction,strength,confidence\n" +
				"2026-03-02T06:00:00-03:00,FX_CARRY,USDBRL,LONG,0.5,1\n2026-03-02 09:00:00Z,\"CROSS, \\ \"\"A\"\"\",DI,NEUTRAL,,0\n",
			jsonLines: `{"generated_at":"2026-03-02T09:00:00Z","strategy_id":"FX_CARRY","instrument":"USDBRL","direction":"LONG","strength":0.5,"confidence":1}
{"generated_at":"2026-03-02T09:00:00Z","strategy_id":"CROSS, \\ \"A\"","instrument":"DI","direction":"NEUTRAL","strength":null,"confidence":0}`,
			query: `SELECT concat_ws('|', strategy_id, instrument, direction, coalesce(strength::text, 'null'), confidence, generated_at AT TIME ZONE 'UTC') FROM strategy_signals ORDER BY 1`,
			want:  "CROSS, \\ \"A\"|DI|NEUTRAL|null|0|2026-03-02 09:00:00\nFX_CARRY|USDBRL|LONG|0.5|1|2026-03-02 09:00:00",
			rows:  2,
		},
		{
			kind: "portfolio-states",
			csv: "timestamp,strategy_id,instrument,weight,total_equity\n" +
				"2026-03-02T09:00:00Z,FX_A,USDBRL,-0.25,101.5\n2026-03-02T09:00:00Z,RATES_A,DI,1.5,101.5\n2026-03-03T09:00:00.000001Z,CASH,BRL,0,101.75\n",
			jsonLines: `{"timestamp":"2026-03-02T09:00:00Z","strategy_id":"FX_A","instrument":"USDBRL","weight":-0.25,"total_equity":101.5}
{"timestamp":"2026-03-02T09:00:00Z","strategy_id":"RATES_A","instrument":"DI","weight":"1.5","total_equity":1.015e2}
{"timestamp":"2026-03-03T09:00:00.000001Z","strategy_id":"CASH","instrument":"BRL","weight":0,"total_equity":101.75}`,
			query: `SELECT concat_ws('|', "timestamp" AT TIME ZONE 'UTC', strategy_id, instrument, weight, total_equity) FROM portfolio_state ORDER BY 1`,
			want:  "2026-03-02 09:00:00|FX_A|USDBRL|-0.25|101.5\n2026-03-02 09:00:00|RATES_A|DI|1.5|101.5\n2026-03-03 09:00:00.000001|CASH|BRL|0|101.75",
			rows:  3,
		},
		{
			kind:      "risk-metrics",
			csv:       "computed_at,var_95_pct,var_99_pct,cvar_95_pct,max_drawdown,max_drawdown_252d_pct\n2026-03-02T21:00:00Z,-0.1,2,1.5,0,3\n",
			jsonLines: `{"computed_at":"2026-03-02T21:00:00Z","var_95_pct":-0.1,"var_99_pct":2,"cvar_95_pct":1.5,"max_drawdown":0,"max_drawdown_252d_pct":3}`,
			query:     `SELECT concat_ws('|', computed_at AT TIME ZONE 'UTC', var_95_pct, var_99_pct, cvar_95_pct, max_drawdown, max_drawdown_252d_pct) FROM risk_metrics_daily`,
			want:      "2026-03-02 21:00:00|-0.1|2|1.5|0|3",
			rows:      1,
		},
		{
			kind: "stress-results",
			csv:  "run_date,scenario_name,portfolio_pnl_pct\n2026-03-02T21:00:00Z,2008,-9.5\n2026-03-02T21:00:00Z,Taper tantrum,0.25\n",
			jsonLines: `{"run_date":"2026-03-02T21:00:00Z","scenario_name":2008,"portfolio_pnl_pct":-9.5}
{"run_date":"2026-03-02T21:00:00Z","scenario_name":"Taper tantrum","portfolio_pnl_pct":0.25}`,
			query: `SELECT concat_ws('|', run_date AT TIME ZONE 'UTC', scenario_name, portfolio_pnl_pct) FROM stress_test_results ORDER BY 1`,
			want:  "2026-03-02 21:00:00|2008|-9.5\n2026-03-02 21:00:00|Taper tantrum|0.25",
			rows:  2,
		},
		{
			kind:      "limit-statuses",
			csv:       "checked_at,limit_name,limit_value,current_value,utilization_pct\n2026-03-02T21:00:00Z,VaR 95,2,2.5,125\n",
			jsonLines: `{"checked_at":"2026-03-02T21:00:00Z","limit_name":"VaR 95","limit_value":2,"current_value":2.5,"utilization_pct":125}`,
			query:     `SELECT concat_ws('|', checked_at AT TIME ZONE 'UTC', limit_name, limit_value, current_value, utilization_pct) FROM risk_limits_status`,
			want:      "2026-03-02 21:00:00|VaR 95|2|2.5|125",
			rows:      1,
		},
	}
}

func gzipped(t testing.TB, parts ...string) string {
	t.Helper()
	var packed bytes.Buffer
	for _, part := range parts { // one gzip member for each part, as in files that were joined
		w := gzip.NewWriter(&packed)
		if _, err := w.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return packed.String()
}

func TestEveryKindInBothFormatsPackedOrNotOnce(t *testing.T) {
	t.Parallel()
	for _, g := range goodFiles() {
		t.Run(g.kind, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			counts := desk.Counts{Inserted: g.rows}
			for _, file := range []struct{ name, text string }{
				{"x.csv", g.csv}, {"x.jsonl", g.jsonLines}, {"standard input", g.jsonLines}, {"standard input", gzipped(t, g.csv)},
				{"x.jsonl.gz", gzipped(t, g.jsonLines[:20], g.jsonLines[20:])}, {"misnamed.csv", gzipped(t, g.csv)},
			} {
				result, err := intake.Import(t.Context(), s, g.kind, strings.NewReader(file.text), file.name, intake.Options{})
				if err != nil || result.Counts != counts {
					t.Errorf("%s: %+v, %v", file.name, result.Counts, err)
				}
				if got := table(t, s, g.query); got != g.want {
					t.Errorf("%s:\n%s\nwant\n%s", file.name, got, g.want)
				}
				counts = desk.Counts{Unchanged: g.rows}
			}
		})
	}
}

func TestFaultsOfTheOtherKinds(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	const (
		signal    = "strategy_id,instrument,direction,strength,confidence,generated_at\n"
		portfolio = "timestamp,strategy_id,instrument,weight,total_equity\n"
		risk      = "computed_at,var_95_pct,var_99_pct,cvar_95_pct,max_drawdown,max_drawdown_252d_pct\n"
		stress    = "run_date,scenario_name,portfolio_pnl_pct\n"
		limit     = "checked_at,limit_name,limit_value,current_value,utilization_pct\n"
		at        = "2026-03-02T09:00:00Z"
	)
	for _, c := range []struct{ kind, text, want string }{
		{"signals", signal + "A,X,BUY,,0.5," + at, `line 2, direction "BUY": not LONG, SHORT or NEUTRAL`},
		{"signals", signal + "A,X,LONG,,1.5," + at, `line 2, confidence "1.5": not a number from 0 to 1`},
		{"signals", signal + "A,X,LONG,-0.1,0.5," + at, `line 2, strength "-0.1": not a number from 0 to 1`},
		{"signals", signal + "A,X,LONG,,," + at, `line 2, confidence "": missing; allowed is a number from 0 to 1`},
		{"signals", signal + ",X,LONG,,1," + at, `line 2, strategy_id "": missing`},
		{"signals", signal + "A,X,LONG,,1,2026-03-02 09:00", `line 2, generated_at "2026-03-02 09:00": not a time with its zone`},
		{"signals", signal + "A,X,LONG,,1,2026-03-02 09:00:00", `or say with --timezone`},
		{"signals", signal + "A,X,LONG,,1," + at + "\nA,X,LONG,,1," + at + "\nA,X,SHORT,,1," + at, `line 4, strategy_id, instrument, generated_at "A, X, 2026-03-02 `},
		{"portfolio-states", portfolio + at + ",A,X,long,100", `line 2, weight "long": not a finite number`},
		{"portfolio-states", portfolio + at + ",A,X,0.1,", `line 2, total_equity "": missing`},
		{"portfolio-states", portfolio + at + ",A,X,0.1,100\n" + at + ",A,Y,0.1,101", `line 3, total_equity "101": differs from line 2, which has 100 at the same timestamp`},
		{"portfolio-states", portfolio + at + ",A,X,0.1,100\n" + at + ",A,X,0.2,100", `line 3, timestamp, strategy_id, instrument`},
		{"risk-metrics", risk + at + ",1,2,1.5,-3,0", `line 2, max_drawdown "-3": not a number of at least 0: a drawdown is written as a positive percentage`},
		{"risk-metrics", risk + at + ",1,2,nan,3,0", `line 2, cvar_95_pct "nan": not a finite number`},
		{"risk-metrics", risk + at + ",1,2,1,3,0\n" + at + ",1,2,1,3,1", `line 3, computed_at "2026-03-02`},
		{"stress-results", stress + at + ",,1", `line 2, scenario_name "": missing`},
		{"stress-results", stress + at + ",A,1\n" + at + ",A,2", `differs from line 2, which has the same key`},
		{"limit-statuses", limit + at + ",VaR,2,x,1", `line 2, current_value "x": not a finite number`},
		{"limit-statuses", "checked_at,limit_name,limit_value,current_value\n", `header "utilization_pct": this column is missing`},
	} {
		t.Run(c.want, func(t *testing.T) {
			_, err := intake.Import(t.Context(), s, c.kind, strings.NewReader(c.text), "file.csv", intake.Options{})
			var bad *intake.BadRowsError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q:\n%v\nwant %s", c.text, err, c.want)
			}
		})
	}
	if empty, err := s.RecordEmpty(t.Context()); err != nil || !empty {
		t.Errorf("written from refused files (error %v)", err)
	}
}

func TestDamagedGzipIsRefusedInASentence(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	g := goodFiles()[0]
	packed := gzipped(t, g.csv)
	flipped := []byte(packed)
	flipped[len(flipped)-6] ^= 1 // in the checksum
	for name, c := range map[string]struct{ text, want string }{
		"cut off in the middle": {packed[:len(packed)/2], "cut off"},
		"cut off at the end":    {packed[:len(packed)-1], "cut off"},
		"only a beginning":      {packed[:3], "cut off"},
		"a wrong checksum":      {string(flipped), "damaged"},
		"not gzip after all":    {"\x1f\x8bnot gzip at all", "damaged"},
		"something behind it":   {packed + "more than a header's length", "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := intake.Import(t.Context(), s, g.kind, strings.NewReader(c.text), "x.csv.gz", intake.Options{})
			if err == nil || !strings.Contains(err.Error(), "x.csv.gz") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	if got := table(t, s, g.query); got != "" {
		t.Errorf("written from damaged files: %s", got)
	}
}
