package pnl

import (
	"errors"
	"fmt"
	"math"

	"macrowatch/internal/desk"
)

// ErrAcrossZero says that a simple return was asked for between two prices of which at least one is not above zero.
var ErrAcrossZero = errors.New("a simple return across zero has no meaning")

// SimpleReturn returns to/from − 1, the gain of a price instrument as a fraction of its price. The error is
// [ErrAcrossZero] if from or to is zero or below: the sign of such a return would not say who gained. A price that
// is not finite is an error too.
func SimpleReturn(from, to float64) (float64, error) {
	if !finite(from) || !finite(to) {
		return 0, fmt.Errorf("a price of %v after %v is not a finite number", to, from)
	}
	if from <= 0 || to <= 0 {
		return 0, fmt.Errorf("from %v to %v: %w", from, to, ErrAcrossZero)
	}
	return to/from - 1, nil
}

// PriceReturn returns the profit in BRL of an unfunded position, as a fraction of its size:
// (to/from − 1) × rateTo/rateFrom. Its price goes from one level to another while the BRL per unit of its quote
// currency go from rateFrom to rateTo. Both rates are 1 if no conversion is needed.
func PriceReturn(from, to, rateFrom, rateTo float64) (float64, error) {
	local, err := SimpleReturn(from, to)
	if err != nil {
		return 0, err
	}
	if !(rateFrom > 0) || !(rateTo > 0) || !finite(rateFrom) || !finite(rateTo) {
		return 0, fmt.Errorf("an exchange rate of %v after %v is not a finite number above 0", rateTo, rateFrom)
	}
	return local * rateTo / rateFrom, nil
}

// Decimal returns a yield or spread, or a move of one, as a decimal: 12.5 in percent and 1250 in bp are both 0.125. Any
// other unit is an error, since no yield is quoted in it.
func Decimal(quotedIn string, level float64) (float64, error) {
	switch quotedIn {
	case desk.InPercent:
		return level / 100, nil
	case desk.InBasisPoints:
		return level / 10_000, nil
	}
	return 0, fmt.Errorf("quoted_in %q is not percent or bp, as a yield's must be", quotedIn)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
