package dialect

import (
	"strings"
	"time"
)

// convert returns the canonical form of a cell. If the cell has no such form, problem says why; the text is then as the
// file has it. A text that is wrong in every dialect is returned as it is: the desk's rules refuse it.
func (c cellForm) convert(t Type, text string, literal bool) (canonical, problem string) {
	switch {
	case t.numeric():
		return c.number(t, text, literal)
	case t == Day:
		return c.day(text)
	case t == Time:
		return c.time(text)
	}
	return text, ""
}

func (c cellForm) number(t Type, text string, literal bool) (string, string) {
	if literal {
		return text, ""
	}
	a, ok := readAmount(text, c.suffixes)
	if !ok {
		return text, ""
	}
	canonical, ok := a.canonical(c.decimal == "comma")
	if !ok && c.decimal == "" {
		return text, "" // nothing in the file says what its signs mean
	}
	if !ok {
		return text, "not a number with a decimal " + c.decimal
	}
	switch {
	case !a.percent, t == Percent, t == Price && c.percent:
		return canonical, ""
	case t == Share:
		return hundredth(canonical), ""
	case t == Price:
		return text, "a price with a percent sign; --kind yield says that the prices are yields in percent"
	}
	return text, "a percent sign, in a column that is no percentage"
}

func (c cellForm) day(text string) (string, string) {
	if excelNumber().MatchString(text) {
		return text, excelProblem
	}
	if isEpoch(Day, text) {
		t, ok := fromEpoch(text, c.epoch)
		switch {
		case !ok:
			return text, ""
		case !t.Equal(t.Truncate(24 * time.Hour)):
			return text, "is " + t.Format(time.RFC3339) + ", a time within a day; expected is a day"
		}
		return t.Format(time.DateOnly), ""
	}
	day, clock := split(text)
	if clock != "" {
		at, ok := canonicalClock(clock)
		if !ok {
			return text, ""
		}
		if !atMidnight(at) {
			return text, "has a time of the day; expected is a day"
		}
	}
	return c.dayPart(text, day)
}

// dayPart returns the canonical form of the day in a text.
func (c cellForm) dayPart(text, day string) (string, string) {
	read := readDay(day)
	canonical, ok := read.canonical(c.order, c.orderSettled)
	if !ok && read.form != notADay {
		names := map[string]string{"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
		return text, "not a day in the order " + names[c.order]
	}
	if !ok {
		return text, ""
	}
	return canonical, ""
}

func (c cellForm) time(text string) (string, string) {
	if excelNumber().MatchString(text) {
		return text, excelProblem
	}
	if isEpoch(Time, text) {
		t, ok := fromEpoch(text, c.epoch)
		if !ok {
			return text, ""
		}
		return t.Format(time.RFC3339Nano), ""
	}
	day, clock := split(strings.TrimSpace(text))
	at, ok := canonicalClock(clock)
	if !ok {
		return text, ""
	}
	canonical, problem := c.dayPart(text, day)
	if problem != "" || canonical == text {
		return text, problem
	}
	return canonical + at, ""
}

// Foreign reports whether a cell is written in another form than macrowatch's own, but in one that this package reads.
func Foreign(t Type, text string) bool {
	text = strings.TrimSpace(text)
	if text == "" || t == Text {
		return false
	}
	if isMissing(text, nil) && !strings.EqualFold(text, "nan") {
		return true
	}
	switch {
	case t.numeric():
		a, ok := readAmount(text, false)
		if _, point := a.canonical(false); ok && !point {
			_, ok = a.canonical(true)
		}
		return ok && strings.Trim(text, "0123456789+-.eE") != "" && (a.signs() != pointSigns || a.percent || strings.ContainsAny(text, ", '(\u00a0\u202f\u2212"))
	case isEpoch(t, text), excelNumber().MatchString(text):
		return true
	}
	day, clock := split(text)
	if _, ok := canonicalClock(clock); clock != "" && !ok {
		return false
	}
	if (clock == "") != (t == Day) {
		return t == Day && readDay(day).form != notADay
	}
	return readDay(day).form != notADay && !yearDashes().MatchString(day)
}
