package store_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

func TestPriceHistoryIsByInstrumentAndDayAndOfTheNamedOnes(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	if first, last, err := s.PriceSpan(t.Context()); err != nil || !first.IsZero() || !last.IsZero() {
		t.Errorf("span of no prices: %v %v %v", first, last, err)
	}
	withInstruments(t, s, "WTI", "GOLD", "SPX")
	if _, err := s.PriceUpsert(t.Context(), price("WTI", 2, -37.63), price("GOLD", 5, 2000), price("WTI", 1, 18), price("SPX", 2, 5000), price("WTI", 9, 20)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from, to int
		names    []string
		want     []desk.Price
	}{
		{1, 5, nil, []desk.Price{price("GOLD", 5, 2000), price("SPX", 2, 5000), price("WTI", 1, 18), price("WTI", 2, -37.63)}},
		{2, 9, []string{"WTI", "no such"}, []desk.Price{price("WTI", 2, -37.63), price("WTI", 9, 20)}},
		{3, 4, nil, nil},
	} {
		t.Run(fmt.Sprintf("%d to %d of %q", c.from, c.to, c.names), func(t *testing.T) {
			got, err := s.PriceHistory(t.Context(), day(c.from), day(c.to), c.names...)
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%d to %d of %v: %v, %v", c.from, c.to, c.names, got, err)
			}
		})
	}
	first, last, err := s.PriceSpan(t.Context())
	if err != nil || !first.Equal(day(1)) || !last.Equal(day(9)) {
		t.Errorf("span %v to %v, %v", first, last, err)
	}
}

func TestPricesAreNoRecordOfADesk(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	withInstruments(t, s, "WTI")
	if empty, err := s.RecordEmpty(t.Context()); err != nil || !empty {
		t.Errorf("with an instrument only: %v, %v", empty, err)
	}
	state := desk.PortfolioState{Timestamp: time.Date(2026, 1, 2, 21, 0, 0, 0, time.UTC), Strategy: "CASH", Instrument: "CASH", TotalEquity: 100}
	if _, err := s.PortfolioStateUpsert(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	if empty, err := s.RecordEmpty(t.Context()); err != nil || empty {
		t.Errorf("with a snapshot: %v, %v", empty, err)
	}
}
