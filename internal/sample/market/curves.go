package market

import "math"

// scene holds the levels of all drivers on a day, and the policy rates in force.
type scene struct {
	at     [drivers]float64
	policy [policies]float64
}

// decay returns the weight of the short rate in a yield of so many years: (1 − e^−λT)/(λT), the slope
// of Nelson and Siegel, "Parsimonious Modeling of Yield Curves", Journal of Business 60 (1987).
func decay(years float64) float64 {
	const lambda = 0.6
	if years < 1e-6 {
		return 1
	}
	return (1 - math.Exp(-lambda*years)) / (lambda * years)
}

// di returns the nominal Brazilian yield of so many years, in percent. The curve goes from the short rate to the long
// nominal yield, which is the long real yield and expected inflation. The belly and the long end also move a little by
// themselves, so that there is something for butterfly strategies to trade.
func (s scene) di(years float64) float64 {
	long := s.at[brReal] + s.at[brExpected]
	w := decay(years)
	humps := 1 + (s.at[diBelly]-1)*bump(years, 2, 1.2) + (s.at[diLong]-1)*bump(years, 10, 5)
	return (w*s.at[brShort] + (1-w)*long) * humps
}

// bump is a hill of height 1 over a centre in years.
func bump(years, centre, width float64) float64 {
	d := (years - centre) / width
	return math.Exp(-d * d / 2)
}

// real returns the real Brazilian yield of so many years, in percent. At the short end, the nominal rate minus expected
// inflation counts for half only, since short linkers also hedge the inflation to come.
func (s scene) real(years float64) float64 {
	short := s.at[brReal] + 0.5*(s.at[brShort]-s.at[brExpected]-s.at[brReal])
	w := decay(years)
	humps := 1 + (s.at[ntnbBelly]-1)*bump(years, 7, 3)
	return max(0.2, (w*short+(1-w)*s.at[brReal])*humps)
}

// us returns the US yield of so many years, in percent.
func (s scene) us(years float64) float64 {
	w := decay(years)
	return w*s.at[usShort] + (1-w)*s.at[usLong]
}

// cdsBrazil returns Brazil's spread of so many years, in bp: short protection costs less.
func (s scene) cdsBrazil(years float64) float64 {
	return s.at[cdsBR] * math.Pow(years/5, 0.55*s.at[cdsSlope])
}

// cupom returns the onshore dollar rate of so many years, in percent: the US rate, a part of Brazil's
// spread, and the basis between the two that never goes away.
func (s scene) cupom(years float64) float64 {
	return s.us(years) + 0.7*s.cdsBrazil(years)/100 + 1.5*(s.at[cupomBasis]-0.8)
}

// forward returns the outright rate of a dollar forward of so many years: covered interest parity with
// the onshore rates.
func (s scene) forward(years float64) float64 {
	return s.at[usdbrl] * math.Pow(1+s.di(years)/100, years) / (1 + s.cupom(years)/100*years)
}
