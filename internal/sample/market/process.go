package market

import (
	"math"
	"math/rand/v2"
)

// yearDays is how many days the simulation counts to a year: about as many as a market trades.
const yearDays = 252

// factor is a common shock of a day.
type factor int

// The common shocks: each is independent of the others, of mean 0 and variance 1 in a calm spell.
const (
	riskAversion factor = iota // the world's investors sell what is risky
	dollar                     // the dollar gains on everything
	usRates                    // US yields rise
	brazil                     // investors leave Brazil
	brRates                    // Brazilian yields rise
	inflation                  // expected Brazilian inflation rises
	oil                        // oil gains
	factors      = 7
)

// loading says how much of a driver's shock is that factor's, as a correlation.
type loading struct {
	factor factor
	share  float64
}

// process is how a driver moves from day to day: an Ornstein–Uhlenbeck process of the logarithm, in
// discrete time,
//
//	x(t+1) = x(t) + κ/252·(ln mean − x(t)) + drift/252 + volatility/√252·spell·shock
//
// One part of the shock comes from the common factors, as the loadings say. The rest of its variance is the driver's own.
type process struct {
	start, mean float64 // levels; mean matters only where reversion is above 0
	reversion   float64 // κ, per year
	drift       float64 // per year, of the logarithm
	volatility  float64 // of the logarithm, annual, before the spell's factor
	loadings    []loading
}

// step returns the driver's logarithm a day later.
func (p process) step(x float64, w weather, own float64) float64 {
	shock, explained := 0.0, 0.0
	for _, l := range p.loadings {
		shock += l.share * w.factors[l.factor]
		explained += l.share * l.share
	}
	shock = bounded(shock + math.Sqrt(max(0, 1-explained))*own)
	x += p.drift/yearDays + p.volatility/math.Sqrt(yearDays)*w.spell*shock
	if p.reversion > 0 {
		x += p.reversion / yearDays * (math.Log(p.mean) - x)
	}
	return x
}

// weather is what a day means for all drivers.
type weather struct {
	factors  [factors]float64
	currents [factors]float64 // the means of the factors, which change slowly
	spell    float64          // the factor on every volatility
	stressed bool
}

// The calm and the stressed spells. A calm spell lasts 180 days on average, a stressed one 40. Volatility does not jump
// between them: its logarithm goes an eighth of the remaining way each day when stress begins, and a twelfth when it
// ends.
const (
	toStress, toCalm       = 1.0 / 180, 1.0 / 40
	calmSpell, stressSpell = 0.8, 2.0
	riseOfStress           = 1.0 / 8
	fadingOfStress         = 1.0 / 12
	// stressDrift is the mean of a stressed day's risk aversion, in its standard deviations: investors
	// sell for weeks, not on one day.
	// calmDrift makes up for it in the calm spells, so that there is no drift in the long run.
	stressDrift, calmDrift = 0.12, -0.067
)

// The means of the common factors wander slowly, so that there are trends: autoregressive, half gone
// after about two months, with a standard deviation of a small part of a day's shock.
const (
	currentLasts = 0.984
	currentSize  = 0.03
)

// freedom is the degrees of freedom of the Student t that shocks come from: a day's common factors
// share one mixing variable, so that they are extreme together.
const freedom = 5

// after draws the weather of the day after w.
func (w weather) after(r *rand.Rand) weather {
	if chance := r.Float64(); w.stressed {
		w.stressed = chance >= toCalm
	} else {
		w.stressed = chance < toStress
	}
	toward, pace := calmSpell, fadingOfStress
	if w.stressed {
		toward, pace = stressSpell, riseOfStress
	}
	w.spell *= math.Pow(toward/w.spell, pace)
	mixing := tailMixing(r)
	for f := range w.factors {
		w.currents[f] = currentLasts*w.currents[f] + currentSize*math.Sqrt(1-currentLasts*currentLasts)*r.NormFloat64()
		w.factors[f] = bounded(r.NormFloat64()*mixing) + w.currents[f]
	}
	if w.stressed {
		w.factors[riskAversion] += stressDrift
	} else {
		w.factors[riskAversion] += calmDrift
	}
	return w
}

// ownShock draws the part of a driver's shock that is its own: a Student t scaled to variance 1.
func ownShock(r *rand.Rand) float64 { return bounded(r.NormFloat64() * tailMixing(r)) }

// tailMixing draws √((ν−2)/χ²), by which a normal variable becomes a Student t of ν degrees of freedom
// with variance 1.
func tailMixing(r *rand.Rand) float64 {
	chi2 := 0.0
	for range freedom {
		z := r.NormFloat64()
		chi2 += z * z
	}
	return math.Sqrt((freedom - 2) / max(chi2, 0.05))
}

// bounded keeps a shock within four and a half standard deviations, so that no day of a long history has an absurd
// move.
func bounded(shock float64) float64 { return max(-4.5, min(4.5, shock)) }
