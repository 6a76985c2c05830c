package pnl

import (
	"errors"
	"fmt"
	"time"

	"macrowatch/internal/desk"
)

// ErrMatured says that an instrument has matured by the day, so it has no sensitivity any more.
var ErrMatured = errors.New("has matured")

// ErrNoDuration says that neither an instrument nor its name says anything about its duration.
var ErrNoDuration = errors.New("has no duration: it needs a maturity, tenor_years or modified_duration")

// longestYears is the longest time to maturity that is accepted: as long as two century bonds in a row.
const longestYears = 200

// Sensitivity is what a bond's price does when its yield or spread moves.
type Sensitivity struct {
	Duration  float64 // modified duration −P'/P, in years
	Convexity float64 // P″/P, in years squared
	// Basis says in one phrase what the two were computed from. The page shows it.
	Basis string
}

// Return returns −D·Δy + ½·C·Δy², the gain as a fraction of the bond's value when its yield moves by
// dy, in decimals (0.0001 is one basis point). It is the price's Taylor series to the second order
// (Fabozzi, Bond Markets, Analysis and Strategies, the chapter on price volatility).
func (s Sensitivity) Return(dy float64) float64 {
	return -s.Duration*dy + 0.5*s.Convexity*dy*dy
}

// SensitivityOf returns the modified duration and the convexity of a yield instrument on a day. The level is
// the day's yield, in the unit in which the instrument is quoted.
//
// It first reads the instrument's name, as [WithConventions] does. The time to maturity then comes from the
// maturity, or from the tenor if there is no maturity. The prefix of the name chooses the formula: see
// families for which prefix has which one, and each formula's comment for its source. For an instrument with
// neither maturity nor tenor, the duration is its modified_duration.
//
// An error names the instrument. There is an error if the instrument is no yield, if it has matured
// ([ErrMatured]), if nothing says its duration ([ErrNoDuration]), or if the formula has no price at this level.
func SensitivityOf(i desk.Instrument, day time.Time, level float64) (Sensitivity, error) {
	if i.Kind != desk.KindYield {
		return Sensitivity{}, fmt.Errorf("%s is a %s, not a yield: it has no duration", i.Name, i.Kind)
	}
	y, err := Decimal(i.QuotedIn, level)
	if err != nil {
		return Sensitivity{}, fmt.Errorf("%s: %w", i.Name, err)
	}
	b := bondOnDay{Instrument: WithConventions(i), day: day, yield: y}
	if !b.Maturity.IsZero() && DayNumber(b.Maturity) <= DayNumber(day) {
		return Sensitivity{}, fmt.Errorf("%s %w, on %s", b.Name, ErrMatured, b.Maturity.Format(time.DateOnly))
	}
	if !finite(y) || y <= -1 {
		return Sensitivity{}, fmt.Errorf("%s at %v %s: no bond has such a yield", i.Name, level, i.QuotedIn)
	}
	if b.Maturity.IsZero() && b.TenorYears == nil {
		return constantSensitivity(b.Instrument)
	}
	if years := b.calendarYears(365); years > longestYears {
		return Sensitivity{}, fmt.Errorf("%s has %.0f years to maturity; at most %d are understood", b.Name, years, longestYears)
	}
	s, err := familyOf(b.Name).sensitivity(b)
	if err != nil {
		return Sensitivity{}, fmt.Errorf("%s at %v %s: %w", b.Name, level, b.QuotedIn, err)
	}
	return s, nil
}

// constantSensitivity returns the sensitivity of an instrument that has a modified_duration and nothing else.
// It takes D² as the convexity, as a single payment has it. No bond of the same duration has less convexity,
// so a long position's loss is never understated.
func constantSensitivity(i desk.Instrument) (Sensitivity, error) {
	if i.ModifiedDuration == nil {
		return Sensitivity{}, fmt.Errorf("%s %w", i.Name, ErrNoDuration)
	}
	d := *i.ModifiedDuration
	return Sensitivity{Duration: d, Convexity: d * d, Basis: fmt.Sprintf("constant modified duration %g years", d)}, nil
}

// bondOnDay is an instrument of kind yield on one day. It has a maturity or a tenor.
type bondOnDay struct {
	desk.Instrument
	day   time.Time
	yield float64 // in decimals
}

// term says in words how long the bond runs.
func (b bondOnDay) term() string {
	if !b.Maturity.IsZero() {
		return "maturity " + b.Maturity.Format(time.DateOnly)
	}
	return fmt.Sprintf("tenor %g years", *b.TenorYears)
}

// businessYears is the time to maturity in years of 252 business days. A tenor is taken as such years.
func (b bondOnDay) businessYears() float64 {
	if b.Maturity.IsZero() {
		return *b.TenorYears
	}
	return float64(BusinessDays(b.day, b.Maturity)) / YearOfBusinessDays
}

// calendarYears is the time to maturity in years of so many calendar days. A year of a tenor has 365.
func (b bondOnDay) calendarYears(daysOfYear float64) float64 {
	if b.Maturity.IsZero() {
		return *b.TenorYears * 365 / daysOfYear
	}
	return float64(DayNumber(b.Maturity)-DayNumber(b.day)) / daysOfYear
}
