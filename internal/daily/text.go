package daily

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// clock writes a moment as the desk reads it: "Fri 27 Nov 18:00", with the year if that is not the day's own.
func (d Day) clock(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	local := at.In(d.Rules.Location())
	layout := "Mon 2 Jan 15:04"
	if local.Year() != d.At.In(d.Rules.Location()).Year() {
		layout = "Mon 2 Jan 2006 15:04"
	}
	return local.Format(layout)
}

// shortClock writes a moment of the last six days as "Fri 18:00", and an older one as its day.
func (d Day) shortClock(at time.Time) string {
	local := at.In(d.Rules.Location())
	if d.At.Sub(at) < 6*24*time.Hour {
		return local.Format("Mon 15:04")
	}
	return d.date(local)
}

// date writes a day of the desk: "Fri 27 Nov", and "27 Nov 2025" in another year.
func (d Day) date(day time.Time) string {
	if day.IsZero() {
		return "never"
	}
	if day.Year() != d.At.In(d.Rules.Location()).Year() {
		return day.Format("2 Jan 2006")
	}
	return day.Format("Mon 2 Jan")
}

// ago says how long before the day's moment something was.
func (d Day) ago(at time.Time) string { return lasted(d.At.Sub(at).Seconds()) + " ago" }

// lasted writes a duration in its two largest units.
func lasted(seconds float64) string {
	whole := int64(math.Round(max(seconds, 0)))
	switch {
	case seconds < 10:
		return fmt.Sprintf("%.1f s", max(seconds, 0))
	case whole < 60:
		return fmt.Sprintf("%d s", whole)
	case whole < 3600:
		return joined(whole/60, "min", whole%60, "s")
	case whole < 48*3600:
		return joined(whole/3600, "h", whole%3600/60, "min")
	}
	return plural(int(whole/86400), "day", "days")
}

func joined(a int64, unitA string, b int64, unitB string) string {
	if b == 0 {
		return fmt.Sprintf("%d %s", a, unitA)
	}
	return fmt.Sprintf("%d %s %d %s", a, unitA, b, unitB)
}

// percent writes a figure in percent with two decimals, "–" if it is not known.
func (n number) percent() string {
	if !n.Known {
		return "–"
	}
	return fixed(n.Value, 2) + " %"
}

// signed writes a figure in percent with its sign.
func (n number) signed() string {
	if n.Known && n.Value > 0 && fixed(n.Value, 2) != "0.00" {
		return "+" + n.percent()
	}
	return n.percent()
}

// bare writes a figure in percent with its sign and without the unit.
func (n number) bare() string { return strings.TrimSuffix(n.signed(), " %") }

// plain writes a figure without trailing zeros, with at most two decimals.
func (n number) plain() string {
	switch {
	case !n.Known:
		return "–"
	case math.Abs(n.Value) >= 1e5:
		return amount(n.Value)
	}
	text := fixed(n.Value, 2)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// amount writes a number in the room of a tile or a column: large ones in thousands or millions.
func amount(v float64) string {
	switch size := math.Abs(v); {
	case size >= 1e8:
		return fixed(v/1e6, 1) + " m"
	case size >= 1e5:
		return fixed(v/1e3, 1) + " k"
	}
	return fixed(v, 2)
}

// fixed writes a number with thousands separated, and never −0. It rounds as the page does, so that a number reads the
// same in both.
func fixed(v float64, decimals int) string {
	scale := math.Pow10(decimals)
	if rounded := math.Floor(v*scale+0.5) / scale; !math.IsInf(rounded, 0) {
		v = rounded
	}
	text := fmt.Sprintf("%.*f", decimals, v)
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return strings.Replace(thousands(text), "-", "−", 1)
}

// thousands separates the thousands of a written number.
func thousands(text string) string {
	whole, rest, _ := strings.Cut(text, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if rest != "" {
		rest = "." + rest
	}
	return sign + whole + rest
}

// longest is how many characters of an error's first line are shown.
const longest = 180

// firstLine is the first line of a text that says something, shortened if it is long.
func firstLine(text string) string {
	for line := range strings.Lines(text) {
		line = strings.Map(func(c rune) rune {
			if c < ' ' {
				return ' '
			}
			return c
		}, strings.TrimSpace(line))
		if line != "" {
			return shortened(line, longest)
		}
	}
	return ""
}

// shortened cuts a text to so many characters.
func shortened(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:most-1]), " ") + "…"
}
