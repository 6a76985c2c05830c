package unit

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Plain writes a number as JavaScript's String does: with the fewest digits that read back as the same number, and with
// an exponent from 1e21 up and below 1e-6.
func Plain(v float64) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	case v == 0:
		return "0" // also for minus zero
	}
	if a := math.Abs(v); a >= 1e21 || a < 1e-6 {
		return trimExponent(strconv.FormatFloat(v, 'e', -1, 64))
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// trimExponent turns Go's "1e-07" into "1e-7".
func trimExponent(s string) string {
	i := strings.IndexByte(s, 'e')
	if i < 0 || len(s) < i+4 || s[i+2] != '0' {
		return s
	}
	return s[:i+2] + s[i+3:]
}

// Fixed writes a number with so many decimals, zeros included. If decimals is nil, it writes as many as show about three
// significant digits, and none for a whole number.
func Fixed(v float64, decimals *int) string {
	switch {
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "-∞"
	case math.IsNaN(v):
		return "NaN"
	}
	var n int
	if decimals != nil {
		n = *decimals
	} else {
		n = decimalsFor(v)
	}
	if v == 0 {
		return strconv.FormatFloat(0, 'f', min(max(n, 0), 100), 64)
	}
	factor := 1.0
	if n > 0 {
		factor = powerOfTen(n)
	}
	if math.IsInf(v*factor, 0) && !math.IsInf(v, 0) {
		return Plain(v) // such a large number has no decimals; Grafana writes Infinity.00
	}
	s := Plain(math.Floor(v*factor+0.5) / factor)
	if r := v * factor; math.Floor(r+0.5)-r > 0.5 {
		// Adding a half has itself rounded up. For example, 0.49999999999999994 must become 0.
		s = Plain(math.Floor(r) / factor)
	}
	if strings.ContainsRune(s, 'e') {
		return s
	}
	have := 0
	if dot := strings.IndexByte(s, '.'); dot >= 0 {
		have = len(s) - dot - 1
	}
	if have < n {
		if have == 0 {
			s += "."
		}
		s += strings.Repeat("0", n-have)
	}
	return s
}

// powerOfTen returns the float that is nearest to a power of ten. Beyond the powers that a float holds exactly, math.Pow10 does not always
// return the nearest one.
func powerOfTen(n int) float64 {
	if n >= -22 && n <= 22 { // 1e22 is the last power of ten that a float holds exactly
		return math.Pow10(n)
	}
	v, err := strconv.ParseFloat("1e"+strconv.Itoa(n), 64)
	if err != nil {
		return math.Inf(1)
	}
	return v
}

// decimalsFor returns how many decimals show about three significant digits.
func decimalsFor(v float64) int {
	if v == math.Trunc(v) {
		return 0
	}
	a := math.Abs(v)
	dec := -int(math.Floor(math.Log(a)/math.Ln10)) + 1
	if a/powerOfTen(-dec) > 2.25 {
		dec++
	}
	return max(dec, 0)
}

// exponential writes a number as JavaScript's toExponential does.
func exponential(v float64, decimals *int) string {
	switch {
	case math.IsNaN(v), math.IsInf(v, 0):
		return Plain(v)
	case v == 0:
		v = 0 // without the sign of minus zero
	}
	if decimals == nil {
		return trimExponent(strconv.FormatFloat(v, 'e', -1, 64))
	}
	// Go rounds a tie to the even digit, JavaScript up. So all digits are written, of which a float has at most 767,
	// and rounded here.
	n := min(max(*decimals, 0), 100)
	exact := strconv.FormatFloat(math.Abs(v), 'e', 766, 64)
	mantissa, exponent, _ := strings.Cut(exact, "e")
	rounded := roundDecimal(mantissa, n)
	e, _ := strconv.Atoi(exponent)
	if strings.HasPrefix(rounded, "10") {
		rounded = roundDecimal("1."+strings.Repeat("0", n+1), n)
		e++
	}
	sign := ""
	if v < 0 {
		sign = "-"
	}
	return fmt.Sprintf("%s%se%+d", sign, rounded, e)
}

// grouped writes a number as American English does, with commas between thousands and at most three decimals.
func grouped(v float64, decimals *int) string {
	switch {
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "-∞"
	case math.IsNaN(v):
		return "NaN"
	}
	n := 3
	if decimals != nil {
		n = min(max(*decimals, 0), 100)
	}
	s := roundHalfAway(v, n)
	whole, frac, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if frac = strings.TrimRight(frac, "0"); frac != "" {
		whole += "." + frac
	}
	return sign + whole
}

// roundHalfAway rounds the shortest decimal form of v to n decimals. It rounds a tie away from zero, as browsers do.
func roundHalfAway(v float64, n int) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', -1, 64)
	if dot := strings.IndexByte(s, '.'); dot >= 0 && len(s)-dot-1 > n {
		s = roundDecimal(s, n)
	}
	if math.Signbit(v) {
		return "-" + s
	}
	return s
}

// roundDecimal rounds the text of a positive decimal number with a point to n decimals. It rounds a tie up.
func roundDecimal(s string, n int) string {
	dot := strings.IndexByte(s, '.')
	up := s[dot+1+n] >= '5'
	digits := []byte("0" + s[:dot] + s[dot+1:dot+1+n])
	for i := len(digits) - 1; up && i >= 0; i-- {
		if up = digits[i] == '9'; up {
			digits[i] = '0'
		} else {
			digits[i]++
		}
	}
	whole := strings.TrimLeft(string(digits[:dot+1]), "0")
	if whole == "" {
		whole = "0"
	}
	if n == 0 {
		return whole
	}
	return whole + "." + string(digits[dot+1:])
}

// hexadecimal writes a number, rounded to its decimals, in base 16.
func hexadecimal(v float64, decimals *int, prefix string) string {
	f, err := strconv.ParseFloat(Fixed(v, decimals), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		switch {
		case math.IsInf(v, 0):
			return prefix + "NAN" // Grafana reads back the text "∞"
		}
		return prefix + strings.ToUpper(Plain(v))
	}
	s := hexDigits(math.Abs(f))
	if f < 0 {
		return "-" + prefix + s
	}
	return prefix + s
}

// hexDigits writes as many digits after the point as are needed to tell v from the floats beside it.
func hexDigits(v float64) string {
	whole := math.Floor(v)
	frac := v - whole
	delta := max(0.5*(math.Nextafter(v, math.Inf(1))-v), math.SmallestNonzeroFloat64)
	var b []byte
	if frac >= delta {
		b = append(b, '.')
		for frac >= delta {
			frac *= 16
			delta *= 16
			digit := math.Floor(frac)
			frac -= digit
			if (frac > 0.5 || frac == 0.5 && int(digit)&1 == 1) && frac+delta > 1 {
				digit++
				frac = 0
			}
			b = append(b, strings.ToUpper(strconv.FormatInt(int64(digit), 16))...)
		}
	}
	n, _ := new(big.Float).SetFloat64(whole).Int(nil)
	return strings.ToUpper(n.Text(16)) + string(b)
}
