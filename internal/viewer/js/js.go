package js

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/viewer/unit"
)

// Text is how a value reads if nothing formats it. nil is "". A value is nil, a float64, a string, a bool, or a []any, which
// two reducers return.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return unit.Plain(v)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = Text(e)
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(v)
}

// Number returns the number that JavaScript makes of a value, or NaN.
func Number(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case bool:
		if v {
			return 1
		}
		return 0
	case string:
		if v == "" {
			return math.NaN()
		}
		return NumberFromText(v)
	}
	return math.NaN()
}

// NumberFromText returns the number that JavaScript makes of a text. An empty text is 0, and other text is NaN.
func NumberFromText(s string) float64 {
	s = strings.TrimSpace(s)
	switch s {
	case "":
		return 0
	case "Infinity", "+Infinity":
		return math.Inf(1)
	case "-Infinity":
		return math.Inf(-1)
	}
	if len(s) > 2 && s[0] == '0' {
		if base := map[byte]int{'x': 16, 'X': 16, 'b': 2, 'B': 2, 'o': 8, 'O': 8}[s[1]]; base > 0 {
			n, err := strconv.ParseUint(s[2:], base, 64)
			if err != nil {
				return math.NaN()
			}
			return float64(n)
		}
	}
	return decimal(s)
}

// decimal reads a decimal number. It is NaN for the other forms of numbers that Go knows.
func decimal(s string) float64 {
	for _, c := range s {
		if !strings.ContainsRune("0123456789+-.eE", c) {
			return math.NaN()
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}

// LeadingNumber is the number with which a text begins, as JavaScript's parseFloat reads it. It is NaN if there is none.
func LeadingNumber(v any) float64 {
	if f, ok := v.(float64); ok {
		return f
	}
	s := strings.TrimSpace(Text(v))
	for _, inf := range []string{"Infinity", "+Infinity", "-Infinity"} {
		if strings.HasPrefix(s, inf) {
			return NumberFromText(inf)
		}
	}
	for n := len(s); n > 0; n-- {
		if f := decimal(s[:n]); !math.IsNaN(f) {
			return f
		}
	}
	return math.NaN()
}

// Truthy reports whether JavaScript treats a value as true.
func Truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case float64:
		return v != 0 && !math.IsNaN(v)
	case string:
		return v != ""
	case bool:
		return v
	}
	return true
}

// Regexp compiles a pattern of Grafana's settings: "/expression/flags", or an expression alone, which must match the whole
// text. global reports whether the pattern has the flag g.
func Regexp(pattern string) (re *regexp.Regexp, global bool, err error) {
	expr, flags := "^"+pattern+"$", ""
	if strings.HasPrefix(pattern, "/") {
		end := strings.LastIndexByte(pattern, '/')
		if end == 0 {
			return nil, false, fmt.Errorf("%q is not a regular expression", pattern)
		}
		expr, flags = pattern[1:end], pattern[end+1:]
	}
	prefix := ""
	for _, f := range flags {
		switch f {
		case 'g':
			global = true
		case 'i', 'm', 's':
			prefix += string(f)
		default:
			return nil, false, fmt.Errorf("%q has the unsupported flag %q", pattern, f)
		}
	}
	if prefix != "" {
		prefix = "(?" + prefix + ")"
	}
	re, err = regexp.Compile(prefix + goSyntax(expr))
	if err != nil {
		return nil, false, fmt.Errorf("%q is not a regular expression that can be read here", pattern)
	}
	return re, global, nil
}

// goSyntax rewrites \u with four digits, for which Go's regular expressions have another spelling.
func goSyntax(expr string) string {
	var b strings.Builder
	for i := 0; i < len(expr); i++ {
		if expr[i] != '\\' || i+1 == len(expr) {
			b.WriteByte(expr[i])
			continue
		}
		if expr[i+1] == 'u' && i+6 <= len(expr) {
			b.WriteString(`\x{` + expr[i+2:i+6] + `}`)
			i += 5
			continue
		}
		b.WriteString(expr[i : i+2])
		i++
	}
	return b.String()
}

// ParseDate reads a text as a time in milliseconds. It is NaN if the text is no time.
func ParseDate(s string) float64 {
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04",
		"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", "2006-01-02", "2006-01",
		"20060102", "20060102T150405", "2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return float64(t.UnixMilli())
		}
	}
	return math.NaN()
}

// Fixed writes a number with a fixed number of decimals, as JavaScript's toFixed does. A number that lies exactly in the
// middle is rounded away from zero.
func Fixed(v float64, decimals int) string {
	decimals = min(max(decimals, 0), 100)
	if math.IsNaN(v) || math.Abs(v) >= 1e21 {
		return unit.Plain(v)
	}
	scaled := new(big.Rat).SetFloat64(math.Abs(v))
	scaled.Mul(scaled, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)))
	scaled.Add(scaled, big.NewRat(1, 2))
	digits := new(big.Int).Quo(scaled.Num(), scaled.Denom()).String()
	if missing := decimals + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	whole := len(digits) - decimals
	out := digits[:whole]
	if decimals > 0 {
		out += "." + digits[whole:]
	}
	if v < 0 {
		out = "-" + out
	}
	return out
}

// FixedNumber is a number rounded as Fixed writes it.
func FixedNumber(v float64, decimals int) float64 { return NumberFromText(Fixed(v, decimals)) }
