package trading

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/sample/strategy"
)

// oneOf makes a market of an oil, priced in dollars, and of USDBRL at 5, on every weekday from 2 March 2026 on. levels
// returns the price of the oil, NaN for none.
func oneOf(t *testing.T, weekdays int, levels func(n int) float64) *market.Market {
	t.Helper()
	instruments := []desk.Instrument{
		{Name: "WTI", Kind: desk.KindPrice, QuotedIn: "USD per barrel"},
		{Name: "USDBRL", Kind: desk.KindPrice, QuotedIn: "BRL per USD"},
	}
	var prices []desk.Price
	date := day(2026, 3, 2)
	for n := range weekdays {
		prices = append(prices, desk.Price{Instrument: "USDBRL", Date: date, Value: 5})
		if level := levels(n); !math.IsNaN(level) {
			prices = append(prices, desk.Price{Instrument: "WTI", Date: date, Value: level})
		}
		date = nextWeekday(date)
	}
	m, err := market.New(instruments, prices)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func nextWeekday(date time.Time) time.Time {
	date = date.AddDate(0, 0, 1)
	for date.Weekday() == time.Saturday || date.Weekday() == time.Sunday {
		date = date.AddDate(0, 0, 1)
	}
	return date
}

// holding runs the market with half of NAV in the oil as long as it can be held. It returns the profit of each weekday, the
// weights after it, and all notes.
func holding(t *testing.T, m *market.Market, weekdays int) (profits, weights []float64, notes []string) {
	t.Helper()
	setup, err := Open(m, pick("CROSS_TSMOM"), Mandate{})
	if err != nil {
		t.Fatal(err)
	}
	s := setup.Start()
	date := m.First()
	for range weekdays {
		profits = append(profits, s.Mark(date))
		s.wants("CROSS_TSMOM", "WTI", 0.5)
		s.quotes[setup.place["WTI"]].morning = budgetOf(strategy.CrossAsset) / 0.5
		s.Trade()
		weights = append(weights, s.weights[0])
		notes = append(notes, s.Notes()...)
		date = nextWeekday(date)
	}
	return profits, weights, notes
}

func TestANegativePriceIsNoMoveAndIsNoted(t *testing.T) {
	t.Parallel()
	levels := []float64{18, 18.31, -36.98, 8.91, 10}
	profits, _, notes := holding(t, oneOf(t, 5, func(n int) float64 { return levels[n] }), 5)
	near(t, "the day of the negative price", profits[2], 0)
	near(t, "the day after it", profits[3], 0)
	near(t, "the day after that", profits[4], 0.5*(10/8.91-1))
	if len(notes) != 2 || !strings.Contains(notes[0], "no move of WTI on 2026-03-04: from 18.31 to -36.98") || !strings.Contains(notes[1], "2026-03-05") {
		t.Errorf("notes %q", notes)
	}
}

func TestADayWithoutAPriceIsCarried(t *testing.T) {
	t.Parallel()
	levels := []float64{50, math.NaN(), math.NaN(), 55}
	profits, weights, notes := holding(t, oneOf(t, 4, func(n int) float64 { return levels[n] }), 4)
	if profits[1] != 0 || profits[2] != 0 || weights[2] != 0.5 || len(notes) > 0 {
		t.Errorf("made %v, weights %v, notes %q", profits, weights, notes)
	}
	near(t, "the day with the next price", profits[3], 0.5*(55.0/50-1))
}

func TestAnEndedInstrumentIsClosedAtItsLastPriceAndTradedAgainIfItReturns(t *testing.T) {
	t.Parallel()
	// The last price is on Wednesday 4 March. Ten days later is Saturday the 14th, so the position is closed on
	// Monday the 16th, the eleventh weekday. Prices come again on the 26th weekday.
	level := func(n int) float64 {
		switch {
		case n < 3:
			return 50
		case n < 25:
			return math.NaN()
		}
		return 60
	}
	profits, weights, notes := holding(t, oneOf(t, 30, level), 30)
	for n, w := range weights {
		if want := map[bool]float64{true: 0.5}[n < 10 || n >= 25]; w != want {
			t.Errorf("after weekday %d the weight is %v, want %v", n, w, want)
		}
		if profits[n] != 0 {
			t.Errorf("weekday %d made %v: the gap is nobody's", n, profits[n])
		}
	}
	want := []string{
		"WTI has had no price since 2026-03-04: closed at that price, 50",
		"WTI has prices again on 2026-04-06",
	}
	if !slices.Equal(notes, want) {
		t.Errorf("notes %q", notes)
	}
}

func TestAJumpIsTakenAndNoted(t *testing.T) {
	t.Parallel()
	level := func(n int) float64 {
		if n == 40 {
			return 80
		}
		return 50 + 0.1*float64(n%2)
	}
	profits, _, notes := holding(t, oneOf(t, 42, level), 42)
	near(t, "the day of the jump", profits[40], 0.5*(80.0/50.1-1))
	if len(notes) == 0 || !strings.Contains(notes[0], "WTI went from 50.1 to 80") {
		t.Errorf("notes %q", notes)
	}
}

func TestABondIsClosedAMonthBeforeItMatures(t *testing.T) {
	t.Parallel()
	var prices []desk.Price
	date := day(2026, 11, 2)
	for range 40 {
		prices = append(prices,
			desk.Price{Instrument: "DI1F27", Date: date, Value: 14}, desk.Price{Instrument: "DI1F28", Date: date, Value: 14},
			desk.Price{Instrument: "DI1F30", Date: date, Value: 13.5})
		date = nextWeekday(date)
	}
	yield := func(name string) desk.Instrument {
		return desk.Instrument{Name: name, Kind: desk.KindYield, QuotedIn: desk.InPercent}
	}
	m, err := market.New([]desk.Instrument{yield("DI1F27"), yield("DI1F28"), yield("DI1F30")}, prices)
	if err != nil {
		t.Fatal(err)
	}
	setup, err := Open(m, pick("RATES_FLY"), Mandate{})
	if err != nil {
		t.Fatal(err)
	}
	s := setup.Start()
	at := setup.place["DI1F27"] // matures on 4 January 2027
	for date := m.First(); !date.After(m.Last()); date = nextWeekday(date) {
		s.Mark(date)
		if live := s.history[at].Live; live != date.Before(day(2026, 12, 6)) {
			t.Errorf("on %s DI1F27 lives: %t", date.Format(time.DateOnly), live)
		}
	}
	if notes := s.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "DI1F27 matures on 2027-01-04: closed at 14") {
		t.Errorf("notes %q", notes)
	}
}

func TestABookThatLosesEverythingStaysAtZero(t *testing.T) {
	t.Parallel()
	setup, err := Open(oneOf(t, 6, func(n int) float64 { return []float64{50, 50, 1, 2, 3, 4}[n] }), pick("CROSS_TSMOM"), Mandate{})
	if err != nil {
		t.Fatal(err)
	}
	s := setup.Start()
	date := day(2026, 3, 2)
	for n := range 6 {
		s.Mark(date)
		if n == 1 {
			s.weights[0] = 1.5
		} else {
			s.Trade()
		}
		date = nextWeekday(date)
	}
	if s.nav != 0 || s.weights[0] != 0 {
		t.Errorf("NAV %v, weight %v", s.nav, s.weights[0])
	}
	if notes := s.Notes(); !slices.ContainsFunc(notes, func(n string) bool { return strings.Contains(n, "the book lost all") }) {
		t.Errorf("notes %q", notes)
	}
}

func TestAForeignAssetWaitsForTheExchangeRate(t *testing.T) {
	t.Parallel()
	m, err := market.New(
		[]desk.Instrument{{Name: "WTI", Kind: desk.KindPrice, QuotedIn: "USD per barrel"}, {Name: "USDBRL", Kind: desk.KindPrice, QuotedIn: "BRL per USD"}},
		[]desk.Price{
			{Instrument: "WTI", Date: day(2026, 3, 2), Value: 50}, {Instrument: "WTI", Date: day(2026, 3, 9), Value: 51},
			{Instrument: "USDBRL", Date: day(2026, 3, 7), Value: 5}, // a Saturday
		})
	if err != nil {
		t.Fatal(err)
	}
	setup, err := Open(m, pick("CROSS_TSMOM"), Mandate{})
	if err != nil {
		t.Fatal(err)
	}
	if want := day(2026, 3, 9); !setup.Opens().Equal(want) {
		t.Errorf("the book opens on %s, want %s", setup.Opens(), want)
	}
	s := setup.Start()
	for date := day(2026, 3, 2); !date.After(day(2026, 3, 9)); date = nextWeekday(date) {
		s.Mark(date)
		if live := s.history[setup.place["WTI"]].Live; live != date.Equal(day(2026, 3, 9)) {
			t.Errorf("on %s WTI lives: %t", date.Format(time.DateOnly), live)
		}
	}
}

func TestCostsAreOfNettedTrades(t *testing.T) {
	t.Parallel()
	setup, err := Open(worked(t), pick("FX_TSMOM", "FX_VALUE"), Mandate{})
	if err != nil {
		t.Fatal(err)
	}
	// Two strategies that trade USDBRL with each other trade nothing outside.
	near(t, "crossing trades", setup.cost([]float64{0.3, 0}, []float64{0, 0.3}), 0)
	near(t, "trades of one side", setup.cost([]float64{0, 0}, []float64{0.3, 0.1}), 0.4*1.5e-4)
}
