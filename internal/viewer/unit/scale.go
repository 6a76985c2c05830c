package unit

import (
	"math"
	"strings"
)

// scaled divides a number by a power of `factor` that makes it easy to read, and adds the suffix for that power. The
// argument `offset` is the index of the suffix for numbers that are not divided.
func scaled(factor float64, suffixes []string, offset int) Format {
	return func(v float64, d *int, _ Env) Text {
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return Text{Text: grouped(v, nil)}
		}
		step := 0
		if v != 0 {
			step = int(math.Floor(log10(math.Abs(v)) / log10(factor)))
		}
		suffix := suffixes[min(max(offset+step, 0), len(suffixes)-1)]
		power := min(max(step, -offset), len(suffixes)-offset-1)
		return Text{Text: Fixed(v/powerOf(factor, power), d), Suffix: suffix}
	}
}

// powerOf returns a whole power of factor: exactly for 1024, and as exactly as a float can for 1000.
func powerOf(factor float64, power int) float64 {
	if factor == 1000 {
		return powerOfTen(3 * power)
	}
	return math.Pow(factor, float64(power))
}

// log10 computes the logarithm as browsers do. It is exact at the powers of ten, where a number turns from 1000 into 1 K.
func log10(v float64) float64 {
	const (
		reciprocal = 4.34294481903251816668e-01 // 1/ln 10
		twoHigh    = 3.01029995663611771306e-01 // log10 2, in two parts
		twoLow     = 3.69423907715893078616e-13
	)
	fraction, exponent := math.Frexp(v) // v = fraction · 2^exponent, fraction in [0.5, 1)
	k := float64(exponent - 1)
	mantissa := fraction * 2
	if k < 0 {
		k++
		mantissa /= 2
	}
	return k*twoHigh + (k*twoLow + reciprocal*math.Log(mantissa))
}

const siBase = 5 // index of "" in siPrefixes

func siPrefixes() []string {
	return []string{"f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"}
}

// si scales a unit by the prefixes of the SI. The argument `offset` is the power of 1000 in which the numbers
// are given: 1 if they are in thousands.
func si(unit string, offset int) Format {
	suffixes := siPrefixes()
	for i, p := range suffixes {
		suffixes[i] = " " + p + unit
	}
	return scaled(1000, suffixes, siBase+offset)
}

// siOffset returns the offset for the prefix that a custom "si:" unit begins with.
func siOffset(prefix string) (int, bool) {
	if prefix == "μ" { // Greek letter for the micro sign
		prefix = "µ"
	}
	for i, p := range siPrefixes() {
		if p != "" && p == prefix {
			return i - siBase, true
		}
	}
	return 0, false
}

// binary scales a unit by powers of 1024. The argument `offset` is the power in which the numbers are given.
func binary(unit string, offset int) Format {
	suffixes := []string{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"}
	for i, p := range suffixes {
		suffixes[i] = " " + p + unit
	}
	return scaled(1024, suffixes, offset)
}

func shortSuffixes() []string { return []string{"", "K", "M", "B", "T"} }

// count scales a count of things, such as requests each second.
func count(unit string) Format {
	f := scaled(1000, shortSuffixes(), 0)
	return func(v float64, d *int, env Env) Text {
		t := f(v, d, env)
		if math.IsInf(v, 0) || math.IsNaN(v) {
			t.Suffix = "undefined" // as Grafana, which adds the unit to a suffix that does not exist
		}
		t.Suffix += " " + unit
		return t
	}
}

// currency scales an amount, with the symbol before it or behind.
func currency(symbol string, behind bool) Format {
	f := scaled(1000, shortSuffixes(), 0)
	return func(v float64, d *int, env Env) Text {
		t := f(math.Abs(v), d, env)
		finite := !math.IsInf(v, 0) && !math.IsNaN(v)
		if behind && finite {
			t.Suffix += symbol
		} else if !behind {
			t.Prefix = symbol
		}
		if v < 0 {
			t.Prefix = "-" + t.Prefix
		}
		return t
	}
}

// scaledLine finds a unit in one line of the table, which is "kind|id=text|id=text".
func scaledLine(line, id string) (Format, bool) {
	head, rest, ok := strings.Cut(line, "|")
	if !ok {
		return nil, false
	}
	found := false
	for _, entry := range strings.Split(rest, "|") {
		name, text, ok := strings.Cut(entry, "=")
		if !ok || name != id {
			continue
		}
		found = true
		offset := 0
		if i := strings.LastIndexByte(text, '@'); i >= 0 {
			offset = int(text[i+2] - '0')
			if text[i+1] == '-' {
				offset = -offset
			}
			text = text[:i]
		}
		switch head {
		case "fixed":
			return fixed(text), true
		case "si":
			return si(text, offset), true
		case "bin":
			return binary(text, offset), true
		case "count":
			return count(text), true
		case "money":
			return currency(text, false), true
		case "moneyAfter":
			return currency(text, true), true
		case "steps":
			return scaled(1000, strings.Split(text, ","), 0), true
		}
	}
	return nil, found
}
