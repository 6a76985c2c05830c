package pnl

import (
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/desk"
)

// ntnbCoupon is the real coupon of an NTN-B, in percent a year (National Treasury of Brazil).
const ntnbCoupon = 6.0

// WithConventions returns an instrument of kind yield, completed with what its name says. It takes a maturity
// or a tenor from the name only if the instrument has neither, and a coupon only if it has none. So the
// instrument's own fields always win. An instrument whose name has none of the forms below stays as it is,
// and so does an instrument of another kind. A year of two digits is one of this century.
//
//	DI1F27, DDIF27    the B3 future: matures on the first business day of January 2027
//	DAPK27            the same for the IPCA coupon: the 15th, or the next business day
//	NTNB30, NTNB2030  NTN-B: matures on 15 August in even years, 15 May in odd years; coupon 6 %
//	UST10Y, UST3M, USTIPS10Y, USBE5Y, EUR2Y      a constant tenor
//	DI_1Y, DDI_2Y, NTNB_5Y, CDS_BR_5Y, DI_6M     a constant tenor; NTN-B with its coupon
func WithConventions(i desk.Instrument) desk.Instrument {
	if i.Kind != desk.KindYield {
		return i
	}
	if i.CouponPct == nil && strings.HasPrefix(withoutHyphen(i.Name), "NTNB") {
		coupon := ntnbCoupon
		i.CouponPct = &coupon
	}
	if !i.Maturity.IsZero() || i.TenorYears != nil {
		return i
	}
	if maturity, ok := futureMaturity(i.Name); ok {
		i.Maturity = maturity
	} else if maturity, ok := ntnbMaturity(i.Name); ok {
		i.Maturity = maturity
	} else if tenor, ok := tenorInName(i.Name); ok {
		i.TenorYears = &tenor
	}
	return i
}

// withoutHyphen is the name without the hyphen that some write in NTN-B.
func withoutHyphen(name string) string { return strings.Replace(name, "NTN-B", "NTNB", 1) }

// futureMaturity reads a B3 contract code such as DI1F27: three characters of the future, the month's letter and
// the year.
func futureMaturity(name string) (time.Time, bool) {
	const months = "FGHJKMNQUVXZ" // January to December on every futures exchange
	if len(name) != 6 {
		return time.Time{}, false
	}
	month := time.Month(strings.IndexByte(months, name[3]) + 1)
	year, ok := yearOf(name[4:])
	if month == 0 || !ok {
		return time.Time{}, false
	}
	for _, f := range families() {
		if f.future == name[:3] {
			return firstBusinessDay(year, month, f.futureDay), true
		}
	}
	return time.Time{}, false
}

// ntnbMaturity reads NTNB30 and NTNB2030.
func ntnbMaturity(name string) (time.Time, bool) {
	digits, found := strings.CutPrefix(withoutHyphen(name), "NTNB")
	year, ok := yearOf(strings.TrimLeft(digits, "_ "))
	if !found || !ok {
		return time.Time{}, false
	}
	if year%2 == 0 {
		return time.Date(year, time.August, 15, 0, 0, 0, 0, time.UTC), true
	}
	return time.Date(year, time.May, 15, 0, 0, 0, 0, time.UTC), true
}

// yearOf reads a year of two digits, which is one of this century, or of four.
func yearOf(digits string) (int, bool) {
	n, ok := wholeNumber(digits)
	switch {
	case ok && len(digits) == 2:
		return 2000 + n, true
	case ok && len(digits) == 4 && n >= 1900 && n < 2200:
		return n, true
	}
	return 0, false
}

// tenorInName reads a tenor in years: from UST10Y 10, from EUR6M 0.5, from the end of CDS_BR_5Y 5.
func tenorInName(name string) (float64, bool) {
	tail := name
	if at := strings.LastIndexByte(name, '_'); at >= 0 {
		tail = name[at+1:]
	} else {
		for _, f := range families() {
			if rest, found := strings.CutPrefix(name, f.prefix); found && f.tenorFollows {
				tail = rest
				break
			}
		}
	}
	if len(tail) < 2 {
		return 0, false
	}
	n, ok := wholeNumber(tail[:len(tail)-1])
	if !ok || n == 0 {
		return 0, false
	}
	switch tail[len(tail)-1] {
	case 'Y':
		return float64(n), true
	case 'M':
		return float64(n) / 12, true
	}
	return 0, false
}

// wholeNumber reads one to four digits and nothing else.
func wholeNumber(s string) (int, bool) {
	if len(s) == 0 || len(s) > 4 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}
