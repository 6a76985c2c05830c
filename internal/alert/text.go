package alert

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// longestLine is how much of an error message a summary shows.
const longestLine = 200

// firstLine returns the first line of a text that is not blank, cut if it is long.
func firstLine(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			if utf8.RuneCountInString(line) > longestLine {
				line = string([]rune(line)[:longestLine-1]) + "…"
			}
			return line
		}
	}
	return ""
}

// sentence ends a text with a full stop.
func sentence(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

// clock is a time in the desk's zone, such as Mon 2 Mar 06:15.
func (l look) clock(t time.Time) string { return t.In(l.Rules.Location()).Format("Mon 2 Jan 15:04") }

// before and after are how much of the time around a moment the page of an alert shows.
const before, after = 12 * time.Hour, time.Hour

// page is the path of a dashboard at a moment.
func (l look) page(path string, moment time.Time) string {
	if moment.IsZero() {
		moment = l.at
	}
	values := url.Values{
		"from": {strconv.FormatInt(moment.Add(-before).UnixMilli(), 10)},
		"to":   {strconv.FormatInt(moment.Add(after).UnixMilli(), 10)},
	}
	return path + "?" + values.Encode()
}

// amount is a number with up to two decimals.
func amount(x float64) string { return rounded(x, 2) }

func rounded(x float64, decimals int) string {
	text := strconv.FormatFloat(x, 'f', decimals, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return strings.Replace(text, "-", "−", 1)
}

// apart are two numbers with up to two decimals, or with as many as tell them apart.
func apart(a, b float64) (string, string) {
	for decimals := 2; decimals < 6; decimals++ {
		if x, y := rounded(a, decimals), rounded(b, decimals); x != y || a == b {
			return x, y
		}
	}
	return rounded(a, 6), rounded(b, 6)
}

func percent(x float64) string { return amount(x) + " %" }

func number(x float64) *float64 { return &x }

// count is a number with the fitting word.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n) + " " + many
}
