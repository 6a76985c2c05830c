package risk_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// An instrument may take a proxy's moves for its value at risk. In the hypothetical P&L it is marked at its own prices.
func TestASimulationsHypotheticalPnLIsTheBooks(t *testing.T) {
	t.Parallel()
	instruments := []desk.Instrument{
		{Name: "OLD", Kind: desk.KindPrice, QuotedIn: "BRL"}, {Name: "NEW", Kind: desk.KindPrice, QuotedIn: "BRL"},
		{Name: "DI_2Y", Kind: desk.KindYield, QuotedIn: desk.InPercent}, {Name: "DI_3Y", Kind: desk.KindYield, QuotedIn: desk.InPercent},
	}
	var prices []desk.Price
	first := date(t, "2026-01-05")
	for n := range 100 {
		day := first.AddDate(0, 0, n)
		for k, i := range instruments {
			if n >= 90 || k%2 == 0 { // every second instrument begins on day 90
				prices = append(prices, desk.Price{Instrument: i.Name, Date: day, Value: 10 + float64((n*(k+3))%7)})
			}
		}
	}
	h := history(t, instruments, prices)
	book := risk.Book{{Strategy: "A", Instrument: "OLD", Weight: 0.5}, {Strategy: "B", Instrument: "NEW", Weight: 0.3}, {Strategy: "B", Instrument: "NEW", Weight: -0.1},
		{Strategy: "A", Instrument: "DI_3Y", Weight: 0.4}, {Strategy: "A", Instrument: "NOBODY", Weight: 0.1}, {Strategy: "A", Instrument: "LOST", Weight: 0.1}}
	proxies := map[string]string{"NEW": "OLD", "DI_3Y": "DI_2Y", "NOBODY": "OLD"}
	from := first.AddDate(0, 0, 95)
	for _, o := range []risk.Options{{AllowMissing: true}, {AllowMissing: true, Proxies: proxies}} {
		s := simulate(t, h, book, from, o)
		before := fmt.Sprint(s.Exposures)
		for _, to := range []time.Time{from.AddDate(0, 0, 1), from.AddDate(0, 0, 4)} {
			got, err := s.Hypothetical(to)
			want, err2 := h.HypotheticalPnL(book, from, to)
			if err != nil || err2 != nil || !reflect.DeepEqual(got, want) || len(want.Unpriced) != 2 {
				t.Errorf("%v: %+v, %v; want %+v, %v", o.Proxies, got, err, want, err2)
			}
		}
		if after := fmt.Sprint(s.Exposures); after != before {
			t.Errorf("the simulation was changed from\n%s to\n%s", before, after)
		}
		if _, err := s.Hypothetical(from); err == nil {
			t.Error("a day that is not after was taken")
		}
	}
}
