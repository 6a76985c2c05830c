package intake_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
)

const (
	runHeader   = "run_id,step_name,status,started_at,finished_at,duration_seconds,error_message\n"
	priceHeader = "price_date,instrument,price\n"
	riskHeader  = "computed_at,var_95_pct,var_99_pct,cvar_95_pct,max_drawdown,max_drawdown_252d_pct\n"
	limitHeader = "checked_at,limit_name,limit_value,current_value,utilization_pct\n"
)

func TestEveryFaultIsToldWithItsPlace(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, c := range []struct{ kind, text, want string }{
		{"pipeline-runs", runHeader + ",fred,SUCCESS,2026-03-02T09:00:00Z,,1,", `line 2, run_id "": missing`},
		{"pipeline-runs", runHeader + "a,fred,warn,2026-03-02T09:00:00Z,,1,", `line 2, status "warn": not RUNNING, SUCCESS, FAILED, CANCELLED or SKIPPED, and no word that is known for one of them`},
		{"pipeline-runs", runHeader + "a,fred,QUEUED,2026-03-02T09:00:00Z,,,", `line 2, status "QUEUED": means QUEUED; allowed is RUNNING, SUCCESS, FAILED, CANCELLED or SKIPPED`},
		{"pipeline-runs", runHeader + "a,fred,,2026-03-02T09:00:00Z,,1,", `line 2, status "": missing; allowed is RUNNING, SUCCESS, FAILED, CANCELLED or SKIPPED`},
		{"pipeline-runs", runHeader + "a,fred,SUCCESS,2026-03-02T09:00:00,,1,", `line 2, started_at "2026-03-02T09:00:00": has no zone; allowed is a time with its zone`},
		{"pipeline-runs", runHeader + "a,fred,SUCCESS,yesterday,,1,", `line 2, started_at "yesterday": not a time with its zone`},
		{"pipeline-runs", runHeader + "a,fred,SUCCESS,0001-01-01T00:00:00Z,,1,", `too long ago`},
		{"pipeline-runs", runHeader + "a,fred,SUCCESS,2026-02-30T09:00:00Z,,1,", `line 2, started_at`},
		{"pipeline-runs", runHeader + "a,fred,SUCCESS,2026-03-02T09:00:00Z,,,", `line 2, finished_at "": missing: a run that is over has finished_at, duration_seconds or both`},
		{"pipeline-runs", runHeader + "a,fred,FAILED,2026-03-02T09:00:00Z,2026-03-02T08:59:59Z,,", `line 2, finished_at "2026-03-02T08:59:59Z": before started_at, which is 2026-03-02T09:00:00Z`},
		{"pipeline-runs", runHeader + "a,fred,RUNNING,2026-03-02T09:00:00Z,2026-03-02T09:00:01Z,,", `RUNNING has not finished`},
		{"pipeline-runs", runHeader + "a,fred,RUNNING,2026-03-02T09:00:00Z,,5,", `RUNNING has no duration yet`},
		{"pipeline-runs", runHeader + "a,fred,SUCCESS,2026-03-02T09:00:00Z,,-1,", `line 2, duration_seconds "-1": not a number of at least 0`},
		{"pipeline-runs", runHeader + "a,fred,SUCCESS,2026-03-02T09:00:00Z,,1e300,", `too long to compute`},
		{"pipeline-runs", runHeader + "a,fred,FAILED,2026-03-02T09:00:00Z,,1,\xff\xfe", `error_message "\xff\xfe": not valid UTF-8`},
		{"pipeline-runs", runHeader + "a,fred,FAILED,2026-03-02T09:00:00Z,,1,a\x00b", `holds a NUL character`},
		{"pipeline-runs", runHeader + "a,\"fr\ned\",FAILED,2026-03-02T09:00:00Z,,1,", `line 2, step_name "fr\ned": holds a line break`},
		{"pipeline-runs", runHeader + "a,fred,SUCCESS", `line 2: has 3 cells where the header has 7`},
		{"pipeline-runs", runHeader + "a,fred,RUNNING,2026-03-02T09:00:00Z,,,say \"hi\"", `line 2: a " inside a cell`},
		{"pipeline-runs", runHeader + "a,fred,FAILED,2026-03-02T09:00:00Z,,1,\"line one\nline two\"\nb,fred,FAILED,2026-03-02T09:00:00Z,,x,", `line 4, duration_seconds "x"`},
		{"pipeline-runs", runHeader + "a,fr\u200bed,SUCCESS,2026-03-02T09:00:00Z,,1,", `step_name "fr\u200bed": holds U+200B, which cannot be seen`},
		{"pipeline-runs", runHeader + "a\u202e,fred,SUCCESS,2026-03-02T09:00:00Z,,1,", `holds U+202E, which changes the direction of the text`},
		{"pipeline-runs", runHeader + "a," + strings.Repeat("x", 201) + ",SUCCESS,2026-03-02T09:00:00Z,,1,", `is longer than 200 characters`},
		{"pipeline-runs", runHeader + "a,fred,SUCCESS,2026-03-02T09:00:00Z,2026-03-02T09:10:00Z,37,", `line 2, duration_seconds "37": 37 does not agree with the 600 seconds from started_at to finished_at`},
		{"risk-metrics", riskHeader + "2026-03-02T21:00:00Z,2,1.5,2.5,0,3", `line 2, var_99_pct "1.5": 1.5 is below var_95_pct 2`},
		{"risk-metrics", riskHeader + "2026-03-02T21:00:00Z,2,3,1.9,0,3", `line 2, cvar_95_pct "1.9": 1.9 is below var_95_pct 2`},
		{"limit-statuses", limitHeader + "2026-03-02T21:00:00Z,VaR 99%,3,4.5,50", `line 2, utilization_pct "50": 50 does not agree with current_value 4.5 of limit_value 3`},
		{"limit-statuses", limitHeader + "2026-03-02T21:00:00Z,VaR\u00a099%,3,1.5,50", `holds U+00A0`},
		{"stress-results", "run_date,scenario_name,portfolio_pnl_pct\n2026-03-02T21:00:00Z,\u0301Taper,-1", `an accent without a letter before it`},
		{"instruments", "instrument,kind,quoted_in,tenor_years,modified_duration\nA,yield,percent,2,19", `line 2, modified_duration "19": 19 does not agree with tenor_years 2`},
		{"prices", `{"date":"2020-04-20","instrument":"W\ud800TI","price":1}`, `an unpaired surrogate`},
		{"prices", priceHeader + "2020-04-20,WTI,\"1,5,3\"", `line 2, price "1,5,3": not a finite number, such as 0.5`},
		{"prices", priceHeader + "2020-04-20,WTI,NaN", `line 2, price "NaN": not a finite number`},
		{"prices", priceHeader + "2020-04-20,WTI,inf", `line 2, price "inf": not a finite number`},
		{"prices", priceHeader + "2020-04-20,WTI,1e999", `line 2, price "1e999": not a finite number`},
		{"prices", priceHeader + "2020-04-20,WTI,0x10", `line 2, price "0x10"`},
		{"prices", priceHeader + "2020-04-20,WTI,", `line 2, price "": missing; allowed is a finite number`},
		{"prices", priceHeader + "20/20/2020,WTI,1", `line 2, price_date "20/20/2020": not a day, such as 2026-01-31`},
		{"prices", priceHeader + "2020-04-20,WTI,1\n2020-04-20,WTI,2", `line 3, instrument, price_date "WTI, 2020-04-20": differs from line 2`},
		{"prices", "date~instrument~price\n", `line 1, header "date~instrument~price": not a column of prices; allowed are instrument, price_date (or date), price (or value), separated by commas`},
		{"prices", "date,instrument,price,price_date\n", `line 1, header "price_date": a second column for price_date`},
		{"prices", "instrument,price\n", `line 1, header "price_date (or date)": this column is missing`},
		{"prices", "", `the file is empty; expected is a header`},
		{"instruments", "instrument,kind,quoted_in\nA,bond,USD", `line 2, kind "bond": not price or yield`},
		{"instruments", "instrument,kind,quoted_in\nA,yield,USD", `line 2, quoted_in "USD": not percent or bp`},
		{"instruments", "instrument,kind,quoted_in,tenor_years\nA,price,USD,0", `line 2, tenor_years "0": not a number above 0`},
		{"instruments", "instrument,kind,quoted_in,maturity\nA,price,USD,infinity", `line 2, maturity "infinity": not a day`},
		{"instruments", "instrument,kind,quoted_in\nA,price,USD\nA,price,EUR", `line 3, instrument "A": differs from line 2`},
		{"prices", `{"date":"2020-04-20","instrument":"WTI","prise":1}`, `line 1, key "prise": not a column; allowed are instrument`},
		{"prices", `{"date":"2020-04-20","instrument":"WTI","price":1,"price":2}`, `line 1, key "price": given twice`},
		{"prices", `{"date":"2020-04-20","price_date":"2020-04-20","instrument":"WTI","price":1}`, `line 1, key "price_date": given twice`},
		{"prices", `{"date":"2020-04-20","instrument":"WTI"}`, `line 1, price "": missing`},
		{"prices", `{"date":"2020-04-20","instrument":"WTI","price":[1]}`, `line 1, price "[": not a text, a number or null`},
		{"prices", `{"date":"2020-04-20","instrument":"WTI","price":true}`, `line 1, price "true": not a text, a number or null`},
		{"prices", `{"date":"2020-04-20","instrument":"WTI","price":1`, `line 1: not valid JSON: the object is not complete`},
		{"prices", `{"date":"2020-04-20","instrument":"WTI","price":1} {}`, `line 1: something follows the object`},
		{"prices", "{\"instrument\":\"\xff\"}", `line 1: not valid UTF-8`},
		{"prices", "{}\n[1]", `line 2: not a JSON object`},
	} {
		t.Run(c.want, func(t *testing.T) {
			_, err := intake.Import(t.Context(), s, c.kind, strings.NewReader(c.text), "file.csv", intake.Options{Register: registerFor(c.kind)})
			var bad *intake.BadRowsError
			if !errors.As(err, &bad) || bad.Input != "file.csv" || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q:\n%v\nwant %s", c.text, err, c.want)
			}
		})
	}
	if got := table(t, s, allRuns) + table(t, s, allPrices) + table(t, s, allInstruments); got != "" {
		t.Errorf("written from refused files: %s", got)
	}
}

func TestABadFileTellsTwentyFaultsAndCountsTheRest(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString(priceHeader)
	for i := range 5000 {
		value := "1"
		if i%100 == 99 {
			value = "x"
		}
		fmt.Fprintf(&text, "%s,WTI,%s\n", time.Date(2000, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), value)
	}
	_, err := intake.Import(t.Context(), newStore(t), "prices", strings.NewReader(text.String()), "p.csv", intake.Options{Register: "price"})
	var bad *intake.BadRowsError
	if !errors.As(err, &bad) || len(bad.Rows) != 20 || bad.More != 30 || bad.Rows[19].Line != 2001 {
		t.Fatalf("%v", err)
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 22 || lines[0] != "p.csv: nothing written, for 50 faults:" || lines[21] != "  and 30 more" {
		t.Errorf("%s", err)
	}
}

func TestAnOpenQuoteDoesNotTakeTheWholeFileIntoMemory(t *testing.T) {
	t.Parallel()
	for beginning, rest := range map[string]string{
		"date,instrument,price\n\"2020-04-20,WTI,1\n": "2020-04-20,WTI,1\n",
		`{"date": "`: "2020-04-20 ",
	} {
		t.Run(beginning, func(t *testing.T) {
			endless := &repeated{text: []byte(rest)}
			_, err := intake.Import(t.Context(), newStore(t), "prices", io.MultiReader(strings.NewReader(beginning), endless), "-", intake.Options{})
			if err == nil || !strings.Contains(err.Error(), "is longer than 1048576 bytes") {
				t.Errorf("%v", err)
			}
			if endless.read > 2<<20 {
				t.Errorf("read %d bytes", endless.read)
			}
		})
	}
}

// repeated repeats a text for ever. It fails once a lot has been read.
type repeated struct {
	text []byte
	read int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.read > 8<<20 {
		return 0, errors.New("asked for too much")
	}
	n := 0
	for n+len(r.text) <= len(p) {
		n += copy(p[n:], r.text)
	}
	if n == 0 {
		n = copy(p, r.text)
	}
	r.read += n
	return n, nil
}

func TestTimesWithoutAZoneAreReadInTheGivenOne(t *testing.T) {
	t.Parallel()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	s := newStore(t)
	for text, want := range map[string]string{
		"2026-07-01 06:00:00":       "2026-07-01 10:00:00",
		"2026-01-01T06:00:00.5":     "2026-01-01 11:00:00.5",
		"2026-01-01T06:00:00-03:00": "2026-01-01 09:00:00",
		"2026-03-08 01:59:59":       "2026-03-08 06:59:59",
		"2026-03-08 02:30:00":       "never comes in America/New_York",
		"2026-03-08 03:00:00":       "2026-03-08 07:00:00",
		"2026-11-01 00:59:59":       "2026-11-01 04:59:59",
		"2026-11-01 01:30:00":       "comes twice in America/New_York",
		"2026-11-01 02:00:00":       "2026-11-01 07:00:00",
	} {
		t.Run(text, func(t *testing.T) {
			row := runHeader + "a,fred,RUNNING," + text + ",,,\n"
			if _, err := intake.Import(t.Context(), s, "pipeline-runs", strings.NewReader(row), "r.csv", intake.Options{Location: newYork}); err != nil {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %v", text, err)
				}
				return
			}
			if got := table(t, s, "SELECT (started_at AT TIME ZONE 'UTC')::text FROM pipeline_runs"); got != want {
				t.Errorf("%s is %s, want %s", text, got, want)
			}
		})
	}
}

// registerFor makes prices of unknown instruments welcome, so that the fault that is tested is the only one.
func registerFor(kind string) desk.Kind {
	if kind == "prices" {
		return desk.KindPrice
	}
	return ""
}
