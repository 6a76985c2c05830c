package pnl

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// flow is a payment. Its time is counted in compounding periods.
type flow struct {
	periods float64
	amount  float64
}

// plainBond is a bond of no family: with half-yearly coupons if it has a coupon, otherwise one payment,
// compounded yearly.
func plainBond(b bondOnDay) (Sensitivity, error) {
	if b.CouponPct != nil {
		return halfYearlyBond(b)
	}
	return yearlyZero(b.calendarYears(365), b.yield, "one payment, compounded yearly, "+b.term()), nil
}

// brazilianBond is an NTN: half-yearly coupons and the principal, compounded over business days of 252
// (National Treasury of Brazil, calculation of NTN-B). An NTN-B is priced in real terms, so its yield is real.
func brazilianBond(b bondOnDay) (Sensitivity, error) {
	coupon := 0.0
	if b.CouponPct != nil {
		coupon = *b.CouponPct / 100
	}
	d, c := momentsOf(brazilianFlows(b, coupon), b.yield)
	basis := fmt.Sprintf("half-yearly coupons of %g %% a year, business days over 252, %s", coupon*100, b.term())
	return Sensitivity{Duration: d, Convexity: c, Basis: basis}, nil
}

// momentsOf returns −P'/P and P″/P with respect to the yield y of one period, for payments a at times t that
// are counted in periods:
//
//	P = Σ a·(1+y)^−t
//	−P'/P = Σ t·a·(1+y)^(−t−1) / P
//	P″/P = Σ t(t+1)·a·(1+y)^(−t−2) / P
func momentsOf(flows []flow, perPeriod float64) (d, c float64) {
	g := 1 + perPeriod
	var price, first, second float64
	for _, f := range flows {
		v := f.amount * math.Pow(g, -f.periods)
		price += v
		first += f.periods * v
		second += f.periods * (f.periods + 1) * v
	}
	return first / price / g, second / price / (g * g)
}

// brazilianFlows are the payments of an NTN after the day, for a face of 1. It pays a coupon every half-year
// before its maturity. A coupon is (1+c)^½ − 1, so that two of them, compounded, make c a year. A payment that
// falls on a holiday is made on the next business day. The number of business days before it stays the same.
func brazilianFlows(b bondOnDay, coupon float64) []flow {
	half := math.Sqrt(1+coupon) - 1
	if b.Maturity.IsZero() {
		return regularFlows(*b.TenorYears, 0.5, half)
	}
	today := DayNumber(b.day)
	knows := knowsBlackAwareness(today)
	var flows []flow
	counted, upTo := 0, today
	for _, n := range couponDays(b.Maturity, today) {
		counted += businessDays(upTo, n, knows)
		upTo = n
		flows = append(flows, flow{float64(counted) / YearOfBusinessDays, half})
	}
	flows[len(flows)-1].amount++
	return flows
}

// regularFlows are payments of an amount every step years, counted back from the end, and of 1 more at the end.
func regularFlows(years, step, amount float64) []flow {
	n := max(1, int(math.Ceil(years/step-1e-9)))
	flows := make([]flow, 0, n)
	for k := n - 1; k >= 0; k-- {
		flows = append(flows, flow{years - float64(k)*step, amount})
	}
	flows[n-1].amount++
	return flows
}

// couponDays are the days after today on which a bond pays, the earliest first: its maturity, and every half-year
// before it.
func couponDays(maturity time.Time, today int) []int {
	var days []int
	for k := 0; ; k++ {
		n := monthsBefore(maturity, 6*k)
		if n <= today {
			break
		}
		days = append(days, n)
	}
	slices.Reverse(days)
	return days
}

// monthsBefore goes back whole months. If that month has no such day, it returns the month's last day: half a year
// before 31 August is 28 or 29 February.
func monthsBefore(maturity time.Time, months int) int {
	year, month, day := maturity.Date()
	first := time.Date(year, month-time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return DayNumber(first) + min(day, last) - 1
}

// halfYearlyBond is a bond in the street convention of US Treasuries: half of the yearly coupon is paid each
// half-year, and the yield is compounded half-yearly. The time to the next coupon is a fraction of the coupon
// period, in days (31 CFR part 356, appendix B). P is the full price, accrued interest included. Without a
// given coupon the bond stands at par, so that its coupon equals its yield, as it is with the Treasury's
// constant-maturity yields. Inflation-protected bonds have the same formula on the real yield.
//
// The formula counts time in half-years. So D in years is half of the formula's result, and C in years
// squared a quarter.
func halfYearlyBond(b bondOnDay) (Sensitivity, error) {
	if b.yield/2 <= -1 {
		return Sensitivity{}, errors.New("no half-yearly compounding has such a yield")
	}
	coupon, basis := b.yield, "par bond with half-yearly coupons, "+b.term()
	if b.CouponPct != nil {
		coupon = *b.CouponPct / 100
		basis = fmt.Sprintf("half-yearly coupons of %g %% a year, %s", *b.CouponPct, b.term())
	}
	var flows []flow
	if b.Maturity.IsZero() {
		flows = regularFlows(2**b.TenorYears, 1, coupon/2)
	} else {
		flows = streetFlows(b.Maturity, DayNumber(b.day), coupon/2)
	}
	if len(flows) == 1 && b.CouponPct == nil {
		basis = "one payment, compounded half-yearly, " + b.term()
	}
	d, c := momentsOf(flows, b.yield/2)
	if !finite(d) || !finite(c) || d < 0 {
		return Sensitivity{}, errors.New("the bond has no price above zero")
	}
	return Sensitivity{Duration: d / 2, Convexity: c / 4, Basis: basis}, nil
}

// streetFlows are the payments after today. Their times are in half-years, of which the first one is usually broken.
func streetFlows(maturity time.Time, today int, amount float64) []flow {
	days := couponDays(maturity, today)
	previous := monthsBefore(maturity, 6*len(days))
	broken := float64(days[0]-today) / float64(days[0]-previous)
	flows := make([]flow, len(days))
	for k := range days {
		flows[k] = flow{broken + float64(k), amount}
	}
	flows[len(flows)-1].amount++
	return flows
}
