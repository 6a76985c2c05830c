package pnl

import (
	"errors"
	"fmt"
	"math"
)

// The conventions of a credit default swap on an emerging sovereign.
const (
	// Recovery is the standard recovery rate of emerging-market sovereigns: 25 % (ISDA standard
	// North American and emerging-market CDS conventions; Markit, standard model).
	Recovery = 0.25
	// riskFree is the rate at which the premiums are discounted, compounded continuously. It is constant, so
	// that a spread's sensitivity needs no other instrument's level. One percentage point more takes about
	// 2 % off the annuity of five years.
	riskFree = 0.03
	// premiumStep is the time between two premiums, in years.
	premiumStep = 0.25
)

// protectionSold is a credit default swap, with protection sold, per unit of notional. With a flat hazard rate
// λ = s/(1−R) the risky annuity is A(s) = Σ ¼·exp(−(r+λ)·t) over the quarterly premiums (the "credit
// triangle"; O'Kane and Turnbull, Valuation of Credit Default Swaps, Lehman Brothers 2003). Premiums that are
// accrued at default are left out. Sold at a running premium k the swap is worth V(s) = (k − s)·A(s), hence
//
//	D = −V′ = A − (k − s)·A′        C = V″ = −2·A′ + (k − s)·A″
//
// With u = 1/(1−R): A′ = −u·Σ ¼·t·exp(…) and A″ = u²·Σ ¼·t²·exp(…). The premium k is coupon_pct. Without one
// the swap is struck today: k = s, so that D = A and C = −2·A′. A spread index over bonds (EMBI) counts as
// protection sold on the same issuer for its tenor.
func protectionSold(b bondOnDay) (Sensitivity, error) {
	s := b.yield
	if s < 0 {
		return Sensitivity{}, errors.New("a spread below zero means no default probability")
	}
	const u = 1 / (1 - Recovery)
	var a, a1, a2 float64
	for _, f := range regularFlows(b.calendarYears(365), premiumStep, 0) {
		t := f.periods
		accrual := math.Min(premiumStep, t) // the first premium may be for part of a quarter
		v := accrual * math.Exp(-(riskFree+s*u)*t)
		a += v
		a1 -= u * t * v
		a2 += u * u * t * t * v
	}
	basis := fmt.Sprintf("risky annuity, recovery %g %%, discounted at %g %%, %s", Recovery*100, riskFree*100, b.term())
	over := 0.0
	if b.CouponPct != nil {
		over = *b.CouponPct/100 - s
		basis = fmt.Sprintf("risky annuity at a premium of %g %%, recovery %g %%, discounted at %g %%, %s",
			*b.CouponPct, Recovery*100, riskFree*100, b.term())
	}
	return Sensitivity{Duration: a - over*a1, Convexity: -2*a1 + over*a2, Basis: basis}, nil
}
