package desk

import (
	"fmt"
	"math"
	"time"
)

// Kind says what an instrument's history holds.
type Kind string

// The kinds of an instrument.
const (
	KindPrice Kind = "price"
	KindYield Kind = "yield"
)

// The two ways in which a yield may be quoted.
const (
	InPercent     = "percent"
	InBasisPoints = "bp"
)

// Instrument describes an instrument: a row of the table instruments.
type Instrument struct {
	Name string // unique; unless AssetClass is set, its prefix decides the asset class
	Kind Kind
	// QuotedIn is InPercent or InBasisPoints for a yield, the price's unit ("USD per barrel") for a
	// price.
	QuotedIn string
	// AssetClass is the asset class; "" leaves it to the prefix of the name.
	AssetClass string
	// Maturity is the day on which it matures, at midnight UTC; zero where it has none.
	Maturity time.Time
	// TenorYears is the constant time to maturity, above 0; nil where it has none.
	TenorYears *float64
	// CouponPct is the coupon in percent a year; nil where it is not known.
	CouponPct *float64
	// ModifiedDuration, in years, is used where no duration can be computed; nil where there is none.
	ModifiedDuration *float64
}

// Validate returns what is wrong with the instrument in one sentence, or nil.
func (i Instrument) Validate() error {
	if err := validateNames("instrument", i.Name, "quoted_in", i.QuotedIn); err != nil {
		return err
	}
	switch {
	case i.Kind != KindPrice && i.Kind != KindYield:
		return fmt.Errorf("kind %q is not price or yield", i.Kind)
	case i.Kind == KindYield && i.QuotedIn != InPercent && i.QuotedIn != InBasisPoints:
		return fmt.Errorf("quoted_in %q is not percent or bp, as a yield's must be", i.QuotedIn)
	case i.TenorYears != nil && !(*i.TenorYears > 0 && *i.TenorYears < math.Inf(1)):
		return fmt.Errorf("tenor_years %v is not a finite number above 0", *i.TenorYears)
	case i.CouponPct != nil && !(*i.CouponPct >= 0 && *i.CouponPct < math.Inf(1)):
		return fmt.Errorf("coupon_pct %v is not a finite number of at least 0", *i.CouponPct)
	case i.ModifiedDuration != nil && !(*i.ModifiedDuration >= 0 && *i.ModifiedDuration < math.Inf(1)):
		return fmt.Errorf("modified_duration %v is not a finite number of at least 0", *i.ModifiedDuration)
	}
	if i.AssetClass != "" {
		if err := validateName("asset_class", i.AssetClass); err != nil {
			return err
		}
	}
	return i.durationFault()
}

// durationFault reports a duration that is longer than the time to maturity. At a yield far below zero it may
// really be a little longer.
func (i Instrument) durationFault() error {
	const mostOfTenor = 1.1
	if i.ModifiedDuration == nil || i.TenorYears == nil || *i.ModifiedDuration <= mostOfTenor**i.TenorYears {
		return nil
	}
	return faultf("modified_duration", "%v does not agree with tenor_years %v: a duration is not longer than the time to maturity", *i.ModifiedDuration, *i.TenorYears)
}
