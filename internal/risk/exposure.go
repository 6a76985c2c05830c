package risk

import (
	"errors"
	"math"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
)

// Exposure is what the book holds of one instrument, and how its moves become profit.
type Exposure struct {
	Instrument desk.Instrument
	AssetClass string
	Net        float64 // the sum of the strategies' weights
	Gross      float64 // the sum of their absolute values
	// Sensitivity is a yield's duration and convexity today; zero for a price.
	Sensitivity pnl.Sensitivity
	// Level is today's level, or the last known one before; NaN if none is known.
	Level float64
	// Proxy names the instrument whose moves this one takes; "" if it uses its own moves.
	Proxy string
	// InWindow says that it counts in VaR and CVaR: it has a history, its own or its proxy's.
	InWindow bool

	matured  bool
	unusable string    // why a move of the instrument can't be priced; "" if it can
	series   *series   // the moves that count: the instrument's own, or its proxy's; nil if the history does not know the instrument
	proxy    *Exposure // the exposure to the proxy that Options name for the instrument; nil if they name none
	borrowed bool      // the instrument has taken its proxy's moves, so the series is the proxy's
	column   int       // the instrument's column in the returns, if InWindow
}

// exposures lists the book's instruments in the order in which they first appear in its rows, each with its proxy if
// one is named. It also returns, for each position, the index of its exposure: −1 for cash and for a weight of zero.
func (h *History) exposures(book Book, asOf time.Time, proxies map[string]string) ([]Exposure, []int) {
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
			e := h.exposure(p.Instrument, asOf)
			if name, named := proxies[p.Instrument]; named {
				proxy := h.exposure(name, asOf)
				e.proxy = &proxy
			}
			all = append(all, e)
		}
		of[n] = k
		all[k].Net += p.Weight
		all[k].Gross += math.Abs(p.Weight)
	}
	return all, of
}

// exposure returns the exposure to an instrument, with a weight of zero.
func (h *History) exposure(name string, asOf time.Time) Exposure {
	s := h.seriesOf(name)
	if s == nil {
		unknown := desk.Instrument{Name: name}
		return Exposure{Instrument: unknown, AssetClass: h.rules.AssetClass(unknown), Level: math.NaN(), unusable: "is not among the instruments"}
	}
	e := Exposure{Instrument: s.instrument, AssetClass: s.class, Level: math.NaN(), series: s}
	if last := s.lastLevel(h.lastDay(asOf)); last >= 0 {
		e.Level = s.levels[last]
	}
	e.price(asOf)
	return e
}

// price finds out how a move of the instrument becomes profit, or why it can't.
func (e *Exposure) price(asOf time.Time) {
	if e.Instrument.Kind == desk.KindPrice {
		if err := e.series.noRate; err != nil {
			e.unusable = e.reasonIn(err)
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

// reasonIn returns an error's text without the instrument's name in front. A reason is shown behind the name:
// "DI1F27 has no price".
func (e *Exposure) reasonIn(err error) string {
	return strings.TrimPrefix(err.Error(), e.Instrument.Name+" ")
}

// needsLevel tells whether an instrument must have a level before its duration can be computed. It is false for a
// matured instrument, which is refused anyway.
func needsLevel(i desk.Instrument, asOf time.Time) bool {
	return i.Maturity.IsZero() || i.Maturity.After(asOf)
}

// priced tells whether a move of the instrument can be turned into a profit.
func (e *Exposure) priced() bool { return e.unusable == "" }

// present tells whether the exposure has all that a return needs on a day.
func (e *Exposure) present(d int) bool { return e.series.calendar.present.has(d) }
