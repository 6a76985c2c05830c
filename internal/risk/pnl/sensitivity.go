package pnl

import (
	"errors"
	"fmt"
	"time"

	"macrowatch/internal/desk"
)

// ErrMatured says that an instrument had matured by the day: it has no sensitivity any more.
var ErrMatured = errors.New("has matured")

// ErrNoDuration says that nothing tells an instrument's duration.
var ErrNoDuration = errors.New("has no duration: it needs a maturity, tenor_years or modified_duration")

// longestYears is the longest time to maturity that is taken for one: a century bond, twice.
const longestYears = 200

// SensitivityOf returns the modified duration and convexity of a yield instrument on a day at a level
// (in the unit that the instrument is quoted in). The instrument's name is read first, as
// [WithConventions] does. Time to maturity T comes from the maturity, else from the tenor; where there
// is neither, from modified_duration, a constant, with the convexity of a single payment, D². By name:
//
//   - DI (not DDI), DAP: one payment, compounded over business days of 252 (B3, DI1 and DAP contract
//     specifications). P = (1+y)^−T, D = T/(1+y), C = T(T+1)/(1+y)²
//   - DDI: one payment, simple interest over calendar days of 360 (B3, DDI contract specification).
//     With τ = days/360 (a tenor's year has 365 days), P = 1/(1+yτ), D = τ/(1+yτ), C = 2τ²/(1+yτ)²
//   - NTN: half-yearly coupons of (1+c)^½ − 1 and the principal, compounded over business days of 252
//     (National Treasury of Brazil, calculation of NTN-B); in real terms for NTN-B, so the yield is real
//   - UST: half-yearly coupons of c/2, yield compounded half-yearly; where no coupon is given a par bond,
//     its coupon equal to its yield, as the Treasury's constant-maturity yields are; up to half a year
//     one payment. USTIPS the same on the real yield
//   - USBE: a zero-coupon inflation swap: D = T/(1+y), C = T(T+1)/(1+y)². Positive weight receives the
//     breakeven, and gains when it falls
//   - EUR and a tenor: the ECB's spot yields, which are compounded continuously: D = T, C = T²
//   - CDS, EMBI: protection sold, with a flat hazard rate, a recovery of [Recovery] and quarterly premiums,
//     discounted at a constant 3 %: D = A(s), the risky annuity, and C = −2·A′(s)
//   - anything else: half-yearly coupons where a coupon is given, otherwise one payment compounded yearly
//
// Errors name the instrument: it is no yield, has matured ([ErrMatured]), says nothing of its duration
// ([ErrNoDuration]), or its level is one that the formula has no price for.
func SensitivityOf(i desk.Instrument, day time.Time, level float64) (Sensitivity, error) {
	if i.Kind != desk.KindYield {
		return Sensitivity{}, fmt.Errorf("%s is a %s, not a yield: it has no duration", i.Name, i.Kind)
	}
	y, err := Decimal(i.QuotedIn, level)
	if err != nil {
		return Sensitivity{}, fmt.Errorf("%s: %w", i.Name, err)
	}
	if !finite(y) || y <= -1 {
		return Sensitivity{}, fmt.Errorf("%s at %v %s: no bond has such a yield", i.Name, level, i.QuotedIn)
	}
	i = WithConventions(i)
	if !i.Maturity.IsZero() && DayNumber(i.Maturity) <= DayNumber(day) {
		return Sensitivity{}, fmt.Errorf("%s %w, on %s", i.Name, ErrMatured, i.Maturity.Format(time.DateOnly))
	}
	if i.Maturity.IsZero() && i.TenorYears == nil {
		return constantSensitivity(i)
	}
	if years := calendarYears(i, day, 365); years > longestYears {
		return Sensitivity{}, fmt.Errorf("%s has %.0f years to maturity; at most %d are understood", i.Name, years, longestYears)
	}
	s, err := byFamily(i, day, y)
	if err != nil {
		return Sensitivity{}, fmt.Errorf("%s at %v %s: %w", i.Name, level, i.QuotedIn, err)
	}
	return s, nil
}

// constantSensitivity is the fallback. A single payment has the least convexity that a bond of its
// duration can have, so D² errs on the side of a long position's loss.
func constantSensitivity(i desk.Instrument) (Sensitivity, error) {
	if i.ModifiedDuration == nil {
		return Sensitivity{}, fmt.Errorf("%s %w", i.Name, ErrNoDuration)
	}
	d := *i.ModifiedDuration
	return Sensitivity{Duration: d, Convexity: d * d, Basis: fmt.Sprintf("constant modified duration %g years", d)}, nil
}

func byFamily(i desk.Instrument, day time.Time, y float64) (Sensitivity, error) {
	from := horizonText(i)
	switch familyOf(i.Name) {
	case nominalZero, realZero:
		return yearlyZero(businessYears(i, day), y, "one payment, business days over 252, "+from), nil
	case simpleCupom:
		return simpleZero(calendarYears(i, day, 360), y, "one payment, simple interest over 360 days, "+from)
	case realBond:
		coupon := 0.0
		if i.CouponPct != nil {
			coupon = *i.CouponPct / 100
		}
		basis := fmt.Sprintf("half-yearly coupons of %g %% a year, business days over 252, %s", coupon*100, from)
		return yearlyBond(brazilianFlows(i, day, coupon), y, basis), nil
	case treasury:
		return halfYearlyBond(i, day, y, from)
	case breakeven:
		return yearlyZero(calendarYears(i, day, 365), y, "zero-coupon inflation swap, "+from), nil
	case continuousZero:
		t := calendarYears(i, day, 365)
		return Sensitivity{Duration: t, Convexity: t * t, Basis: "spot yield compounded continuously, " + from}, nil
	case creditSpread:
		return creditSensitivity(i, calendarYears(i, day, 365), y, from)
	}
	if i.CouponPct != nil {
		return halfYearlyBond(i, day, y, from)
	}
	return yearlyZero(calendarYears(i, day, 365), y, "one payment, compounded yearly, "+from), nil
}

func horizonText(i desk.Instrument) string {
	if !i.Maturity.IsZero() {
		return "maturity " + i.Maturity.Format(time.DateOnly)
	}
	return fmt.Sprintf("tenor %g years", *i.TenorYears)
}

// businessYears is the time to maturity in years of 252 business days; a tenor counts as it stands.
func businessYears(i desk.Instrument, day time.Time) float64 {
	if i.Maturity.IsZero() {
		return *i.TenorYears
	}
	return float64(BusinessDays(day, i.Maturity)) / YearOfBusinessDays
}

// calendarYears is the time to maturity in years of so many calendar days. A tenor's year has 365.
func calendarYears(i desk.Instrument, day time.Time, daysOfYear float64) float64 {
	if i.Maturity.IsZero() {
		return *i.TenorYears * 365 / daysOfYear
	}
	return float64(DayNumber(i.Maturity)-DayNumber(day)) / daysOfYear
}
