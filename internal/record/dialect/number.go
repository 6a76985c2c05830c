package dialect

import (
	"strings"
)

// signs says what the signs between the digits of one number tell about its decimal sign.
type signs int

const (
	noSigns     signs = iota // 1234, 1 234: nothing
	pointSigns               // 1.5, 1,234.5, 1,234,567: the point is the decimal sign
	commaSigns               // 1,5, 1.234,5, 1.234.567: the comma is
	eitherSigns              // 1.234 or 1,234: one of the two readings is a thousand times the other
	notANumber
)

// amount is a number's text without what stands around it.
type amount struct {
	core     string // digits, points and commas, without spaces and apostrophes
	exponent string // "", or E-3
	negative bool
	percent  bool
	shift    int // a suffix K, M or B
}

// groupSigns are the signs between thousands that are never a decimal sign.
var groupSigns = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\u2009", "", "'", "", "\u2019", "")

// readAmount takes apart the text of a number. suffixes allows K, M and B after it.
func readAmount(text string, suffixes bool) (amount, bool) {
	var a amount
	text = strings.TrimSpace(strings.ReplaceAll(text, "\u2212", "-"))
	if inner, found := strings.CutPrefix(text, "("); found {
		if text, found = strings.CutSuffix(inner, ")"); !found {
			return a, false
		}
		a.negative = true
	}
	if cut, found := strings.CutSuffix(text, "%"); found {
		text, a.percent = strings.TrimSpace(cut), true
	}
	if suffixes && text != "" {
		if n := strings.IndexByte("KMB", text[len(text)-1]); n >= 0 {
			text, a.shift = text[:len(text)-1], 3*(n+1)
		}
	}
	signed := false
	for _, sign := range []string{"-", "+"} {
		cut, found := strings.CutPrefix(text, sign)
		if !found {
			cut, found = strings.CutSuffix(text, sign)
		}
		if found {
			if signed || a.negative {
				return a, false
			}
			text, a.negative, signed = strings.TrimSpace(cut), sign == "-", true
			break
		}
	}
	if i := strings.IndexAny(text, "eE"); i > 0 {
		power := strings.TrimLeft(text[i+1:], "+-")
		if power == "" || len(text)-i-1-len(power) > 1 || strings.Trim(power, "0123456789") != "" {
			return a, false
		}
		text, a.exponent = text[:i], "E"+text[i+1:]
	}
	grouped := groupSigns.Replace(text)
	if grouped != text && !groupsOfThree(text) {
		return a, false
	}
	a.core = grouped
	if a.core == "" || strings.Trim(a.core, "0123456789.,") != "" || strings.Trim(a.core, ".,") == "" {
		return a, false
	}
	return a, true
}

// groupsOfThree reports whether the spaces or apostrophes of a number stand between groups of three digits.
func groupsOfThree(text string) bool {
	whole := text
	if i := strings.IndexAny(text, ".,"); i >= 0 {
		whole = text[:i]
	}
	groups := strings.FieldsFunc(whole, func(r rune) bool { return r < '0' || r > '9' })
	for i, g := range groups {
		if i > 0 && len(g) != 3 || i == 0 && (len(g) == 0 || len(g) > 3) {
			return false
		}
	}
	return len(groups) > 1 && groupSigns.Replace(whole) == strings.Join(groups, "")
}

// signs says what the number tells about its decimal sign.
func (a amount) signs() signs {
	points, commas := strings.Count(a.core, "."), strings.Count(a.core, ",")
	switch {
	case points == 0 && commas == 0:
		return noSigns
	case points > 0 && commas > 0:
		if strings.LastIndexByte(a.core, '.') > strings.LastIndexByte(a.core, ',') {
			return pointSigns
		}
		return commaSigns
	case points > 1:
		return commaSigns
	case commas > 1:
		return pointSigns
	}
	decimal, sign := pointSigns, "."
	if commas == 1 {
		decimal, sign = commaSigns, ","
	}
	whole, part, _ := strings.Cut(a.core, sign)
	if len(part) == 3 && len(whole) >= 1 && len(whole) <= 3 && whole[0] != '0' && a.exponent == "" {
		return eitherSigns
	}
	return decimal
}

// canonical returns the number with a decimal point, or false if its signs do not fit the decimal sign of the file.
func (a amount) canonical(comma bool) (string, bool) {
	decimal, group := ".", ","
	if comma {
		decimal, group = ",", "."
	}
	whole, part, _ := strings.Cut(a.core, decimal)
	if strings.ContainsAny(part, ".,") {
		return "", false
	}
	if strings.Contains(whole, group) {
		groups := strings.Split(whole, group)
		for i, g := range groups {
			if i == 0 && (g == "" || len(g) > 3) || i > 0 && len(g) != 3 {
				return "", false
			}
		}
		whole = strings.Join(groups, "")
	}
	text := shifted(whole, part, a.shift)
	if a.negative {
		text = "-" + text
	}
	return text + a.exponent, true
}

// shifted returns whole.part with its decimal point moved by some digits, to the left if digits is negative.
func shifted(whole, part string, digits int) string {
	for ; digits > 0; digits-- {
		if part == "" {
			part = "0"
		}
		whole, part = whole+part[:1], part[1:]
	}
	for ; digits < 0; digits++ {
		if whole == "" {
			whole = "0"
		}
		whole, part = whole[:len(whole)-1], whole[len(whole)-1:]+part
	}
	if whole == "" {
		whole = "0"
	}
	if part == "" {
		return whole
	}
	return whole + "." + part
}

// hundredth returns a canonical number divided by a hundred, without rounding.
func hundredth(text string) string {
	sign := ""
	if cut, found := strings.CutPrefix(text, "-"); found {
		sign, text = "-", cut
	}
	exponent := ""
	if i := strings.IndexByte(text, 'E'); i >= 0 {
		text, exponent = text[:i], text[i:]
	}
	whole, part, _ := strings.Cut(text, ".")
	return sign + shifted(whole, part, -2) + exponent
}
