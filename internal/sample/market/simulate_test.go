package market

import (
	"math"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/calendar"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// column returns the simulated levels of an instrument, without the days on which it has none.
func column(t testing.TB, m *Market, name string) []float64 {
	t.Helper()
	at := slices.IndexFunc(m.instruments, func(i desk.Instrument) bool { return i.Name == name })
	if at < 0 {
		t.Fatalf("no instrument %s", name)
	}
	var levels []float64
	for n := range m.Days() {
		if level := m.Levels(n)[at]; !math.IsNaN(level) {
			levels = append(levels, level)
		}
	}
	return levels
}

// moves returns the daily differences of the logarithms.
func moves(levels []float64) []float64 {
	var all []float64
	for n := 1; n < len(levels); n++ {
		all = append(all, math.Log(levels[n]/levels[n-1]))
	}
	return all
}

// together returns the levels of two instruments on the days on which both have one.
func together(t testing.TB, m *Market, nameA, nameB string) (a, b []float64) {
	t.Helper()
	at := func(name string) int {
		return slices.IndexFunc(m.instruments, func(i desk.Instrument) bool { return i.Name == name })
	}
	for n := range m.Days() {
		if x, y := m.Levels(n)[at(nameA)], m.Levels(n)[at(nameB)]; !math.IsNaN(x) && !math.IsNaN(y) {
			a, b = append(a, x), append(b, y)
		}
	}
	return a, b
}

func correlation(a, b []float64) float64 {
	var ma, mb float64
	for n := range a {
		ma, mb = ma+a[n]/float64(len(a)), mb+b[n]/float64(len(b))
	}
	var ab, aa, bb float64
	for n := range a {
		ab, aa, bb = ab+(a[n]-ma)*(b[n]-mb), aa+(a[n]-ma)*(a[n]-ma), bb+(b[n]-mb)*(b[n]-mb)
	}
	return ab / math.Sqrt(aa*bb)
}

func TestALaterEndChangesNoEarlierPrice(t *testing.T) {
	t.Parallel()
	long := Simulate(7, Epoch(), day(2024, 6, 28))
	for _, to := range []time.Time{Epoch(), day(2020, 1, 5), day(2021, 12, 31), day(2024, 6, 27)} {
		if !slices.Equal(Simulate(7, Epoch(), to).Prices(Epoch(), to), long.Prices(Epoch(), to)) {
			t.Errorf("the history to %s differs from the same days of a longer one", to.Format(time.DateOnly))
		}
	}
}

func TestALaterStartOnlyLeavesDaysOut(t *testing.T) {
	t.Parallel()
	from, to := day(2022, 3, 5), day(2022, 4, 1) // a Saturday, a Friday
	m := Simulate(7, from, to)
	if !slices.Equal(m.Prices(from, to), Simulate(7, Epoch(), to).Prices(from, to)) {
		t.Error("the prices of a later start differ")
	}
	if !m.First().Equal(day(2022, 3, 7)) || !m.Last().Equal(to) || m.Days() != 20 {
		t.Errorf("%d days from %s to %s", m.Days(), m.First(), m.Last())
	}
	if old := Simulate(7, day(1990, 1, 1), to); !old.First().Equal(Epoch()) {
		t.Errorf("a start before the epoch begins at %s", old.First())
	}
}

func TestTheSeedDecides(t *testing.T) {
	t.Parallel()
	a, b, c := Simulate(1, Epoch(), day(2021, 1, 1)), Simulate(1, Epoch(), day(2021, 1, 1)), Simulate(2, Epoch(), day(2021, 1, 1))
	prices := a.Prices(a.First(), a.Last())
	if !slices.Equal(prices, b.Prices(b.First(), b.Last())) {
		t.Error("two histories of a seed differ")
	}
	if slices.Equal(prices, c.Prices(c.First(), c.Last())) {
		t.Error("two seeds have the same history")
	}
}

// TestNoPriceIsOfADayOnWhichItsMarketIsClosed checks a few holidays of each market by name, and all other days by the
// calendar.
func TestNoPriceIsOfADayOnWhichItsMarketIsClosed(t *testing.T) {
	t.Parallel()
	markets := map[string]calendar.Market{}
	for _, q := range quotes() {
		markets[q.Name] = q.market
	}
	for seed := range uint64(3) {
		m := Simulate(seed, Epoch(), day(2026, 11, 27))
		priced, trading := map[string]bool{}, calendar.New()
		for _, p := range m.Prices(m.First(), m.Last()) {
			priced[p.Instrument+p.Date.Format(" 2006-01-02")] = true
			if !trading.Trades(markets[p.Instrument], p.Date) {
				t.Fatalf("%s has a price on %s", p.Instrument, p.Date.Format(time.DateOnly))
			}
		}
		for _, want := range []struct {
			key string
			has bool
		}{
			{"DI_5Y 2025-03-03", false}, {"UST_10Y 2025-03-03", true}, {"EURUSD_SPOT 2025-03-03", true}, // Carnival
			{"USDBRL_SPOT 2024-11-20", false}, {"SPX_FUT 2024-11-20", true},
			{"SPX_FUT 2024-11-28", false}, {"IBOV_FUT 2024-11-28", true}, // Thanksgiving
			{"UST_2Y 2025-10-13", false}, {"SPX_FUT 2025-10-13", true}, // Columbus Day
			{"EURUSD_SPOT 2026-01-01", false}, {"DI_1Y 2026-01-01", false}, {"GOLD_FUT 2026-01-01", false},
			{"SELIC_TARGET 2025-12-31", false}, {"FED_TARGET 2025-12-31", true}, {"NTNB_2035 2020-07-09", true},
		} {
			if priced[want.key] != want.has {
				t.Errorf("seed %d: %s has a price: %t, want %t", seed, want.key, priced[want.key], want.has)
			}
		}
	}
}

// TestAMarketThatIsClosedDoesNotMove compares the prices before and after a day without any. Between them lies the move of
// one day and not of two.
func TestAMarketThatIsClosedDoesNotMove(t *testing.T) {
	t.Parallel()
	var ordinary, over []float64 // squared moves
	for seed := range uint64(8) {
		m := Simulate(seed, Epoch(), day(2026, 11, 27))
		at := slices.IndexFunc(m.instruments, func(i desk.Instrument) bool { return i.Name == "IBOV_FUT" })
		before, closed := 0.0, 0
		for n := range m.Days() {
			level := m.Levels(n)[at]
			if math.IsNaN(level) {
				closed++
				continue
			}
			if before > 0 {
				move := math.Log(level / before)
				if closed > 0 {
					over = append(over, move*move)
				} else {
					ordinary = append(ordinary, move*move)
				}
			}
			before, closed = level, 0
		}
	}
	mean := func(all []float64) float64 {
		sum := 0.0
		for _, x := range all {
			sum += x
		}
		return sum / float64(len(all))
	}
	if ratio := mean(over) / mean(ordinary); len(over) < 300 || ratio > 1.5 {
		t.Errorf("over %d holidays the variance is %.2f times that of an ordinary day", len(over), ratio)
	}
}

// TestNoMoveIsAbsurd compares the moves, in deviations of the days before, with real ones. Over 25 years, the moves of a
// dozen real series were beyond three deviations on 1 % of the days, and beyond 4.4 to 6.3 deviations on 0.1 %. The
// largest move of each series was 5.6 to 12.2 deviations.
func TestNoMoveIsAbsurd(t *testing.T) {
	t.Parallel()
	for seed := range uint64(24) {
		m := Simulate(seed, Epoch(), day(2026, 11, 27))
		var all []float64
		for _, i := range m.instruments {
			switch i.Name {
			case "SELIC_TARGET", "FED_TARGET", "ECBDEPO", "TIIE28D", "SARBREPO", "BOJCALL":
				continue // they move on the days of meetings only
			}
			z := standardised(column(t, m, i.Name))
			if largest := slices.Max(z); largest > 12.2 {
				t.Errorf("seed %d: %s moved by %.1f deviations", seed, i.Name, largest)
			}
			all = append(all, z...)
		}
		slices.Sort(all)
		if one, tenth := all[len(all)*99/100], all[len(all)*999/1000]; one < 2.6 || one > 4 || tenth < 4 || tenth > 7 {
			t.Errorf("seed %d: 1 %% of the moves are beyond %.1f deviations and 0.1 %% beyond %.1f", seed, one, tenth)
		}
	}
}

// standardised returns the sizes of the moves in deviations. A deviation is the root of the exponentially weighted mean of
// the squared moves before.
func standardised(levels []float64) []float64 {
	all := moves(levels)
	variance := 0.0
	for _, x := range all[:20] {
		variance += x * x / 20
	}
	var sizes []float64
	for n, x := range all {
		if n >= 20 {
			sizes = append(sizes, math.Abs(x)/math.Sqrt(variance))
		}
		variance += 0.03 * (x*x - variance)
	}
	return sizes
}

func TestNoWeekdayInBetweenIsAMarketWithoutDays(t *testing.T) {
	t.Parallel()
	m := Simulate(1, day(2020, 2, 1), day(2020, 2, 2))
	if m.Days() != 0 || !m.First().IsZero() || !m.Last().IsZero() || len(m.Prices(m.First(), day(2021, 1, 1))) > 0 || len(m.Instruments()) == 0 {
		t.Errorf("a weekend has %d days", m.Days())
	}
}

func TestSimulatedInstrumentsAreWellDescribed(t *testing.T) {
	t.Parallel()
	instruments := Simulate(1, Epoch(), Epoch()).Instruments()
	if len(instruments) < 28 || len(instruments) > 40 {
		t.Errorf("%d instruments", len(instruments))
	}
	for _, i := range instruments {
		if err := i.Validate(); err != nil {
			t.Errorf("%s: %v", i.Name, err)
		}
		byPrefix := desk.BuiltInRules().AssetClass(desk.Instrument{Name: i.Name})
		if (i.AssetClass != "") == (byPrefix != desk.OtherClass) {
			t.Errorf("%s: asset class %q beside the prefix rule's %q", i.Name, i.AssetClass, byPrefix)
		}
		if i.Kind == desk.KindYield && i.TenorYears == nil && i.Maturity.IsZero() {
			t.Errorf("%s has neither tenor nor maturity", i.Name)
		}
	}
}

func TestLevelsStayBelievableForDecades(t *testing.T) {
	t.Parallel()
	bounds := map[string][2]float64{
		"USDBRL_SPOT": {2, 14}, "EURUSD_SPOT": {0.7, 1.8}, "USDJPY_SPOT": {60, 300}, "USDMXN_SPOT": {8, 45}, "USDZAR_SPOT": {7, 40}, "AUDUSD_SPOT": {0.35, 1.4},
		"NDF_USDBRL_1Y": {2, 16}, "DI_1Y": {2, 25}, "DI_10Y": {4, 22}, "NTNB_2030": {0.5, 14}, "NTNB_2045": {1, 14},
		"DDI_1Y": {0.1, 15}, "DDI_5Y": {0.5, 15}, "CDS_BR_5Y": {30, 1200}, "CDS_MX_5Y": {15, 900}, "CDS_ZA_5Y": {40, 1500},
		"UST_2Y": {0.1, 13}, "UST_10Y": {0.4, 13}, "VIX_INDEX": {5, 180}, "BRENT_FUT": {12, 350}, "GOLD_FUT": {500, 40_000}, "SPX_FUT": {1500, 200_000},
		"SELIC_TARGET": {0.25, 25}, "FED_TARGET": {0, 14}, "BOJCALL": {0, 4},
	}
	for seed := range uint64(4) {
		m := Simulate(seed, Epoch(), day(2045, 1, 2))
		for name, allowed := range bounds {
			levels := column(t, m, name)
			if low, high := slices.Min(levels), slices.Max(levels); low < allowed[0] || high > allowed[1] {
				t.Errorf("seed %d: %s goes from %v to %v", seed, name, low, high)
			}
		}
	}
}

func TestALinkerEndsWhenItMatures(t *testing.T) {
	t.Parallel()
	m := Simulate(1, Epoch(), day(2030, 9, 2))
	at := slices.IndexFunc(m.instruments, func(i desk.Instrument) bool { return i.Name == "NTNB_2030" })
	trading := calendar.New()
	for n := range m.Days() {
		want := m.Day(n).Before(day(2030, 8, 15)) && trading.Trades(calendar.B3, m.Day(n))
		if has := !math.IsNaN(m.Levels(n)[at]); has != want {
			t.Fatalf("on %s NTNB_2030 has a price: %t", m.Day(n).Format(time.DateOnly), has)
		}
	}
}

func TestMovesAreFatTailed(t *testing.T) {
	t.Parallel()
	m := Simulate(20, Epoch(), day(2026, 1, 2))
	for _, name := range []string{"USDBRL_SPOT", "DI_5Y", "NTNB_2035", "CDS_BR_5Y", "SPX_FUT", "BRENT_FUT", "UST_10Y"} {
		var second, fourth float64
		all := moves(column(t, m, name))
		for _, x := range all {
			second, fourth = second+x*x, fourth+x*x*x*x
		}
		if kurtosis := fourth * float64(len(all)) / (second * second); kurtosis < 4 || kurtosis > 40 {
			t.Errorf("%s has a kurtosis of %.1f; a normal variable has 3", name, kurtosis)
		}
	}
}

func TestInstrumentsMoveTogetherAsTheyDo(t *testing.T) {
	t.Parallel()
	m := Simulate(20, Epoch(), day(2026, 1, 2))
	for _, pair := range []struct {
		a, b     string
		from, to float64
	}{
		{"DI_5Y", "DI_10Y", 0.7, 1}, {"DI_5Y", "NTNB_2035", 0.4, 1}, {"USDBRL_SPOT", "NDF_USDBRL_3M", 0.95, 1}, {"USDBRL_SPOT", "CDS_BR_5Y", 0.35, 0.9},
		{"SPX_FUT", "VIX_INDEX", -0.95, -0.4}, {"SPX_FUT", "IBOV_FUT", 0.2, 0.8}, {"SPX_FUT", "CDS_MX_5Y", -0.9, -0.3}, {"EURUSD_SPOT", "AUDUSD_SPOT", 0.2, 0.8},
		{"UST_2Y", "UST_10Y", 0.4, 1}, {"GOLD_FUT", "BRENT_FUT", -0.3, 0.3},
	} {
		t.Run(pair.a+" and "+pair.b, func(t *testing.T) {
			a, b := together(t, m, pair.a, pair.b)
			if c := correlation(moves(a), moves(b)); c < pair.from || c > pair.to {
				t.Errorf("the correlation is %.2f, want %v to %v", c, pair.from, pair.to)
			}
		})
	}
}

func TestThereAreCalmAndStressedSpells(t *testing.T) {
	t.Parallel()
	m := Simulate(20, Epoch(), day(2026, 1, 2))
	all := moves(column(t, m, "SPX_FUT"))
	const month = 21
	var months []float64 // logarithms of the variance
	for n := 0; n+month <= len(all); n += month {
		sum := 0.0
		for _, x := range all[n : n+month] {
			sum += x * x
		}
		months = append(months, math.Log(sum))
	}
	if c := correlation(months[:len(months)-1], months[1:]); c < 0.2 {
		t.Errorf("a month's variance tells nothing of the next one's: correlation %.2f", c)
	}
	slices.Sort(months)
	if ratio := math.Exp(months[len(months)*19/20] - months[len(months)/20]); ratio < 5 {
		t.Errorf("a wild month has only %.1f times the variance of a quiet one", ratio)
	}
	fear := column(t, m, "VIX_INDEX")
	slices.Sort(fear)
	if low, high := fear[len(fear)/20], fear[len(fear)*19/20]; high < 1.7*low {
		t.Errorf("the VIX goes from %.1f to %.1f only", low, high)
	}
}

func TestPolicyRatesMoveInQuarterPoints(t *testing.T) {
	t.Parallel()
	selic := column(t, Simulate(20, Epoch(), day(2026, 1, 2)), "SELIC_TARGET")
	changes := 0
	for n := 1; n < len(selic); n++ {
		step := selic[n] - selic[n-1]
		if step != 0 {
			changes++
		}
		if quarters := step / 0.25; math.Abs(quarters-math.Round(quarters)) > 1e-9 || math.Abs(step) > 1+1e-9 {
			t.Errorf("SELIC moved by %v", step)
		}
	}
	if changes < 10 || changes > 6*9 {
		t.Errorf("SELIC changed %d times in six years", changes)
	}
}
