package risk_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/pnl"
)

// weekdays lists as many weekdays as count says, from a day on.
func weekdays(from time.Time, count int) []time.Time {
	var all []time.Time
	for d := from; len(all) < count; d = d.AddDate(0, 0, 1) {
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			all = append(all, d)
		}
	}
	return all
}

// inBRL is an instrument of kind price that is quoted in BRL.
func inBRL(name string) desk.Instrument {
	return desk.Instrument{Name: name, Kind: desk.KindPrice, QuotedIn: "BRL per unit"}
}

// walk makes random prices of an instrument, one for each day, that begin at a level.
func walk(random *rand.Rand, name string, days []time.Time, level, volatility float64) []desk.Price {
	var all []desk.Price
	for _, d := range days {
		all = append(all, desk.Price{Instrument: name, Date: d, Value: level})
		level *= math.Exp(volatility * random.NormFloat64())
	}
	return all
}

func TestTheWindowIsTheLastReturnsBetweenDaysOnWhichAllHavePrices(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 2))
	days := weekdays(date(t, "2024-01-01"), 700)
	a, b := walk(random, "A", days, 100, 0.01), walk(random, "B", days, 50, 0.02)
	// B has a holiday every fifty days. The two returns of A around it become one.
	var bThinned []desk.Price
	for n, p := range b {
		if n%50 != 49 {
			bThinned = append(bThinned, p)
		}
	}
	h := history(t, []desk.Instrument{inBRL("A"), inBRL("B")}, append(a, bThinned...))
	book := risk.Book{{Strategy: "S", Instrument: "A", Weight: 0.5}, {Strategy: "S", Instrument: "B", Weight: -0.25}}
	s := simulate(t, h, book, days[698], risk.Options{})
	if len(s.Days) != risk.DefaultReturns || !s.Days[499].Equal(days[698]) {
		t.Fatalf("%d returns up to %v", len(s.Days), s.Days[len(s.Days)-1])
	}
	// 500 returns lie between 501 common days. There are 10 holidays on the way back from day 698.
	if !s.From.Equal(days[698-500-10]) {
		t.Errorf("from %v, want %v", s.From, days[698-510])
	}
	// Over B's holiday on day 649 the return of both runs from day 648 to day 650.
	for n, d := range s.Days {
		if d.Equal(days[650]) {
			want := 100 * (0.5*(a[650].Value/a[648].Value-1) - 0.25*(b[650].Value/b[648].Value-1))
			near(t, "over the holiday", s.PnL[n], want, 1e-12)
		}
	}
	shorter := simulate(t, h, book, days[698], risk.Options{Returns: 100})
	if len(shorter.Days) != 100 || shorter.PnL[99] != s.PnL[499] {
		t.Errorf("a window of 100 has %d", len(shorter.Days))
	}
}

func TestNothingAfterTheDayCounts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 3))
	days := weekdays(date(t, "2024-01-01"), 300)
	prices := walk(random, "A", days, 100, 0.01)
	book := risk.Book{{Strategy: "S", Instrument: "A", Weight: 1}}
	all := simulate(t, history(t, []desk.Instrument{inBRL("A")}, prices), book, days[200], risk.Options{})
	known := simulate(t, history(t, []desk.Instrument{inBRL("A")}, prices[:201]), book, days[200], risk.Options{})
	if all.Measures(desk.Historical) != known.Measures(desk.Historical) || len(all.Days) != 200 {
		t.Errorf("%v and %v", all.Measures(desk.Historical), known.Measures(desk.Historical))
	}
}

func TestALongGapIsDroppedAndReported(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 4))
	days := weekdays(date(t, "2024-01-01"), 100) // a Monday
	var kept []time.Time
	for n, d := range days {
		// There are six days from the Friday of the sixth week to the next Thursday. There are five from the
		// Friday of the twelfth week to the next Wednesday, which are allowed.
		if n >= 30 && n < 33 || n >= 60 && n < 62 {
			continue
		}
		kept = append(kept, d)
	}
	h := history(t, []desk.Instrument{inBRL("A")}, walk(random, "A", kept, 100, 0.01))
	s := simulate(t, h, risk.Book{{Strategy: "S", Instrument: "A", Weight: 1}}, days[99], risk.Options{})
	want := []risk.Gap{{From: days[29], To: days[33]}}
	if len(s.Report.Gaps) != 1 || s.Report.Gaps[0] != want[0] || len(s.Days) != len(kept)-2 {
		t.Errorf("gaps %v, want %v; %d returns of %d days", s.Report.Gaps, want, len(s.Days), len(kept))
	}
}

func TestAReturnAcrossZeroIsDroppedAndReported(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 5))
	days := weekdays(date(t, "2024-01-01"), 100)
	a, oil := walk(random, "A", days, 100, 0.01), walk(random, "OIL", days, 20, 0.02)
	oil[50].Value = -37.63
	h := history(t, []desk.Instrument{inBRL("A"), inBRL("OIL")}, append(a, oil...))
	book := risk.Book{{Strategy: "S", Instrument: "A", Weight: 1}, {Strategy: "S", Instrument: "OIL", Weight: 0.1}}
	s := simulate(t, h, book, days[99], risk.Options{})
	if len(s.Days) != 97 || len(s.Report.ZeroCrossings) != 2 {
		t.Fatalf("%d returns, %v", len(s.Days), s.Report.ZeroCrossings)
	}
	first := s.Report.ZeroCrossings[1]
	if first.Instrument != "OIL" || !first.From.Equal(days[49]) || !first.To.Equal(days[50]) {
		t.Errorf("%+v", first)
	}
	for _, x := range s.PnL {
		if math.IsNaN(x) || math.Abs(x) > 20 {
			t.Errorf("a P&L of %v", x)
		}
	}
}

func TestAJumpIsReportedAndCounts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	days := weekdays(date(t, "2024-01-01"), 200)
	prices := walk(random, "A", days, 100, 0.01)
	for n := 120; n < 200; n++ {
		prices[n].Value *= 1.2
	}
	peg := make([]desk.Price, 200)
	for n, d := range days {
		peg[n] = desk.Price{Instrument: "PEG", Date: d, Value: 7}
		if n >= 150 {
			peg[n].Value = 7.1
		}
	}
	h := history(t, []desk.Instrument{inBRL("A"), inBRL("PEG")}, append(prices, peg...))
	s := simulate(t, h, risk.Book{{Strategy: "S", Instrument: "A", Weight: -1}, {Strategy: "S", Instrument: "PEG", Weight: 0.1}}, days[199], risk.Options{})
	if len(s.Report.Jumps) != 2 {
		t.Fatalf("%+v", s.Report.Jumps)
	}
	if j := s.Report.Jumps[0]; j.Instrument != "A" || !j.To.Equal(days[120]) || j.Deviations < 15 || j.Deviations > 25 || j.After != prices[120].Value {
		t.Errorf("%+v", j)
	}
	if j := s.Report.Jumps[1]; j.Instrument != "PEG" || !math.IsInf(j.Deviations, 1) {
		t.Errorf("%+v", j)
	}
	if m := s.Measures(desk.Historical); m.CVaR99 < 9 {
		t.Errorf("the jump is left out: %+v", m)
	}
}

func TestYieldsMoveByTodaysDurationWhateverTheUnit(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 7))
	days := weekdays(date(t, "2024-01-01"), 100)
	five := 5.0
	percent := desk.Instrument{Name: "DI_P", Kind: desk.KindYield, QuotedIn: desk.InPercent, TenorYears: &five}
	bp := desk.Instrument{Name: "DI_BP", Kind: desk.KindYield, QuotedIn: desk.InBasisPoints, TenorYears: &five}
	prices := walk(random, "DI_P", days, 12, 0.01)
	for _, p := range prices[:100] {
		prices = append(prices, desk.Price{Instrument: "DI_BP", Date: p.Date, Value: p.Value * 100})
	}
	h := history(t, []desk.Instrument{percent, bp}, prices)
	s := simulate(t, h, risk.Book{{Strategy: "S", Instrument: "DI_P", Weight: 1}}, days[99], risk.Options{})
	other := simulate(t, h, risk.Book{{Strategy: "S", Instrument: "DI_BP", Weight: 1}}, days[99], risk.Options{})
	sensitivity, err := pnl.SensitivityOf(percent, days[99], prices[99].Value)
	if err != nil {
		t.Fatal(err)
	}
	for n := range s.PnL {
		want := 100 * sensitivity.Return((prices[n+1].Value-prices[n].Value)/100)
		near(t, "P&L", s.PnL[n], want, 1e-12)
		near(t, "P&L in bp", other.PnL[n], want, 1e-9)
	}
}
