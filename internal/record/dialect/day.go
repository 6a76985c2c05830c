package dialect

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dayForm says what the text of a day tells about the order of its parts.
type dayForm int

const (
	notADay   dayForm = iota
	plainDay          // 2026-03-31, 20260331, 31 Mar 2026: no order is needed
	dayFirst          // 31/03/2026
	monthLead         // 03/31/2026
	openOrder         // 02/03/2026
	sameParts         // 02/02/2026: the order does not matter
	shortYear         // 31/03/26: neither the order nor the century is written
)

// dayText is the text of a day, taken apart.
type dayText struct {
	form  dayForm
	parts [3]int // as they stand in the text
	month int    // of a day with the month's name
	year  int    // of a day whose year has four digits
}

var (
	yearFirst   = newPattern(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$`)
	yearLast    = newPattern(`^(\d{1,2})([-/. ])(\d{1,2})([-/. ])(\d{4}|\d{2})$`)
	yearDashes  = newPattern(`^\d{4}-\d{2}-\d{2}$`)
	eightDigits = newPattern(`^(\d{4})(\d{2})(\d{2})$`)
	namedParts  = newPattern(`[-/.,\s]+`)
)

// monthNames are English, Portuguese and Spanish names. Only the first three letters count, which mean the same month
// in all three languages.
var monthNames = map[string]int{
	"jan": 1, "ene": 1, "feb": 2, "fev": 2, "mar": 3, "apr": 4, "abr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7,
	"aug": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "out": 10, "nov": 11, "dec": 12, "dez": 12, "dic": 12,
}

// fullMonths are the whole names, so that a word that only begins like a month is none.
const fullMonths = " january janeiro enero february fevereiro febrero march março marco marzo april abril may maio mayo june junho junio july julho julio " +
	"august agosto september setembro septiembre sept october outubro octubre november novembro noviembre december dezembro diciembre "

func monthOf(word string) int {
	word = strings.ToLower(strings.TrimSuffix(word, "."))
	if len(word) < 3 || len(word) > 3 && !strings.Contains(fullMonths, " "+word+" ") {
		return 0
	}
	return monthNames[word[:3]]
}

// readDay takes apart the text of a day.
func readDay(text string) dayText {
	if m := yearFirst().FindStringSubmatch(text); m != nil {
		return plain(number(m[1]), number(m[2]), number(m[3]))
	}
	if m := eightDigits().FindStringSubmatch(text); m != nil {
		return plain(number(m[1]), number(m[2]), number(m[3]))
	}
	if m := yearLast().FindStringSubmatch(text); m != nil && m[2] == m[4] {
		a, b, c := number(m[1]), number(m[3]), number(m[5])
		d := dayText{parts: [3]int{a, b, c}, year: c}
		switch {
		case len(m[5]) == 2:
			d.form = shortYear
		case a > 31 || b > 31 || a > 12 && b > 12 || a == 0 || b == 0:
			d.form = notADay
		case a > 12:
			d.form = dayFirst
		case b > 12:
			d.form = monthLead
		case a == b:
			d.form = sameParts
		default:
			d.form = openOrder
		}
		return d
	}
	return namedDay(text)
}

// namedDay takes apart a day with the name of its month: Jan 02, 2026; 2 de fev. de 2026; 02-Mar-2026.
func namedDay(text string) dayText {
	var d dayText
	var numbers []string
	for _, word := range namedParts().Split(text, -1) {
		month := monthOf(word)
		switch {
		case word == "" || strings.EqualFold(word, "de"):
		case month > 0 && d.month == 0:
			d.month = month
		case word != "" && strings.Trim(word, "0123456789") == "":
			numbers = append(numbers, word)
		default:
			return dayText{}
		}
	}
	if d.month == 0 || len(numbers) != 2 {
		return dayText{}
	}
	first, second := numbers[0], numbers[1]
	switch {
	case len(first) <= 2 && len(second) == 4:
		return plain(number(second), d.month, number(first))
	case len(first) == 4 && len(second) <= 2:
		return plain(number(first), d.month, number(second))
	case len(first) <= 2 && len(second) == 2:
		d.form, d.parts = shortYear, [3]int{number(first), d.month, number(second)}
		return d
	}
	return dayText{}
}

func plain(year, month, day int) dayText {
	if _, ok := dateOf(year, month, day); !ok {
		return dayText{}
	}
	return dayText{form: plainDay, parts: [3]int{year, month, day}}
}

// number returns the value of a text of digits that is short enough for an int.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

func dateOf(year, month, day int) (string, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t.Format(time.DateOnly), t.Year() == year && int(t.Month()) == month && t.Day() == day && year >= 1000
}

// canonical returns the day as 2026-03-31, or false if it is none in this order. settled says that the caller gave the
// order, so that a year of two digits can be read too.
func (d dayText) canonical(order string, settled bool) (string, bool) {
	p := d.parts
	switch d.form {
	case plainDay:
		return dateOf(p[0], p[1], p[2])
	case notADay:
		return "", false
	case shortYear:
		if !settled {
			return "", false
		}
		if d.month > 0 { // the month stands in the middle
			if order == "ymd" {
				return dateOf(century(p[0]), p[1], p[2])
			}
			return dateOf(century(p[2]), p[1], p[0])
		}
		switch order {
		case "ymd":
			return dateOf(century(p[0]), p[1], p[2])
		case "mdy":
			return dateOf(century(p[2]), p[0], p[1])
		}
		return dateOf(century(p[2]), p[1], p[0])
	}
	switch order {
	case "mdy":
		return dateOf(p[2], p[0], p[1])
	case "ymd":
		return "", false
	}
	return dateOf(p[2], p[1], p[0])
}

// century returns the year of two digits as POSIX reads it: 69 to 99 are of the last century.
func century(year int) int {
	if year < 69 {
		return 2000 + year
	}
	return 1900 + year
}

// readings says how the text of a day with an open order can be read.
func (d dayText) readings() string {
	dmy, _ := d.canonical("dmy", false)
	mdy, _ := d.canonical("mdy", false)
	return fmt.Sprintf("%s or %s?", dmy, mdy)
}
