package riskrun_test

import (
	"bytes"
	"math"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
	"macrowatch/internal/record/store"
	"macrowatch/internal/risk/riskrun"
	"macrowatch/internal/testkit/testfiles"
)

// realMarket imports the real price history into a database.
func realMarket(t *testing.T) *store.Store {
	t.Helper()
	s := newStore(t)
	for _, kind := range []string{"instruments", "prices"} {
		file := bytes.NewReader(testfiles.Read(t, "market/"+kind+".csv"))
		if _, err := intake.Import(t.Context(), s, kind, file, kind+".csv", intake.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// monthEnds are the last weekdays of the months from January 2011 to December 2025.
func monthEnds() []time.Time {
	var all []time.Time
	for month := range 15 * 12 {
		all = append(all, weekdays(1, time.Date(2011, time.January+time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC))[0])
	}
	return all
}

// madeUpBook is a book whose weights change from month to month. Two strategies hold some of the instruments.
func madeUpBook(month int, when time.Time) []desk.PortfolioState {
	names := []string{"USDBRL", "EURUSD", "USDJPY", "WTI", "BRENT", "GOLD", "SPX", "UST2Y", "UST10Y", "USTIPS10Y", "EUR10Y", "EMBI_BR"}
	var book []desk.PortfolioState
	for n, name := range names {
		for k, strategy := range []string{"FX_1", "CROSS_2"} {
			if k == 1 && n%3 != 0 {
				continue
			}
			book = append(book, desk.PortfolioState{Timestamp: when, Strategy: strategy, Instrument: name,
				Weight: 0.4 * math.Sin(float64(1+month)*0.7+float64(n)*1.9+float64(k)), TotalEquity: 100 + float64(month)})
		}
	}
	return book
}

// For every month-end of fifteen years VaR and CVaR are computed a second time from the rows of the database. The formulas are
// written down again here: nothing of the packages risk and pnl is used.
func TestVaRAndCVaROfRealPricesByAnIndependentComputation(t *testing.T) {
	t.Parallel()
	s := realMarket(t)
	ends := monthEnds()
	var states []desk.PortfolioState
	for month, end := range ends {
		states = append(states, madeUpBook(month, at(end, 20))...)
	}
	if _, err := s.Pool().Exec(t.Context(), `UPDATE instruments SET tenor_years = 5 WHERE instrument = 'EMBI_BR'`); err != nil {
		t.Fatal(err)
	}
	put(t, s, nil, nil, states)
	var set riskrun.Settings
	if result, err := riskrun.New(s, set, riskrun.Options{}).Backfill(t.Context(), ends[0], ends[len(ends)-1]); err != nil || len(result.Computed) != len(ends) {
		t.Fatalf("%d computed, refused %+v, %v", len(result.Computed), result.Refused, err)
	}
	market := readMarket(t, s)
	worst := 0.0
	for _, end := range ends {
		var net = map[string]float64{}
		rows, err := s.Pool().Query(t.Context(), `SELECT instrument, sum(weight) FROM portfolio_state WHERE "timestamp" = $1 GROUP BY instrument`, at(end, 20))
		if err != nil {
			t.Fatal(err)
		}
		var name string
		var weight float64
		if _, err := pgx.ForEachRow(rows, []any{&name, &weight}, func() error { net[name] = weight; return nil }); err != nil {
			t.Fatal(err)
		}
		losses := market.losses(net, end)
		sort.Float64s(losses)
		for _, confidence := range []float64{95, 99} {
			var gotVaR, gotCVaR float64
			var observations int
			err := s.Pool().QueryRow(t.Context(), `SELECT var_pct, cvar_pct, observations FROM risk_measures WHERE computed_at = $1 AND method = 'historical' AND confidence_pct = $2`,
				at(end, 20), confidence).Scan(&gotVaR, &gotCVaR, &observations)
			if err != nil || observations != 500 || len(losses) != 500 {
				t.Fatalf("%v: %d observations, %d here, %v", end, observations, len(losses), err)
			}
			wantVaR, wantCVaR := tail(losses, confidence/100)
			for _, pair := range [][2]float64{{gotVaR, wantVaR}, {gotCVaR, wantCVaR}} {
				off := math.Abs(pair[0]-pair[1]) / math.Abs(pair[1])
				worst = math.Max(worst, off)
				if !(off <= 1e-9) {
					t.Errorf("%s at %v %%: %v, and here %v", end.Format(time.DateOnly), confidence, pair[0], pair[1])
				}
			}
		}
	}
	t.Logf("%d month-ends, at most %.1e apart", len(ends), worst)
}

// tail returns the quantile between order statistics, at the place (n−1)·p counted from 0, and the mean of the losses that
// are at least as large.
func tail(ascending []float64, p float64) (valueAtRisk, shortfall float64) {
	place := p * float64(len(ascending)-1)
	k := int(math.Floor(place))
	valueAtRisk = ascending[k]*(float64(k+1)-place) + ascending[k+1]*(place-float64(k))
	sum, count := 0.0, 0
	for _, x := range ascending {
		if x >= valueAtRisk {
			sum, count = sum+x, count+1
		}
	}
	return valueAtRisk, sum / float64(count)
}

// market holds the prices in the database, by instrument and day, and the instruments.
type market struct {
	price  map[string]map[time.Time]float64
	kind   map[string]string
	quoted map[string]string
}

func readMarket(t *testing.T, s *store.Store) market {
	t.Helper()
	m := market{map[string]map[time.Time]float64{}, map[string]string{}, map[string]string{}}
	rows, err := s.Pool().Query(t.Context(), `SELECT p.instrument, p.price_date, p.price, i.kind, i.quoted_in FROM instrument_prices p JOIN instruments i USING (instrument)`)
	if err != nil {
		t.Fatal(err)
	}
	var name, kind, quoted string
	var date time.Time
	var price float64
	_, err = pgx.ForEachRow(rows, []any{&name, &date, &price, &kind, &quoted}, func() error {
		if m.price[name] == nil {
			m.price[name] = map[time.Time]float64{}
		}
		m.price[name][date], m.kind[name], m.quoted[name] = price, kind, quoted
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// reais is the BRL that a unit of the instrument's quote currency costs. It returns false if that is not known.
func (m market) reais(name string, day time.Time) (float64, bool) {
	dollar, known := m.price["USDBRL"][day]
	switch currency := strings.Fields(m.quoted[name])[0]; {
	case m.kind[name] == "yield", currency == "BRL", currency == "index":
		return 1, true
	case currency == "USD":
		return dollar, known
	case currency == "JPY":
		yen, also := m.price["USDJPY"][day]
		return dollar / yen, known && also
	default:
		panic("no rate for " + currency)
	}
}

// losses are the losses of a book over the last 500 returns up to a day, in percent of NAV.
func (m market) losses(net map[string]float64, end time.Time) []float64 {
	names := []string{}
	slope := map[string][2]float64{} // minus duration, and half the convexity
	for name := range net {
		names = append(names, name)
		if m.kind[name] == "yield" {
			slope[name] = m.slope(name, end)
		}
	}
	slices.Sort(names)
	complete := func(day time.Time) bool {
		for _, name := range names {
			_, priced := m.price[name][day]
			if _, converted := m.reais(name, day); !priced || !converted {
				return false
			}
		}
		return true
	}
	var losses []float64
	var next time.Time
	for day := end; len(losses) < 500; day = day.AddDate(0, 0, -1) {
		if !complete(day) {
			continue
		}
		from, to := day, next
		next = day
		if to.IsZero() || to.Sub(from) > 5*24*time.Hour {
			continue
		}
		profit, meaningful := 0.0, true
		for _, name := range names {
			a, b := m.price[name][from], m.price[name][to]
			if m.kind[name] == "yield" {
				dy := (b - a) / map[string]float64{"percent": 100, "bp": 10000}[m.quoted[name]]
				profit += net[name] * (slope[name][0]*dy + slope[name][1]*dy*dy)
				continue
			}
			meaningful = meaningful && a > 0 && b > 0
			before, _ := m.reais(name, from)
			after, _ := m.reais(name, to)
			profit += net[name] * (b - a) / a * after / before
		}
		if meaningful {
			losses = append(losses, -100*profit)
		}
	}
	return losses
}

// slope returns P'/P and half of P″/P, where P is the price of the instrument as a function of its yield. It takes the
// derivatives at the last level up to a day.
func (m market) slope(name string, day time.Time) [2]float64 {
	level, known := m.price[name][day]
	for !known {
		day = day.AddDate(0, 0, -1)
		level, known = m.price[name][day]
	}
	var p jet
	switch y := variable(level / 100); name {
	case "UST2Y":
		p = parBond(y, 2)
	case "UST10Y", "USTIPS10Y":
		p = parBond(y, 10)
	case "EUR10Y":
		p = exp(y.times(-10))
	case "EMBI_BR": // protection sold at today's spread, for five years, with a notional of 1
		s := variable(level / 10000)
		annuity := jet{}
		for quarter := 1; quarter <= 20; quarter++ {
			t := float64(quarter) / 4
			annuity = annuity.plus(exp(s.times(-t / 0.75)).times(math.Exp(-0.03*t) / 4))
		}
		p = jet{1, 0, 0}.plus(constant(s.v).minus(s).by(annuity))
	}
	return [2]float64{p.d / p.v, p.dd / p.v / 2}
}

// parBond is a bond with half-yearly coupons that are equal to its yield.
func parBond(y jet, years int) jet {
	discount := jet{1, 0, 0}.over(jet{1, 0, 0}.plus(y.times(0.5)))
	factor, sum := jet{1, 0, 0}, jet{}
	for range 2 * years {
		factor = factor.by(discount)
		sum = sum.plus(factor.times(y.v / 2))
	}
	return sum.plus(factor)
}

// jet is a value with its first and second derivatives. Arithmetic with jets gives exact derivatives.
type jet struct{ v, d, dd float64 }

func variable(x float64) jet      { return jet{x, 1, 0} }
func constant(x float64) jet      { return jet{x, 0, 0} }
func (a jet) plus(b jet) jet      { return jet{a.v + b.v, a.d + b.d, a.dd + b.dd} }
func (a jet) times(k float64) jet { return jet{a.v * k, a.d * k, a.dd * k} }
func (a jet) minus(b jet) jet     { return a.plus(b.times(-1)) }
func (a jet) by(b jet) jet        { return jet{a.v * b.v, a.d*b.v + a.v*b.d, a.dd*b.v + 2*a.d*b.d + a.v*b.dd} }
func (a jet) over(b jet) jet      { return a.by(b.inverse()) }
func (a jet) inverse() jet        { return jet{1 / a.v, -a.d / a.v / a.v, (2*a.d*a.d/a.v - a.dd) / a.v / a.v} }
func exp(a jet) jet               { e := math.Exp(a.v); return jet{e, e * a.d, e * (a.d*a.d + a.dd)} }
