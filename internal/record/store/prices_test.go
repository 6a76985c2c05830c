package store_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

func day(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }

func price(instrument string, date int, value float64) desk.Price {
	return desk.Price{Instrument: instrument, Date: day(date), Value: value}
}

func withInstruments(t testing.TB, s *store.Store, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := s.InstrumentUpsert(t.Context(), desk.Instrument{Name: name, Kind: desk.KindPrice, QuotedIn: "USD"}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestALaterPriceReplacesAndTheCountsSayWhatHappened(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	withInstruments(t, s, "WTI", "GOLD")
	steps := []struct {
		name   string
		prices []desk.Price
		want   desk.Counts
	}{
		{"new", []desk.Price{price("WTI", 1, -37.63), price("WTI", 2, 10), price("GOLD", 1, 2000)}, desk.Counts{Inserted: 3}},
		{"again", []desk.Price{price("GOLD", 1, 2000), price("WTI", 2, 10), price("WTI", 1, -37.63)}, desk.Counts{Unchanged: 3}},
		{"some of each", []desk.Price{price("WTI", 1, -37.63), price("WTI", 2, 11), price("WTI", 3, 12)}, desk.Counts{Inserted: 1, Updated: 1, Unchanged: 1}},
		{"equal rows", []desk.Price{price("WTI", 4, 1), price("WTI", 4, 1), price("WTI", 2, 11), price("WTI", 2, 11)}, desk.Counts{Inserted: 1, Unchanged: 1}},
		{"none", nil, desk.Counts{}},
	}
	for _, step := range steps {
		counts, err := s.PriceUpsert(t.Context(), step.prices...)
		if err != nil || counts != step.want {
			t.Errorf("%s: %+v, %v; want %+v", step.name, counts, err, step.want)
		}
	}
	var sum float64
	if err := s.Pool().QueryRow(t.Context(), "SELECT sum(price) FROM instrument_prices WHERE instrument = 'WTI'").Scan(&sum); err != nil || math.Abs(sum - -13.63) > 1e-9 {
		t.Errorf("sum %v, %v", sum, err)
	}
}

func TestTwoPricesOfOneDayAreRefusedWithBothLines(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	withInstruments(t, s, "WTI", "GOLD")
	rows := []desk.Price{price("WTI", 1, 1), price("WTI", 1, 1), price("GOLD", 1, 1), price("WTI", 1, 2), price("WTI", 1, 3)}
	for i := range 30 {
		rows = append(rows, price("GOLD", 2+i, 1), price("GOLD", 2+i, 2))
	}
	_, _, err := s.PriceImport(t.Context(), rowsOf(rows...), nil)
	var bad *desk.BadRowsError
	if !errors.As(err, &bad) || len(bad.Rows) != desk.MaxBadRows || bad.More != 31-desk.MaxBadRows {
		t.Fatalf("%v", err)
	}
	first := bad.Rows[0]
	if first.Line != 40 || first.Value != "WTI, 2026-01-01" || !strings.Contains(first.Problem, "line 10,") {
		t.Errorf("%+v", first)
	}
	if n := count(t, s, "instrument_prices"); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}

func TestPricesOfUnknownInstrumentsAreRefusedByNameOrRegistered(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	withInstruments(t, s, "WTI")
	var rows []desk.Price
	for i := range 25 {
		rows = append(rows, price("WTI", 1+i, 1), price(fmt.Sprintf("NEW%d", i), 1, 1), price(fmt.Sprintf("NEW%d", i), 2, 1))
	}
	_, _, err := s.PriceImport(t.Context(), rowsOf(rows...), nil)
	var bad *desk.BadRowsError
	if !errors.As(err, &bad) || len(bad.Rows) != desk.MaxBadRows || bad.More != 5 {
		t.Fatalf("%v", err)
	}
	if first := bad.Rows[0]; first.Line != 20 || first.Value != "NEW0" || !strings.Contains(first.Problem, "(2 rows)") {
		t.Errorf("%+v", first)
	}
	if n := count(t, s, "instrument_prices"); n != 0 {
		t.Errorf("%d rows were written", n)
	}

	counts, registered, err := s.PriceImport(t.Context(), rowsOf(rows...), &desk.Instrument{Kind: desk.KindYield, QuotedIn: desk.InPercent})
	if err != nil || counts.Inserted != 75 || len(registered) != 25 {
		t.Fatalf("%+v, %d registered, %v", counts, len(registered), err)
	}
	all, err := s.InstrumentList(t.Context())
	if err != nil || len(all) != 26 {
		t.Fatalf("%d instruments, %v", len(all), err)
	}
	for _, i := range all {
		if want := i.Name != "WTI"; (i.Kind == desk.KindYield) != want {
			t.Errorf("%+v", i)
		}
	}
}

func TestAStreamThatBreaksOffLeavesNothing(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	withInstruments(t, s, "WTI")
	broken := errors.New("the disk is gone")
	n := 0
	_, _, err := s.PriceImport(t.Context(), func() (int64, desk.Price, error) {
		if n++; n > 20_000 {
			return 0, desk.Price{}, broken
		}
		return int64(n), desk.Price{Instrument: "WTI", Date: day(1).AddDate(0, 0, n), Value: 1}, nil
	}, nil)
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if n := count(t, s, "instrument_prices"); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}

func TestAnInstrumentIsReplacedWhole(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	tenor, coupon := 10.0, 4.25
	full := desk.Instrument{Name: "UST10Y", Kind: desk.KindYield, QuotedIn: "percent", AssetClass: "Rates", Maturity: day(31), TenorYears: &tenor, CouponPct: &coupon}
	if counts, err := s.InstrumentUpsert(t.Context(), full); err != nil || counts != (desk.Counts{Inserted: 1}) {
		t.Errorf("%+v, %v", counts, err)
	}
	got, err := s.InstrumentList(t.Context())
	if err != nil || len(got) != 1 || *got[0].TenorYears != tenor || *got[0].CouponPct != coupon || got[0].ModifiedDuration != nil ||
		!got[0].Maturity.Equal(full.Maturity) || got[0].AssetClass != "Rates" {
		t.Errorf("%+v, %v", got, err)
	}
	if counts, err := s.InstrumentUpsert(t.Context(), full); err != nil || counts != (desk.Counts{Unchanged: 1}) {
		t.Errorf("again: %+v, %v", counts, err)
	}
	full.AssetClass, full.TenorYears = "", nil
	if counts, err := s.InstrumentUpsert(t.Context(), full); err != nil || counts != (desk.Counts{Updated: 1}) {
		t.Errorf("changed: %+v, %v", counts, err)
	}
	if got, _ = s.InstrumentList(t.Context()); got[0].AssetClass != "" || got[0].TenorYears != nil {
		t.Errorf("%+v", got[0])
	}
}

// BenchmarkPriceImport writes 100,000 new prices of 50 instruments in each round.
func BenchmarkPriceImport(b *testing.B) {
	s := newStore(b)
	const rows, instruments = 100_000, 50
	names := make([]string, instruments)
	for i := range names {
		names[i] = fmt.Sprintf("I%02d", i)
	}
	withInstruments(b, s, names...)
	first := 0
	for b.Loop() {
		n := 0
		counts, _, err := s.PriceImport(b.Context(), func() (int64, desk.Price, error) {
			if n == rows {
				return 0, desk.Price{}, io.EOF
			}
			p := desk.Price{Instrument: names[n%instruments], Date: day(1).AddDate(0, 0, first+n/instruments), Value: float64(n)}
			n++
			return int64(n), p, nil
		}, nil)
		if err != nil || counts.Inserted != rows {
			b.Fatalf("%+v, %v", counts, err)
		}
		first += rows / instruments
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
