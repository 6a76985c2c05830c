package pnl

import "fmt"

// A bond with one payment: the formula depends on how its yield is compounded and how its days are counted.

// businessDayZero is one payment, compounded over business days of 252 (B3, DI1 and DAP contract
// specifications).
func businessDayZero(b bondOnDay) (Sensitivity, error) {
	return yearlyZero(b.businessYears(), b.yield, "one payment, business days over 252, "+b.term()), nil
}

// inflationSwap is a zero-coupon inflation swap. A positive weight receives the breakeven rate, and gains when
// it falls.
func inflationSwap(b bondOnDay) (Sensitivity, error) {
	return yearlyZero(b.calendarYears(365), b.yield, "zero-coupon inflation swap, "+b.term()), nil
}

// yearlyZero is one payment in t years, compounded yearly: P = (1+y)^−t, D = t/(1+y), C = t(t+1)/(1+y)².
func yearlyZero(t, y float64, basis string) Sensitivity {
	g := 1 + y
	return Sensitivity{Duration: t / g, Convexity: t * (t + 1) / (g * g), Basis: basis}
}

// continuousZero is one payment with a yield that is compounded continuously, as the ECB's spot yields are:
// P = exp(−yt), D = t, C = t².
func continuousZero(b bondOnDay) (Sensitivity, error) {
	t := b.calendarYears(365)
	return Sensitivity{Duration: t, Convexity: t * t, Basis: "spot yield compounded continuously, " + b.term()}, nil
}

// simpleZero is one payment at simple interest over calendar days of 360 (B3, DDI contract specification).
// With t = days/360: P = 1/(1+yt), D = t/(1+yt), C = 2t²/(1+yt)².
func simpleZero(b bondOnDay) (Sensitivity, error) {
	t := b.calendarYears(360)
	g := 1 + b.yield*t
	if g <= 0 {
		return Sensitivity{}, fmt.Errorf("simple interest over %.2f years leaves no price", t)
	}
	return Sensitivity{Duration: t / g, Convexity: 2 * t * t / (g * g), Basis: "one payment, simple interest over 360 days, " + b.term()}, nil
}
