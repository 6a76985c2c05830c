package pnl

import "fmt"

// yearlyZero is one payment in t years, compounded yearly: P = (1+y)^−t.
func yearlyZero(t, y float64, basis string) Sensitivity {
	g := 1 + y
	return Sensitivity{Duration: t / g, Convexity: t * (t + 1) / (g * g), Basis: basis}
}

// simpleZero is one payment after t years at simple interest: P = 1/(1+yt), so that −P'/P = t/(1+yt)
// and P″/P = 2t²/(1+yt)².
func simpleZero(t, y float64, basis string) (Sensitivity, error) {
	g := 1 + y*t
	if g <= 0 {
		return Sensitivity{}, fmt.Errorf("simple interest over %.2f years leaves no price", t)
	}
	return Sensitivity{Duration: t / g, Convexity: 2 * t * t / (g * g), Basis: basis}, nil
}
