package intake_test

import (
	"bytes"
	"encoding/csv"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
	"macrowatch/internal/testkit/testfiles"
)

func openMarket(t testing.TB, name string) *bytes.Reader {
	t.Helper()
	return bytes.NewReader(testfiles.Read(t, "market/"+name))
}

func TestRealPricesAreImportedWholeAndOnce(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	first, err := intake.Import(t.Context(), s, "instruments", openMarket(t, "instruments.csv"), "instruments.csv", intake.Options{})
	if err != nil || first.Inserted != 51 {
		t.Fatalf("instruments: %+v, %v", first, err)
	}
	begun := time.Now()
	prices, err := intake.Import(t.Context(), s, "prices", openMarket(t, "prices.csv"), "prices.csv", intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(begun)
	t.Logf("%d prices in %.1f s, %.0f rows/s", prices.Inserted, took.Seconds(), float64(prices.Inserted)/took.Seconds())

	records, err := csv.NewReader(openMarket(t, "prices.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := int64(len(records) - 1)
	if prices.Counts != (desk.Counts{Inserted: want}) || want != 327_876 {
		t.Errorf("imported %+v of %d rows", prices.Counts, want)
	}
	var rows int64
	var oil float64
	err = s.Pool().QueryRow(t.Context(), `SELECT (SELECT count(*) FROM instrument_prices),
		(SELECT price FROM instrument_prices WHERE instrument = 'WTI' AND price_date = '2020-04-20')`).Scan(&rows, &oil)
	if err != nil || rows != want || oil >= 0 {
		t.Errorf("%d rows, oil at %v, %v", rows, oil, err)
	}
	again, err := intake.Import(t.Context(), s, "prices", openMarket(t, "prices.csv"), "prices.csv", intake.Options{})
	if err != nil || again.Counts != (desk.Counts{Unchanged: want}) {
		t.Errorf("again: %+v, %v", again.Counts, err)
	}
}

// BenchmarkImportRealPrices reads and writes the whole file into an empty table.
func BenchmarkImportRealPrices(b *testing.B) {
	s := newStore(b)
	if _, err := intake.Import(b.Context(), s, "instruments", openMarket(b, "instruments.csv"), "instruments.csv", intake.Options{}); err != nil {
		b.Fatal(err)
	}
	var rows int64
	for b.Loop() {
		b.StopTimer()
		if _, err := s.Pool().Exec(b.Context(), "TRUNCATE instrument_prices"); err != nil {
			b.Fatal(err)
		}
		file := openMarket(b, "prices.csv")
		b.StartTimer()
		result, err := intake.Import(b.Context(), s, "prices", file, "prices.csv", intake.Options{})
		if err != nil {
			b.Fatal(err)
		}
		rows += result.Inserted
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
