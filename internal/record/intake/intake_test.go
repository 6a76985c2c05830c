package intake_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func newStore(t testing.TB) *store.Store {
	t.Helper()
	return store.New(pgtest.Migrated(t), nil)
}

// table returns the rows of a query, each as one line of text.
func table(t testing.TB, s *store.Store, query string) string {
	t.Helper()
	var text string
	err := s.Pool().QueryRow(t.Context(), `SELECT coalesce(string_agg(line, E'\n'), '') FROM (`+query+`) rows(line)`).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const (
	allRuns = `SELECT concat_ws(' ', run_id, step_name, status, started_at AT TIME ZONE 'UTC', finished_at AT TIME ZONE 'UTC', duration_seconds, error_message)
		FROM pipeline_runs ORDER BY run_id`
	allPrices      = `SELECT concat_ws(' ', instrument, price_date, price) FROM instrument_prices ORDER BY instrument, price_date`
	allInstruments = `SELECT concat_ws('|', instrument, kind, quoted_in, asset_class, maturity, tenor_years, coupon_pct, modified_duration) FROM instruments ORDER BY instrument`
)

func TestRunsInBothFormatsAndAnyColumnOrder(t *testing.T) {
	t.Parallel()
	const want = `a fred SUCCESS 2026-03-02 09:00:00 2026-03-02 09:00:42.5 42.5
b fred FAILED 2026-03-02 09:00:00 2026-03-02 09:00:07 7 HTTP 503, "upstream"
c yahoo RUNNING 2026-03-02 09:00:00.000001
d yahoo SUCCESS 2026-03-02 09:00:00 2026-03-02 09:01:00 59.9`
	files := map[string]string{
		"runs.csv": "\ufeffstatus,run_id,step_name,started_at,duration_seconds,finished_at,error_message\r\n" +
			"SUCCESS,a,fred,2026-03-02T06:00:00-03:00,42.5,,\r\n" +
			"FAILED,b, fred ,2026-03-02 06:00:00-03,,2026-03-02 09:00:07Z,\"HTTP 503, \"\"upstream\"\"\"\r\n" +
			"\r\n" +
			"RUNNING,c,yahoo,2026-03-02T09:00:00.0000019Z,,,\r\n" +
			"SUCCESS,d,yahoo,2026-03-02 09:00:00+0000,59.9,2026-03-02 09:01:00+00:00,\r\n",
		"runs.jsonl": `{"run_id":"a","step_name":"fred","status":"SUCCESS","started_at":"2026-03-02T09:00:00Z","duration_seconds":42.5}
{"error_message":"HTTP 503, \"upstream\"","run_id":"b","step_name":"fred","status":"FAILED","started_at":"2026-03-02T09:00:00Z","finished_at":"2026-03-02T09:00:07Z"}

{"run_id":"c","step_name":"yahoo","status":"RUNNING","started_at":"2026-03-02T09:00:00.000001Z","finished_at":null}
{"run_id":"d","step_name":"yahoo","status":"SUCCESS","started_at":"2026-03-02T09:00:00Z","finished_at":"2026-03-02T09:01:00Z","duration_seconds":"59.9"}`,
	}
	files["-"] = files["runs.jsonl"] // standard input: the first byte tells
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			for _, when := range []string{"first", "again"} {
				result, err := intake.Import(t.Context(), s, "pipeline-runs", strings.NewReader(text), name, intake.Options{})
				if err != nil {
					t.Fatalf("%s %s: %v", name, when, err)
				}
				if got := table(t, s, allRuns); got != want {
					t.Errorf("%s %s:\n%s\nwant\n%s", name, when, got, want)
				}
				if when == "again" && result.Unchanged != 4 {
					t.Errorf("%s again: %+v", name, result)
				}
			}
		})
	}
}

func TestTheEndOfARunInTheSameFileWins(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	result, err := intake.Import(t.Context(), s, "pipeline-runs", strings.NewReader(`run_id,step_name,status,started_at,duration_seconds
a,fred,SUCCESS,2026-03-02T09:00:00Z,1
a,fred,RUNNING,2026-03-02T09:00:00Z,
b,fred,RUNNING,2026-03-02T09:00:00Z,
b,fred,FAILED,2026-03-02T09:00:00Z,2
`), "runs.csv", intake.Options{})
	if err != nil || result.Inserted != 2 {
		t.Fatalf("%+v, %v", result, err)
	}
	if got := table(t, s, "SELECT run_id || status FROM pipeline_runs ORDER BY 1"); got != "aSUCCESS\nbFAILED" {
		t.Error(got)
	}
}

func TestInstrumentsAndTheirPrices(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	importText := func(kind, text string, opts intake.Options) (intake.Result, error) {
		return intake.Import(t.Context(), s, kind, strings.NewReader(text), kind+".csv", opts)
	}
	if _, err := importText("instruments", "quoted_in,instrument,kind,maturity,tenor_years,coupon_pct,modified_duration,asset_class\n"+
		"percent,NTNB35,yield,2035-05-15,,6,,\n\"index, Jan 2006=100\",DTWEXBGS,price,,,,,FX\nbp,CDS,yield,,5,,4.5,\n", intake.Options{}); err != nil {
		t.Fatal(err)
	}
	if got, want := table(t, s, allInstruments), "CDS|yield|bp|5|4.5\nDTWEXBGS|price|index, Jan 2006=100|FX\nNTNB35|yield|percent|2035-05-15|6"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	const prices = "date,instrument,price\n2020-04-20,WTI,-37.63\n2020-04-21,WTI,1.001e1\n2020-04-21,CDS,150\n"
	var bad *intake.BadRowsError
	if _, err := importText("prices", prices, intake.Options{}); !errors.As(err, &bad) || len(bad.Rows) != 1 || bad.Rows[0].Line != 2 || bad.Rows[0].Value != "WTI" {
		t.Errorf("an unknown instrument: %v", err)
	}
	if got := table(t, s, allPrices); got != "" {
		t.Errorf("prices of a refused file: %s", got)
	}
	result, err := importText("prices", prices, intake.Options{Register: "price", QuotedIn: "USD per barrel"})
	if err != nil || fmt.Sprint(result.Registered) != "[WTI]" || result.QuotedIn != "USD per barrel" || result.Inserted != 3 {
		t.Errorf("%+v, %v", result, err)
	}
	if got, want := table(t, s, allPrices), "CDS 2020-04-21 150\nWTI 2020-04-20 -37.63\nWTI 2020-04-21 10.01"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for kind, want := range map[string]string{"price": "unstated", "yield": "percent"} {
		t.Run(kind, func(t *testing.T) {
			text := "price_date,instrument,price\n2020-04-20,NEW " + kind + ",1\n"
			result, err := importText("prices", text, intake.Options{Register: desk.Kind(kind)})
			if err != nil || result.QuotedIn != want {
				t.Errorf("%s: %+v, %v", kind, result, err)
			}
		})
	}
}

func TestMisuseIsToldApartFromABadFile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind string
		opts intake.Options
	}{
		"unknown kind":             {"signal", intake.Options{}},
		"kind for runs":            {"pipeline-runs", intake.Options{Register: "price"}},
		"unknown instrument kind":  {"prices", intake.Options{Register: "bond"}},
		"yield in dollars":         {"prices", intake.Options{Register: "yield", QuotedIn: "USD"}},
		"quotation without a kind": {"prices", intake.Options{QuotedIn: "USD"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := intake.Import(t.Context(), nil, c.kind, strings.NewReader(""), "x.csv", c.opts)
			var bad *intake.BadRowsError
			if !errors.Is(err, intake.ErrUsage) || errors.As(err, &bad) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

func TestAReaderThatFailsIsNamed(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	gone := errors.New("input/output error")
	r := io.MultiReader(strings.NewReader("date,instrument,price\n2020-04-20,A,1\n"), failing{gone})
	_, err := intake.Import(t.Context(), s, "prices", r, "prices.csv", intake.Options{Register: "price"})
	if !errors.Is(err, gone) || !strings.Contains(err.Error(), "prices.csv") {
		t.Errorf("%v", err)
	}
	if got := table(t, s, allInstruments); got != "" {
		t.Errorf("instruments of a file that broke off: %s", got)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
