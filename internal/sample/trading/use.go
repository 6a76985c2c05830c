package trading

import (
	"math"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// varDays is how many days of history the value at risk looks at, as the desk's risk step has it.
const varDays = risk.DefaultReturns

// limitUse says how much of its fullest limit a book takes up. 1 is all of it.
type limitUse struct {
	most float64
	of   string // the limit's name
}

// count takes another limit into account, unless the limit is nil.
func (u *limitUse) count(name string, value float64, limit *float64) {
	if limit != nil && value > u.most**limit {
		u.most, u.of = value / *limit, name
	}
}

// exposure is the sum of a book's weights as a whole, by asset, by asset class and by strategy.
type exposure struct {
	gross, netted float64
	net           []float64 // by asset
	class         map[string]float64
	strategy      []float64 // gross
}

func (s *Session) exposure(weights []float64) exposure {
	e := exposure{
		net: make([]float64, len(s.setup.assets)), class: map[string]float64{},
		strategy: make([]float64, len(s.setup.strategies)),
	}
	for n, r := range s.setup.rows {
		w := weights[n]
		e.gross += math.Abs(w)
		e.net[r.instrument] += w
		e.strategy[r.strategy] += math.Abs(w)
	}
	for n, w := range e.net {
		if w != 0 {
			e.netted += math.Abs(w)
			e.class[s.setup.assets[n].class] += w
		}
	}
	return e
}

// limitUse measures a book against all limits but the limit on the drawdown, as of the last close. The result is
// close to what the desk's risk step would find, but not equal: the durations are those at the last move, and a
// replayed day has no convexity. It is good enough to decide the book's size.
func (s *Session) limitUse(weights []float64) limitUse {
	var u limitUse
	e, limits := s.exposure(weights), s.setup.mandate.Limits
	u.count("gross leverage", e.gross, limits.GrossLeverage)
	u.count("netted leverage", e.netted, limits.NettedLeverage)
	for class, net := range e.class {
		limit := limits.AssetClassNet
		if classLimit, has := limits.AssetClasses[class]; has {
			limit = classLimit
		}
		u.count("net "+class, math.Abs(net), limit)
	}
	for _, net := range e.net {
		u.count("single instrument", math.Abs(net), limits.InstrumentNet)
	}
	for _, gross := range e.strategy {
		u.count("single strategy", gross, limits.StrategyGross)
	}
	days := s.replay(e.net, 0)
	s.countVaR(&u, days[max(0, len(days)-varDays):])
	for _, length := range s.setup.mandate.ReplayDays {
		u.count("stress loss", -100*worstStretch(days, length), limits.StressLossPct)
	}
	for _, shocks := range s.setup.shocks {
		u.count("stress loss", -100*s.stress(e.net, shocks), limits.StressLossPct)
	}
	return u
}

// countVaR notes how much of the limits on VaR and CVaR is used. None of these figures exceeds the worst day's
// loss. So if that loss itself would use no more than the fullest limit so far, they are not computed.
func (s *Session) countVaR(u *limitUse, days []float64) {
	limits := s.setup.mandate.Limits
	if len(days) < risk.MinReturns {
		return
	}
	var bound limitUse
	for _, limit := range []*float64{limits.VaR95Pct, limits.VaR99Pct, limits.CVaR95Pct} {
		bound.count("", -100*worstStretch(days, 1), limit)
	}
	if bound.most <= u.most {
		return
	}
	u.count("VaR 95%", 100*risk.HistoricalVaR(days, 0.95), limits.VaR95Pct)
	u.count("VaR 99%", 100*risk.HistoricalVaR(days, 0.99), limits.VaR99Pct)
	u.count("CVaR 95%", 100*risk.HistoricalCVaR(days, 0.95), limits.CVaR95Pct)
}

// replay returns what net weights would have made on each day of the history from a row on, as fractions
// of NAV.
func (s *Session) replay(net []float64, from int) []float64 {
	type held struct {
		asset  int
		factor float64 // from a move to the profit
	}
	var book []held
	for n, w := range net {
		switch {
		case w == 0:
		case s.setup.assets[n].Kind == desk.KindYield:
			book = append(book, held{n, -w * s.quotes[n].sensitivity.Duration})
		default:
			book = append(book, held{n, w})
		}
	}
	width := len(s.setup.assets)
	days := make([]float64, max(0, len(s.moves)/width-from))
	for d := range days {
		row := s.moves[(from+d)*width : (from+d+1)*width]
		sum := 0.0
		for _, h := range book {
			sum += h.factor * row[h.asset]
		}
		days[d] = sum
	}
	return days
}

// worstStretch returns the lowest sum of length days in a row, 0 if it is positive or there are fewer days.
func worstStretch(days []float64, length int) float64 {
	sum, worst := 0.0, 0.0
	for n, d := range days {
		sum += d
		if n >= length {
			sum -= days[n-length]
		}
		if n >= length-1 {
			worst = min(worst, sum)
		}
	}
	return worst
}

// stress returns what net weights make in a scenario, as a fraction of NAV.
func (s *Session) stress(net []float64, shocks []shock) float64 {
	pnl := 0.0
	for n, w := range net {
		if w == 0 {
			continue
		}
		if s.setup.assets[n].Kind == desk.KindYield {
			pnl += w * s.quotes[n].sensitivity.Return(shocks[n].move)
		} else {
			pnl += w * shocks[n].move * shocks[n].factor
		}
	}
	return pnl
}
