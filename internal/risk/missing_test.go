package risk_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// market has A and B with prices on 700 days, YOUNG with prices on the last 300 of them, and ENDED without prices on the
// last 20. OIL lacks an exchange rate, and DI1F25 has matured.
func market(t testing.TB) (*risk.History, []time.Time) {
	t.Helper()
	random := rand.New(rand.NewPCG(5, 8))
	days := weekdays(date(t, "2023-01-02"), 700)
	prices := append(walk(random, "A", days, 100, 0.01), walk(random, "B", days, 100, 0.01)...)
	prices = append(prices, walk(random, "YOUNG", days[400:], 100, 0.01)...)
	prices = append(prices, walk(random, "ENDED", days[:680], 100, 0.01)...)
	usd := desk.Instrument{Name: "OIL", Kind: desk.KindPrice, QuotedIn: "USD per barrel"}
	prices = append(prices, walk(random, "OIL", days, 80, 0.01)...)
	rate := desk.Instrument{Name: "DI1F25", Kind: desk.KindYield, QuotedIn: desk.InPercent}
	prices = append(prices, walk(random, "DI1F25", days, 10, 0.01)...)
	return history(t, []desk.Instrument{inBRL("A"), inBRL("B"), inBRL("YOUNG"), inBRL("ENDED"), inBRL("SILENT"), usd, rate}, prices), days
}

func held(weights map[string]float64) risk.Book {
	var book risk.Book
	for _, name := range []string{"A", "B", "YOUNG", "ENDED", "SILENT", "OIL", "DI1F25", "NOBODY"} {
		if w, ok := weights[name]; ok {
			book = append(book, risk.Position{Strategy: "S", Instrument: name, Weight: w})
		}
	}
	return book
}

func TestWhatLacksOnlyItsExchangeRateSaysWhichOne(t *testing.T) {
	t.Parallel()
	days := weekdays(date(t, "2023-01-02"), 700)
	random := rand.New(rand.NewPCG(3, 5))
	prices := append(walk(random, "A", days, 100, 0.01), walk(random, "OIL", days, 80, 0.01)...)
	prices = append(prices, walk(random, "USDBRL", days[:660], 5, 0.01)...)
	h := history(t, []desk.Instrument{inBRL("A"), {Name: "OIL", Kind: desk.KindPrice, QuotedIn: "USD per barrel"},
		{Name: "USDBRL", Kind: desk.KindPrice, QuotedIn: "BRL per USD"}}, prices)
	s := simulate(t, h, held(map[string]float64{"A": 0.99, "OIL": 0.01}), days[699], risk.Options{})
	want := "has no exchange rate to BRL (USDBRL) since " + days[659].Format(time.DateOnly)
	if len(s.Report.Missing) != 1 || s.Report.Missing[0].Reason != want {
		t.Errorf("%+v, want %s", s.Report.Missing, want)
	}
}

func TestWhatIsMissingIsNamedWithItsShareAndShortensNothing(t *testing.T) {
	t.Parallel()
	h, days := market(t)
	last := days[699]
	for name, reason := range map[string]string{
		"YOUNG":  "has 299 daily returns up to",
		"ENDED":  "has no price since " + days[679].Format(time.DateOnly),
		"SILENT": "has no price",
		"NOBODY": "is not among the instruments",
		"OIL":    "is quoted in USD: no exchange rate to BRL: no instrument is quoted in BRL per USD",
		"DI1F25": "has matured, on 2025-01-02",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h, held(map[string]float64{"A": 0.5, "B": 0.46, name: -0.04}), last, risk.Options{})
			if len(s.Days) != 500 {
				t.Errorf("it shortens the window to %d", len(s.Days))
			}
			if len(s.Report.Missing) != 1 {
				t.Fatalf("%+v", s.Report.Missing)
			}
			m := s.Report.Missing[0]
			if m.Instrument != name || math.Abs(m.SharePct-4) > 1e-12 || !strings.Contains(m.Reason, reason) || m.Proxy != "" {
				t.Errorf("%+v, want reason %q", m, reason)
			}
			near(t, "left out", s.Report.LeftOutPct, 4, 1e-12)
			whole := simulate(t, h, held(map[string]float64{"A": 0.5, "B": 0.46}), last, risk.Options{})
			if whole.Measures(desk.Historical) != s.Measures(desk.Historical) {
				t.Error("the figures of the others differ")
			}
		})
	}
}

func TestAboveFivePercentOfGrossItRefusesUnlessAllowed(t *testing.T) {
	t.Parallel()
	h, days := market(t)
	book := held(map[string]float64{"A": 0.94, "YOUNG": -0.06})
	_, err := h.Simulate(book, days[699], risk.Options{})
	if !errors.Is(err, risk.ErrMissing) || !strings.Contains(err.Error(), "6.00 % of gross weight") || !strings.Contains(err.Error(), "YOUNG (6.00 %)") {
		t.Errorf("%v", err)
	}
	if s := simulate(t, h, book, days[699], risk.Options{AllowMissing: true}); s.Report.LeftOutPct < 5.9 || len(s.Days) != 500 {
		t.Errorf("%+v", s.Report)
	}
	exactly := held(map[string]float64{"A": 0.95, "YOUNG": 0.05})
	if _, err := h.Simulate(exactly, days[699], risk.Options{}); err != nil {
		t.Errorf("exactly 5 %%: %v", err)
	}
	nothing := held(map[string]float64{"SILENT": 1})
	if _, err := h.Simulate(nothing, days[699], risk.Options{AllowMissing: true}); !errors.Is(err, risk.ErrMissing) {
		t.Errorf("nothing has a history: %v", err)
	}
}

func TestAProxysMovesStandForItsOwn(t *testing.T) {
	t.Parallel()
	h, days := market(t)
	book := held(map[string]float64{"A": 0.5, "YOUNG": 0.5})
	s := simulate(t, h, book, days[699], risk.Options{Proxies: map[string]string{"YOUNG": "B"}})
	as := simulate(t, h, held(map[string]float64{"A": 0.5, "B": 0.5}), days[699], risk.Options{})
	if s.Measures(desk.Historical) != as.Measures(desk.Historical) || s.Report.LeftOutPct != 0 {
		t.Errorf("%+v and %+v", s.Measures(desk.Historical), as.Measures(desk.Historical))
	}
	m := s.Report.Missing
	if len(m) != 1 || m[0].Proxy != "B" || m[0].Instrument != "YOUNG" {
		t.Errorf("%+v", m)
	}
	if text := noteTexts(s.Report); !strings.Contains(text, "YOUNG, 50.00 % of gross weight, takes the returns of B: it has 299 daily returns") {
		t.Errorf("%s", text)
	}
	_, err := h.Simulate(book, days[699], risk.Options{Proxies: map[string]string{"YOUNG": "SILENT"}})
	if !errors.Is(err, risk.ErrMissing) || !strings.Contains(err.Error(), "its proxy SILENT has 0 daily returns") {
		t.Errorf("%v", err)
	}
	_, err = h.Simulate(book, days[699], risk.Options{Proxies: map[string]string{"YOUNG": "OIL"}})
	if !errors.Is(err, risk.ErrMissing) || !strings.Contains(err.Error(), "its proxy OIL is quoted in USD") {
		t.Errorf("%v", err)
	}
}

// If no instrument has as many returns as the window, the instruments with nine tenths of the longest history count.
func TestAYoungDeskComputesOnWhatItHas(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 9))
	days := weekdays(date(t, "2024-01-01"), 101)
	prices := append(walk(random, "A", days, 100, 0.01), walk(random, "B", days[10:], 100, 0.01)...)
	prices = append(prices, walk(random, "C", days[11:], 100, 0.01)...)
	h := history(t, []desk.Instrument{inBRL("A"), inBRL("B"), inBRL("C")}, prices)
	book := risk.Book{{Strategy: "S", Instrument: "A", Weight: 0.5}, {Strategy: "S", Instrument: "B", Weight: 0.46}, {Strategy: "S", Instrument: "C", Weight: 0.04}}
	s := simulate(t, h, book, days[100], risk.Options{})
	if len(s.Days) != 90 || len(s.Report.Missing) != 1 || s.Report.Missing[0].Instrument != "C" {
		t.Errorf("%d returns, missing %+v", len(s.Days), s.Report.Missing)
	}
}

// One market has its 500 returns some days before the others, which have had holidays of their own. Until these have
// 500 too, the window is as long as most of the book allows. An instrument that is far from it is left out all the
// same.
func TestMarketsWithOtherHolidaysComeToTheWindowTogether(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 11))
	days := weekdays(date(t, "2020-01-02"), 540)
	with := func(name string, every int) []desk.Price {
		var kept []desk.Price
		for n, p := range walk(random, name, days, 100, 0.01) {
			if n%every != every-1 {
				kept = append(kept, p)
			}
		}
		return kept
	}
	prices := append(with("A", 1000), with("B", 25)...)
	prices = append(prices, with("OTHER", 40)...)
	prices = append(prices, walk(random, "YOUNG", days[300:], 100, 0.01)...)
	h := history(t, []desk.Instrument{inBRL("A"), inBRL("B"), inBRL("OTHER"), inBRL("YOUNG")}, prices)
	book := risk.Book{{Strategy: "S", Instrument: "A", Weight: 0.3}, {Strategy: "S", Instrument: "B", Weight: -0.4},
		{Strategy: "S", Instrument: "OTHER", Weight: 0.27}, {Strategy: "S", Instrument: "YOUNG", Weight: 0.03}}
	for n := 480; n < len(days); n++ {
		s := simulate(t, h, book, days[n], risk.Options{})
		if len(s.Report.Missing) != 1 || s.Report.Missing[0].Instrument != "YOUNG" || len(s.Days) < 430 {
			t.Fatalf("on the %dth day there are %d returns, and missing is %+v", n+1, len(s.Days), s.Report.Missing)
		}
	}
}

// B begins 500 returns ago, and A has holidays on other days. Together they would have fewer than 500 returns.
func TestALateBeginningDoesNotShortenTheWindowThroughHolidays(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 10))
	days := weekdays(date(t, "2023-01-02"), 700)
	var a []desk.Price
	for n, p := range walk(random, "A", days, 100, 0.01) {
		if n%100 != 50 {
			a = append(a, p)
		}
	}
	h := history(t, []desk.Instrument{inBRL("A"), inBRL("B")}, append(a, walk(random, "B", days[199:], 100, 0.01)...))
	book := risk.Book{{Strategy: "S", Instrument: "A", Weight: 0.96}, {Strategy: "S", Instrument: "B", Weight: 0.04}}
	s := simulate(t, h, book, days[699], risk.Options{})
	if len(s.Days) != 500 || len(s.Report.Missing) != 1 || !strings.Contains(s.Report.Missing[0].Reason, "within the others' window") {
		t.Errorf("%d returns, %+v", len(s.Days), s.Report.Missing)
	}
}

func TestStaleAndLocalPricesAreSaid(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 11))
	days := weekdays(date(t, "2024-01-01"), 100)
	index := desk.Instrument{Name: "IBOV", Kind: desk.KindPrice, QuotedIn: "index points"}
	h := history(t, []desk.Instrument{index}, walk(random, "IBOV", days, 100, 0.01))
	s := simulate(t, h, risk.Book{{Strategy: "S", Instrument: "IBOV", Weight: 1}}, days[99].AddDate(0, 0, 9), risk.Options{})
	if s.Report.StaleDays != 9 || !s.Report.LastPrices.Equal(days[99]) || len(s.Report.Local) != 1 || s.Report.Local[0] != "IBOV" {
		t.Errorf("%+v", s.Report)
	}
	if text := noteTexts(s.Report); !strings.Contains(text, "9 days before") || !strings.Contains(text, "local return") {
		t.Errorf("%s", text)
	}
}

func TestBadInputIsRefusedInASentence(t *testing.T) {
	t.Parallel()
	h, days := market(t)
	long := held(map[string]float64{"A": 1})
	for _, c := range []struct {
		what string
		book risk.Book
		day  time.Time
		o    risk.Options
		is   error
		says string
	}{
		{"no rows", nil, days[699], risk.Options{}, risk.ErrEmptyBook, "no rows"},
		{"1e12", held(map[string]float64{"A": 1e12}), days[699], risk.Options{}, risk.ErrBadWeight, "S in A has 1e+12"},
		{"NaN", held(map[string]float64{"A": math.NaN()}), days[699], risk.Options{}, risk.ErrBadWeight, "NaN"},
		{"infinite", held(map[string]float64{"A": math.Inf(-1)}), days[699], risk.Options{}, risk.ErrBadWeight, "-Inf"},
		{"before the first", long, days[0].AddDate(0, 0, -1), risk.Options{}, risk.ErrMissing, "A (100.00 %) has no price"},
		{"short window", long, days[699], risk.Options{Returns: 59}, risk.ErrTooFewReturns, "a window of 59 is asked"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			if _, err := h.Simulate(c.book, c.day, c.o); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Error(err)
			}
		})
	}
}

// What needs no returns is computed from the first price on, and a VaR from 60 returns on.
func TestAShortHistoryHasNoVaRButTheRest(t *testing.T) {
	t.Parallel()
	h, days := market(t)
	one, twenty := 1.0, -20.0
	limits := risk.Limits{VaR95Pct: &one, VaR99Pct: &one, CVaR95Pct: &one, MaxDrawdownPct: &one, GrossLeverage: &one}
	for _, returns := range []int{0, 1, 23, 59, 60} {
		s := simulate(t, h, held(map[string]float64{"A": 0.5, "B": -0.25}), days[returns], risk.Options{})
		short := returns < 60
		if s.Returns != returns || s.Short() != short || (len(s.PnL) == 0) != short || (s.Measures(desk.Historical) == risk.Measures{}) != short || (len(s.Drivers()) == 0) != short {
			t.Errorf("%d returns: %d, short %v, %d days of P&L, %+v", returns, s.Returns, s.Short(), len(s.PnL), s.Measures(desk.Historical))
		}
		stress, err := s.Stress(risk.Scenario{Name: "a fall", Shocks: []risk.Shock{{Instrument: "A", Percent: &twenty}}})
		if err != nil || math.Abs(stress.PortfolioPnLPct+10) > 1e-12 {
			t.Errorf("%d returns: the scenario gives %+v, %v", returns, stress, err)
		}
		for n, use := range limits.Check(s, s.Measures(desk.Historical), risk.Drawdown{Current: 0.5}, nil) {
			if use.Unknown != (short && n < 3) || use.Unknown && (use.CurrentValue != 0 || use.UtilizationPct != 0 || use.LimitValue != 1) {
				t.Errorf("%d returns: %+v", returns, use)
			}
			if use.Limit == "Gross leverage" && use.CurrentValue != 0.75 || use.Limit == "Max drawdown" && use.UtilizationPct != 50 {
				t.Errorf("%d returns: %+v", returns, use)
			}
		}
		if _, found := s.Replay(1); found == short {
			t.Errorf("%d returns: a replay %v", returns, found)
		}
	}
}

func TestContradictingPricesAreRefused(t *testing.T) {
	t.Parallel()
	d := date(t, "2026-01-05")
	a := []desk.Instrument{inBRL("A")}
	for name, c := range map[string]struct {
		prices      []desk.Price
		instruments []desk.Instrument
		says        string
	}{
		"NaN":              {[]desk.Price{{Instrument: "A", Date: d, Value: math.NaN()}}, a, "A on 2026-01-05 is NaN"},
		"infinite":         {[]desk.Price{{Instrument: "A", Date: d, Value: math.Inf(1)}}, a, "not a finite number"},
		"two of a day":     {[]desk.Price{{Instrument: "A", Date: d, Value: 1}, {Instrument: "A", Date: d, Value: 2}}, a, "A has two prices on 2026-01-05, 1 and 2"},
		"instrument twice": {nil, []desk.Instrument{inBRL("A"), inBRL("A")}, "instrument A is listed twice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := risk.NewHistory(desk.BuiltInRules(), c.instruments, c.prices); !errors.Is(err, risk.ErrBadPrices) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}

func TestAFlatBookHasNoRisk(t *testing.T) {
	t.Parallel()
	h := history(t, nil, nil)
	s := simulate(t, h, risk.Book{{Strategy: "CASH", Instrument: "CASH", Weight: 0}}, date(t, "2026-01-05"), risk.Options{})
	for _, m := range []desk.Method{desk.Historical, desk.Parametric, desk.Modified} {
		if s.Measures(m) != (risk.Measures{}) {
			t.Errorf("%s: %+v", m, s.Measures(m))
		}
	}
	stress, err := s.Stress(risk.Scenario{Name: "a"})
	if _, ok := s.Replay(1); ok || len(s.Drivers()) != 0 || err != nil || stress.PortfolioPnLPct != 0 {
		t.Errorf("%v %v %v", s.Drivers(), stress, err)
	}
}
