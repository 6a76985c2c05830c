package pnl

import (
	"errors"
	"fmt"
	"math"
	"time"

	"macrowatch/internal/desk"
)

// flow is a payment, at a time counted in compounding periods.
type flow struct {
	periods float64
	amount  float64
}

// yearlyBond is a bond whose yield is compounded once a period of one year:
// P = Σ a·(1+y)^−t, −P'/P = Σ t·a·(1+y)^(−t−1) / P, P″/P = Σ t(t+1)·a·(1+y)^(−t−2) / P.
func yearlyBond(flows []flow, y float64, basis string) Sensitivity {
	d, c := momentsOf(flows, y)
	return Sensitivity{Duration: d, Convexity: c, Basis: basis}
}

// momentsOf returns −P'/P and P″/P with respect to the yield of one period.
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

// brazilianFlows are the payments of an NTN after the day, for a face of 1: every half-year before the
// maturity a coupon of (1+c)^½ − 1, which comes to c a year compounded. A payment day that is no
// business day is paid on the next one, which leaves the count of business days before it as it is.
func brazilianFlows(i desk.Instrument, day time.Time, coupon float64) []flow {
	half := math.Sqrt(1+coupon) - 1
	if i.Maturity.IsZero() {
		return regularFlows(*i.TenorYears, 0.5, half)
	}
	today, knows := DayNumber(day), knowsBlackAwareness(DayNumber(day))
	var flows []flow
	counted, upTo := 0, today
	for _, n := range couponDays(i.Maturity, today) {
		counted += businessDays(upTo, n, knows)
		upTo = n
		flows = append(flows, flow{float64(counted) / YearOfBusinessDays, half})
	}
	flows[len(flows)-1].amount++
	return flows
}

// regularFlows are payments of an amount every step years counted back from the end, and 1 at the end.
func regularFlows(years, step, amount float64) []flow {
	n := max(1, int(math.Ceil(years/step-1e-9)))
	flows := make([]flow, 0, n)
	for k := n - 1; k >= 0; k-- {
		flows = append(flows, flow{years - float64(k)*step, amount})
	}
	flows[n-1].amount++
	return flows
}

// couponDays are the days after today on which a bond pays: its maturity and every half-year before
// it, the earliest first.
func couponDays(maturity time.Time, today int) []int {
	var days []int
	for k := 0; ; k++ {
		n := monthsBefore(maturity, 6*k)
		if n <= today {
			break
		}
		days = append(days, n)
	}
	for a, b := 0, len(days)-1; a < b; a, b = a+1, b-1 {
		days[a], days[b] = days[b], days[a]
	}
	return days
}

// monthsBefore goes back whole months and stays within the month: half a year before 31 August is 28
// or 29 February.
func monthsBefore(maturity time.Time, months int) int {
	year, month, day := maturity.Date()
	first := time.Date(year, month-time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return DayNumber(first) + min(day, last) - 1
}

// halfYearlyBond is a bond in the street convention of US Treasuries: coupons of half the yearly rate,
// yield compounded half-yearly, the broken period counted in days of the coupon period it is in
// (Treasury: 31 CFR part 356, appendix B). P is the full price, accrued interest included. Time is
// counted in half-years, so the yearly D is half and the yearly C a quarter of what that gives.
func halfYearlyBond(i desk.Instrument, day time.Time, y float64, from string) (Sensitivity, error) {
	if y/2 <= -1 {
		return Sensitivity{}, errors.New("no half-yearly compounding has such a yield")
	}
	coupon, basis := y, "par bond with half-yearly coupons, "+from
	if i.CouponPct != nil {
		coupon = *i.CouponPct / 100
		basis = fmt.Sprintf("half-yearly coupons of %g %% a year, %s", *i.CouponPct, from)
	}
	var flows []flow
	if i.Maturity.IsZero() {
		flows = regularFlows(2**i.TenorYears, 1, coupon/2)
	} else {
		flows = streetFlows(i.Maturity, DayNumber(day), coupon/2)
	}
	if len(flows) == 1 && i.CouponPct == nil {
		basis = "one payment, compounded half-yearly, " + from
	}
	d, c := momentsOf(flows, y/2)
	if !finite(d) || !finite(c) || d < 0 {
		return Sensitivity{}, errors.New("the bond has no price above zero")
	}
	return Sensitivity{Duration: d / 2, Convexity: c / 4, Basis: basis}, nil
}

// streetFlows are the payments after today, in half-years.
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
