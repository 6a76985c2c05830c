package intake_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/dialect"
	"macrowatch/internal/record/intake"
)

// archive packs pairs of a name and a text.
func archive(t *testing.T, files ...string) string {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

func TestFilesInOtherDialectsAreStored(t *testing.T) {
	t.Parallel()
	price := intake.Options{Register: "price"}
	withZone := intake.Options{}
	var err error
	if withZone.Location, err = time.LoadLocation("America/Sao_Paulo"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, kind, file string
		options          intake.Options
		query, want      string
	}{
		{"semicolons, commas, day first", "prices", "Instrument;Date;Price\nA;31/03/2026;1.234,5\nA;02/03/2026;7\n", price, allPrices, "A 2026-03-02 7\nA 2026-03-31 1234.5"},
		{"macrowatch's own header with days in another order", "prices", "date,instrument,price\n31/03/2026,A,7\n02/03/2026,A,8\n", price, allPrices, "A 2026-03-02 8\nA 2026-03-31 7"},
		{"macrowatch's own header with a missing word", "prices", "date,instrument,price\n2026-03-31,A,.\n2026-03-30,A,8\n", price, allPrices, "A 2026-03-30 8"},
		{"macrowatch's own keys with milliseconds", "prices", `{"date":1774915200000,"instrument":"A","price":7}`, price, allPrices, "A 2026-03-31 7"},
		{"a JSON array", "prices", `[{"date":"2026-03-31","instrument":"A","price":7}]`, price, allPrices, "A 2026-03-31 7"},
		{"an archive of two files", "prices", archive(t, "a.csv", "date;instrument;price\n31/03/2026;A;1,5\n", "b.csv", "date,instrument,price\n2026-03-31,B,2.5\n"), price, allPrices, "A 2026-03-31 1.5\nB 2026-03-31 2.5"},
		{"runs of another tool", "pipeline-runs", "Run ID;Step Name;Status;Started At;Finished At\na;fred;upstream_failed;02/03/2026 06:00;31/03/2026 07:00:30\n", withZone, allRuns, "a fred FAILED 2026-03-02 09:00:00 2026-03-31 10:00:30 2509230"},
		{"signals with shares in percent", "signals", "strategy_id;instrument;direction;confidence;generated_at\nFX;USDBRL;SELL;70%;1774948800\n", intake.Options{}, "SELECT concat_ws(' ', strategy_id, direction, confidence, generated_at AT TIME ZONE 'UTC') FROM strategy_signals", "FX SHORT 0.7 2026-03-31 09:20:00"},
		{"instruments with another word for missing", "instruments", "instrument;kind;quoted_in;maturity;tenor_years\nA;yield;percent;31/03/2030;n/d\nB;yield;percent;-;2,5\n", intake.Options{}, allInstruments, "A|yield|percent|2030-03-31\nB|yield|percent|2.5"},
		{"limits", "limit-statuses", "Checked At;Limit Name;Limit Value;Current Value;Utilization Pct\n31/03/2026 19:05 -03;VaR 99%;3;1,5;50%\n", intake.Options{}, "SELECT concat_ws(' ', checked_at AT TIME ZONE 'UTC', limit_name, current_value, utilization_pct) FROM risk_limits_status", "2026-03-31 22:05:00 VaR 99% 1.5 50"},
		{"a book", "portfolio-states", "timestamp;strategy_id;instrument;weight;total_equity\n31/03/2026 19:00 -03;FX;USDBRL;(2,5%);1.234.567,89\n", intake.Options{}, "SELECT concat_ws(' ', \"timestamp\" AT TIME ZONE 'UTC', weight, total_equity) FROM portfolio_state", "2026-03-31 22:00:00 -0.025 1234567.89"},
		{"yields with percent signs", "prices", "Date;Instrument;Price\n31/03/2026;DI1F30;13,25%\n", intake.Options{Register: "yield"}, allPrices, "DI1F30 2026-03-31 13.25"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			for _, when := range []string{"first", "again"} {
				c.options.Words = desk.BuiltInWords()
				result, err := intake.Import(t.Context(), s, c.kind, strings.NewReader(c.file), "file.csv", c.options)
				if err != nil {
					t.Fatalf("%s: %v", when, err)
				}
				if got := table(t, s, c.query); got != c.want {
					t.Errorf("%s:\n%s\nwant\n%s", when, got, c.want)
				}
				if when == "again" && (result.Unchanged == 0 || result.Inserted+result.Updated > 0 || len(result.Dialect) == 0) {
					t.Errorf("again: %+v", result)
				}
			}
		})
	}
}

func TestFaultsNameTheFilesOwnColumnsAndValues(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, c := range []struct {
		name, kind, file string
		options          intake.Options
		want             string
	}{
		{"a value that breaks a rule", "signals", "strategy_id;instrument;direction;Conf;generated_at\nFX;USDBRL;LONG;7,5;2026-03-31T09:00:00Z\n", intake.Options{Dialect: dialect.Options{Columns: []dialect.Pair{{Name: "confidence", Value: "Conf"}}}}, `line 2, Conf "7,5": not a number from 0 to 1`},
		{"a price of a wide file", "prices", "Date,PETR4,VALE3\n2026-03-30,7.5,8\n2026-03-31,1,x\n", intake.Options{Register: "price", Dialect: dialect.Options{Wide: true}}, `line 3, VALE3 "x": not a finite number, such as 0.5`},
		{"rows of an archive that contradict each other", "prices", archive(t, "jan.csv", "date;instrument;price\n2026-03-31;A;1,5\n", "feb.csv", "date;instrument;price\n2026-03-30;A;1,5\n2026-03-31;A;2,5\n"), intake.Options{Register: "price"}, `feb.csv line 3, instrument, price_date "A, 2026-03-31": differs from jan.csv line 2, which has the same key`},
		{"objects that contradict each other", "prices", `[{"date":"2026-03-31","instrument":"A","price":1},{"date":"2026-03-31","instrument":"A","price":2}]`, intake.Options{Register: "price"}, `object 2, instrument, price_date "A, 2026-03-31": differs from object 1`},
		{"a time without a zone", "signals", "strategy_id;instrument;direction;confidence;generated_at\nFX;USDBRL;LONG;0,5;31/03/2026 18:00\n", intake.Options{}, `line 2, generated_at "31/03/2026 18:00": has no zone`},
		{"an open order under macrowatch's own header", "prices", "date,instrument,price\n02/03/2026,A,7\n", intake.Options{Register: "price"}, `line 2, date "02/03/2026": 2026-03-02 or 2026-02-03? No date of the file says which; --date-order`},
		{"a fault that is none of a dialect, under macrowatch's own header", "prices", "date,instrument,price\nsoon,A,7\n", intake.Options{Register: "price"}, `line 2, price_date "soon": not a day, such as 2026-01-31`},
		{"a price of an unknown unit", "prices", "date;instrument;price\n2026-03-31;A;5%\n", intake.Options{Register: "yield", QuotedIn: "bp"}, `line 2, price "5%": a price with a percent sign`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := intake.Import(t.Context(), s, c.kind, strings.NewReader(c.file), "file.csv", c.options)
			var bad *intake.BadRowsError
			if !errors.As(err, &bad) || bad.Input != "file.csv" || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nwant %s", err, c.want)
			}
		})
	}
	if got := table(t, s, allPrices); got != "" {
		t.Errorf("written from refused files: %s", got)
	}
}

func TestAWarningNamesTheFileOfAnArchive(t *testing.T) {
	t.Parallel()
	file := archive(t, "a.csv", "date;instrument;price\n30/03/2026;DI1F30;13,25\n", "b.csv", "date;instrument;price\n31/03/2026;DI1F30;0,1325\n")
	result, err := intake.Import(t.Context(), newStore(t), "prices", strings.NewReader(file), "di.zip", intake.Options{Register: "yield"})
	if err != nil || len(result.Doubts.Rows) != 1 || !strings.HasPrefix(result.Doubts.Rows[0].String(), "b.csv line 2, price 0.1325: ") {
		t.Errorf("%v %v", result.Doubts, err)
	}
}

// The first rows decide. A row far behind them that is in another form is refused, with the flags that read it.
func TestALaterRowInAnotherFormNamesTheFlags(t *testing.T) {
	t.Parallel()
	rows := "date,instrument,price\n" + strings.Repeat("2026-03-31,A,7.5\n", 10_000)
	for cell, o := range map[string]dialect.Options{"30/03/2026,A,7.5": {DateOrder: "dmy"}, "2026-03-30,A,.": {Missing: []string{"."}}, "2026-03-30,A,\"1,234.5\"": {Decimal: "point"}} {
		file := rows + cell + "\n"
		_, err := intake.Import(t.Context(), intake.DryRun{}, "prices", strings.NewReader(file), "p.csv", intake.Options{})
		if err == nil || !strings.Contains(err.Error(), "line 10002, ") || !strings.Contains(err.Error(), "--decimal, --date-order, --epoch or --missing reads the whole file in another") {
			t.Errorf("%s: %v", cell, err)
		}
		if _, err := intake.Import(t.Context(), intake.DryRun{}, "prices", strings.NewReader(file), "p.csv", intake.Options{Dialect: o}); err != nil {
			t.Errorf("%s with %+v: %v", cell, o, err)
		}
	}
}

func TestAPackedFileInOwnFormatIsBounded(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	row := "a,fred,FAILED,2026-03-31T09:00:00Z,,1," + strings.Repeat("x", 500<<10) + "\n"
	if _, err := io.WriteString(w, runHeader+strings.Repeat(row, 200)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := intake.Import(t.Context(), intake.DryRun{}, "pipeline-runs", &packed, "runs.csv.gz", intake.Options{})
	if err == nil || !strings.Contains(err.Error(), "more comes out of the packed file than a file of data has") {
		t.Errorf("%v", err)
	}
}

// A file in macrowatch's own format is not copied: it is read as it comes, while it is written.
func TestOwnFormatIsReadAsItComes(t *testing.T) {
	t.Parallel()
	for name, beginning := range map[string]string{"p.csv": "date,instrument,price\n", "p.jsonl": ""} {
		row := "2026-03-31,A,7.5\n"
		if name == "p.jsonl" {
			row = `{"date":"2026-03-31","instrument":"A","price":7.5}` + "\n"
		}
		file := io.MultiReader(strings.NewReader(beginning+row), &repeated{text: []byte(row)})
		seen := 0
		_, err := intake.Import(t.Context(), priceCounter{seen: &seen}, "prices", file, name, intake.Options{Register: "price"})
		if err == nil || !strings.Contains(err.Error(), "asked for too much") || seen < 1000 {
			t.Errorf("%s: %d rows were seen before the file ended with %v", name, seen, err)
		}
	}
}

func TestPreviewShowsTheFirstRows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ kind, file, want string }{
		"another dialect":         {"prices", "Date;Instrument;Price\n31/03/2026;A;1.234,5\n30/03/2026;A;7\n29/03/2026;A;7\n", "line 2 A|31/03/2026|1.234,5 A|2026-03-31|1234.5;line 3 A|30/03/2026|7 A|2026-03-30|7"},
		"macrowatch's own format": {"prices", "date,instrument,price\n2026-03-31, A ,7.50\n", "line 2  A |2026-03-31|7.50 A|2026-03-31|7.5"},
		"words and times":         {"signals", "strategy_id,instrument,direction,confidence,generated_at\nFX,USDBRL,buy,0.5,2026-03-31T06:00:00-03:00\n", "line 2 FX|USDBRL|buy||0.5|2026-03-31T06:00:00-03:00 FX|USDBRL|LONG||0.5|2026-03-31T09:00:00Z"},
		"the rows before a fault": {"prices", "Date;Instrument;Price\n31/03/2026;A;1,5\n30/03/2026;A;x\n", "line 2 A|31/03/2026|1,5 A|2026-03-31|1.5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &intake.Preview{Most: 2}
			_, err := intake.Import(t.Context(), intake.DryRun{}, c.kind, strings.NewReader(c.file), "f.csv", intake.Options{Preview: p, Words: desk.BuiltInWords()})
			var rows []string
			for _, r := range p.Rows {
				rows = append(rows, r.Place+" "+strings.Join(r.Read, "|")+" "+strings.Join(r.Stored, "|"))
			}
			if got := strings.Join(rows, ";"); got != c.want || (err != nil) != (name == "the rows before a fault") {
				t.Errorf("%s %v\nwant %s", got, err, c.want)
			}
		})
	}
}

func TestEveryColumnIsExplained(t *testing.T) {
	t.Parallel()
	for _, kind := range intake.Kinds() {
		about, err := intake.About(kind)
		if err != nil || about.Table == "" {
			t.Errorf("%s: %+v %v", kind, about, err)
		}
		for _, c := range about.Columns {
			if c.Unit == "" || c.About == "" {
				t.Errorf("the column %s of %s has no unit or is not explained", c.Name, kind)
			}
		}
		result, err := intake.Import(t.Context(), intake.DryRun{}, kind, strings.NewReader(about.Example), "example.csv", intake.Options{})
		if err != nil || result.Inserted != 1 || result.Dialect != nil {
			t.Errorf("the example of %s is no file in macrowatch's own format: %+v %v\n%s", kind, result, err, about.Example)
		}
	}
}

// priceCounter is a store that counts prices as they come.
type priceCounter struct {
	intake.Store
	seen *int
}

func (p priceCounter) PriceImport(_ context.Context, rows desk.Rows[desk.Price], _ *desk.Instrument) (desk.Counts, []string, error) {
	for {
		if _, _, err := rows(); err != nil {
			return desk.Counts{}, nil, err
		}
		*p.seen++
	}
}
