package risk

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Moments are the first four moments of a P&L history, all with the divisor n of a population.
type Moments struct {
	Mean, StdDev   float64
	Skewness       float64 // m₃/σ³; 0 if σ is 0
	ExcessKurtosis float64 // m₄/σ⁴ − 3; 0 if σ is 0
}

// MomentsOf computes the moments of a P&L history. They are NaN without data.
func MomentsOf(pnl []float64) Moments {
	mean, variance := stat.PopMeanVariance(pnl, nil)
	m := Moments{Mean: mean, StdDev: math.Sqrt(variance)}
	if variance > 0 {
		m.Skewness = stat.MomentAbout(3, pnl, mean, nil) / (variance * m.StdDev)
		m.ExcessKurtosis = stat.MomentAbout(4, pnl, mean, nil)/(variance*variance) - 3
	}
	return m
}

// NormalVaR returns the parametric value at risk −(μ + z·σ), where z is the normal quantile at 1 − confidence
// (J.P. Morgan, RiskMetrics technical document, 1996, with the mean kept).
func (m Moments) NormalVaR(confidence float64) float64 {
	return -(m.Mean + m.StdDev*distuv.UnitNormal.Quantile(1-confidence))
}

// NormalCVaR returns −μ + σ·φ(z)/(1 − confidence), the mean loss beyond NormalVaR in a normal distribution.
func (m Moments) NormalCVaR(confidence float64) float64 {
	z := distuv.UnitNormal.Quantile(1 - confidence)
	return -m.Mean + m.StdDev*distuv.UnitNormal.Prob(z)/(1-confidence)
}

// ModifiedVaR returns −(μ + g·σ), where g is the normal quantile corrected for skewness S and excess kurtosis K, to the
// second order of Cornish and Fisher (1937), as Favre and Galeano use it (Mean-modified value-at-risk optimization with
// hedge funds, 2002):
//
//	g = z + (z²−1)·S/6 + (z³−3z)·K/24 − (2z³−5z)·S²/36
func (m Moments) ModifiedVaR(confidence float64) float64 {
	return -(m.Mean + m.StdDev*m.modifiedQuantile(confidence))
}

// modifiedQuantile is g in the formula of ModifiedVaR.
func (m Moments) modifiedQuantile(confidence float64) float64 {
	z := distuv.UnitNormal.Quantile(1 - confidence)
	s, k := m.Skewness, m.ExcessKurtosis
	return z + (z*z-1)*s/6 + (z*z*z-3*z)*k/24 - (2*z*z*z-5*z)*s*s/36
}

// ModifiedCVaR returns the mean loss beyond ModifiedVaR under the Edgeworth density of the same order
// (Boudt, Peterson and Croux, Estimation and decomposition of downside risk for portfolios with
// non-normal returns, 2008):
//
//	−μ + σ·φ(g)/(1−c) · [1 + g³·S/6 + (g⁶−9g⁴+9g²+3)·S²/72 + (g⁴−2g²−1)·K/24]
//
// It is never less than ModifiedVaR, as they recommend, because the density can become negative far in the tail.
func (m Moments) ModifiedCVaR(confidence float64) float64 {
	g := m.modifiedQuantile(confidence)
	s, k := m.Skewness, m.ExcessKurtosis
	g2 := g * g
	g4, g6 := g2*g2, g2*g2*g2
	e := distuv.UnitNormal.Prob(g) / (1 - confidence) *
		(1 + g2*g*s/6 + (g6-9*g4+9*g2+3)*s*s/72 + (g4-2*g2-1)*k/24)
	return -m.Mean + m.StdDev*math.Max(e, -g)
}

// CornishFisherHolds tells whether the modified quantile rises with its probability everywhere, as a quantile must:
// dg/dz = 1 + z·S/3 + (z²−1)·K/8 − (6z²−5)·S²/36 > 0 for all z (Maillard, A user's guide to the Cornish Fisher
// expansion, 2012). If it does not, the modified VaR at 99 % may be smaller than that at 95 %.
func (m Moments) CornishFisherHolds() bool {
	s, k := m.Skewness, m.ExcessKurtosis
	a, b, c := k/8-s*s/6, s/3, 1-k/8+5*s*s/36 // a·z² + b·z + c
	return (a > 0 && b*b < 4*a*c) || (a == 0 && b == 0 && c > 0)
}
