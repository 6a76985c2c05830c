package risk

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
)

// Exposure is what the book holds of one instrument and how its moves become profit.
type Exposure struct {
	Instrument desk.Instrument
	AssetClass string
	Net        float64 // the sum of the strategies' weights
	Gross      float64 // the sum of their absolute values
	// Sensitivity is a yield's duration and convexity today; zero for a price.
	Sensitivity pnl.Sensitivity
	// Level is today's, or the last known before; NaN where none is known.
	Level float64
	// Proxy names the instrument whose moves are taken for its own; "" where they are its own.
	Proxy string
	// InWindow tells whether it counts in VaR and CVaR: it has a history, its own or its proxy's.
	InWindow bool

	known      bool // its instrument row is known
	matured    bool
	unusable   string         // why no move of it can be priced; "" where one can
	conversion pnl.Conversion // of its profit into BRL
	levels     []float64      // whose moves count
	rates      []float64
	calendar   *calendar // of those; nil where the instrument is not known
	unit       float64   // what a move of those levels is multiplied by to be in decimals
	column     int       // in the returns, where InWindow
}

// priced tells whether a move of the instrument can be turned into a profit.
func (e *Exposure) priced() bool { return e.unusable == "" }

// Move returns the profit, as a fraction of the position, of a shock: a relative change of a price,
// a change of a yield in decimals. rateFactor is what the exchange rate to BRL is multiplied by; it
// does not touch a yield's profit.
func (e *Exposure) Move(shock, rateFactor float64) float64 {
	if e.Instrument.Kind == desk.KindYield {
		return e.Sensitivity.Return(shock)
	}
	return shock * rateFactor
}

// present tells whether the exposure has all that a return needs on a day.
func (e *Exposure) present(d int) bool { return e.calendar.present.has(d) }

// crossesZero tells whether its return between two days has no meaning.
func (e *Exposure) crossesZero(a, b int) bool {
	return !e.calendar.positive && e.Instrument.Kind == desk.KindPrice && (e.levels[a] <= 0 || e.levels[b] <= 0)
}

// between returns the profit, as a fraction of the position, of the move from day a to day b, on both
// of which it is present, and between which it does not cross zero.
func (e *Exposure) between(a, b int) float64 {
	if e.Instrument.Kind == desk.KindYield {
		return e.Sensitivity.Return((e.levels[b] - e.levels[a]) * e.unit)
	}
	r := e.levels[b]/e.levels[a] - 1
	if e.rates != nil {
		r *= e.rates[b] / e.rates[a]
	}
	return r
}

// moves computes between for many stretches at once: out[k] is the move from begins[k].from to ends[k].to.
// It has a loop for each kind of instrument, since a long history spends most of its time here.
func (e *Exposure) moves(out []float64, begins, ends []step) {
	levels, rates := e.levels, e.rates
	begins, ends = begins[:len(out)], ends[:len(out)]
	switch {
	case e.Instrument.Kind == desk.KindYield:
		for k := range out {
			out[k] = e.Sensitivity.Return((levels[ends[k].to] - levels[begins[k].from]) * e.unit)
		}
	case rates == nil:
		for k := range out {
			out[k] = levels[ends[k].to]/levels[begins[k].from] - 1
		}
	default:
		for k := range out {
			from, to := begins[k].from, ends[k].to
			out[k] = (levels[to]/levels[from] - 1) * (rates[to] / rates[from])
		}
	}
}

// decimalFactor is what a move of the instrument's level is multiplied by to be in decimals.
func decimalFactor(i desk.Instrument) float64 {
	u, err := pnl.Decimal(i.QuotedIn, 1)
	if err != nil {
		return 1 // a price: not used
	}
	return u
}

// exposures lists what the book holds, in the order of its first rows, and for each position which of
// them it is in; −1 for cash and for a weight of zero.
func (h *History) exposures(book Book, asOf time.Time) ([]Exposure, []int) {
	var all []Exposure
	at := map[string]int{}
	of := make([]int, len(book))
	for n, p := range book {
		if of[n] = -1; p.isCash() || p.Weight == 0 {
			continue
		}
		k, seen := at[p.Instrument]
		if !seen {
			k = len(all)
			at[p.Instrument] = k
			all = append(all, h.exposure(p.Instrument, asOf))
		}
		of[n] = k
		all[k].Net += p.Weight
		all[k].Gross += math.Abs(p.Weight)
	}
	return all, of
}

// exposure returns the exposure to an instrument, with a weight of zero.
func (h *History) exposure(name string, asOf time.Time) Exposure {
	n, known := h.index[name]
	if !known {
		unknown := desk.Instrument{Name: name}
		return Exposure{Instrument: unknown, AssetClass: h.rules.AssetClass(unknown), Level: math.NaN(), unusable: "is not among the instruments"}
	}
	e := Exposure{Instrument: h.instruments[n], AssetClass: h.rules.AssetClass(h.instruments[n]), known: true, Level: math.NaN(),
		unit: decimalFactor(h.instruments[n]), levels: h.levels[n], rates: h.rates[n], calendar: &h.calendars[n], conversion: h.conversions[n]}
	if last := lastPresent(e.levels, h.lastDay(asOf)); last >= 0 {
		e.Level = e.levels[last]
	}
	e.price(asOf, h.noRate[n])
	return e
}

// price finds how a move of the instrument becomes profit, or why it can't.
func (e *Exposure) price(asOf time.Time, noRate error) {
	e.unusable = ""
	if e.Instrument.Kind == desk.KindPrice {
		if noRate != nil {
			e.unusable = e.reasonIn(noRate)
		}
		return
	}
	if math.IsNaN(e.Level) && needsLevel(e.Instrument, asOf) {
		e.unusable = "has no price"
		return
	}
	var err error
	if e.Sensitivity, err = pnl.SensitivityOf(e.Instrument, asOf, e.Level); err != nil {
		e.unusable = e.reasonIn(err)
		if errors.Is(err, pnl.ErrMatured) {
			e.matured = true
			e.unusable = "has matured, on " + e.Instrument.Maturity.Format(time.DateOnly)
		}
	}
}

// reasonIn returns an error's text without the instrument's name in front, since a reason is shown behind the
// name: "DI1F27 has no price".
func (e *Exposure) reasonIn(err error) string {
	return strings.TrimPrefix(err.Error(), e.Instrument.Name+" ")
}

// needsLevel tells whether the duration can't even be refused without a level.
func needsLevel(i desk.Instrument, asOf time.Time) bool {
	return i.Maturity.IsZero() || i.Maturity.After(asOf)
}

// takeProxy makes the exposure take its proxy's moves: levels and exchange rate; and, where its own can't
// be had, the proxy's duration.
func (e *Exposure) takeProxy(proxy Exposure, asOf time.Time) error {
	switch {
	case e.matured:
		return errors.New("a matured instrument has no proxy")
	case e.known && proxy.Instrument.Kind != e.Instrument.Kind:
		return fmt.Errorf("its proxy %s is a %s and not a %s", proxy.Instrument.Name, proxy.Instrument.Kind, e.Instrument.Kind)
	case !proxy.priced():
		return fmt.Errorf("its proxy %s %s", proxy.Instrument.Name, proxy.unusable)
	}
	e.Proxy = proxy.Instrument.Name
	e.levels, e.rates, e.calendar = proxy.levels, proxy.rates, proxy.calendar
	e.conversion, e.unit = proxy.conversion, proxy.unit
	if e.priced() {
		return nil
	}
	e.unusable = ""
	e.Sensitivity = proxy.Sensitivity
	if !e.known {
		name := e.Instrument.Name
		e.Instrument = proxy.Instrument
		e.Instrument.Name = name
		return nil
	}
	if sensitivity, err := pnl.SensitivityOf(e.Instrument, asOf, inUnitOf(e.Instrument, proxy)); err == nil {
		e.Sensitivity = sensitivity
	}
	return nil
}

// inUnitOf is the proxy's level in the unit in which the instrument is quoted.
func inUnitOf(i desk.Instrument, proxy Exposure) float64 {
	return proxy.Level * decimalFactor(proxy.Instrument) / decimalFactor(i)
}

// lastPresent is the last position up to d at which a series has a value; −1 where there is none.
func lastPresent(series []float64, d int) int {
	for ; d >= 0; d-- {
		if !math.IsNaN(series[d]) {
			return d
		}
	}
	return -1
}
