package unit

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// FormatTime writes t in its own zone after one of moment.js's patterns, such as "YYYY-MM-DD HH:mm". The letters are Y
// for years, M months, D days, H or h hours, m minutes, s seconds, S fractions, A for AM or PM, and Z for the offset from
// UTC. A text in brackets, and a letter after a backslash, are written as they are.
func FormatTime(t time.Time, layout string) string {
	var b strings.Builder
	for i := 0; i < len(layout); {
		if layout[i] == '[' {
			if end := strings.IndexByte(layout[i:], ']'); end > 0 && !strings.Contains(layout[i+1:i+end], "[") {
				b.WriteString(layout[i+1 : i+end])
				i += end + 1
				continue
			}
		}
		if layout[i] == '\\' && i+1 < len(layout) {
			n := max(tokenLen(layout[i+1:]), 1)
			b.WriteString(layout[i+1 : i+1+n])
			i += n + 1
			continue
		}
		n := tokenLen(layout[i:])
		if n == 0 {
			b.WriteByte(layout[i])
			i++
			continue
		}
		b.WriteString(token(t, layout[i:i+n]))
		i += n
	}
	return b.String()
}

// tokens are the parts of a pattern that stand for a part of a time.
var tokens = strings.Fields(`Hmmss Hmm hmmss hmm MMMM MMM MM Mo M DDDD DDDo DDD DD Do D dddd ddd dd do d
	ww wo w WW Wo W Qo Q YYYYYY YYYYY YYYY YY gggg gg GGGG GG e E a A hh h HH H kk k mm m ss s x X zz z ZZ Z
	SSSSSSSSS SSSSSSSS SSSSSSS SSSSSS SSSSS SSSS SSS SS S LTS LT LLLL LLL LL L llll lll ll l`)

// tokenLen returns the length of the longest token that s begins with, 0 if it begins with none.
func tokenLen(s string) int {
	best := 0
	for _, tok := range tokens {
		if len(s) > 0 && s[0] == tok[0] && len(tok) > best && strings.HasPrefix(s, tok) { // most begin with another letter
			best = len(tok)
		}
	}
	return best
}

// token writes the part of a time that a token names.
func token(t time.Time, tok string) string {
	if s, ok := dateToken(t, tok); ok {
		return s
	}
	h12 := (t.Hour()+11)%12 + 1
	switch tok {
	case "H":
		return strconv.Itoa(t.Hour())
	case "HH":
		return fmt.Sprintf("%02d", t.Hour())
	case "h":
		return strconv.Itoa(h12)
	case "hh":
		return fmt.Sprintf("%02d", h12)
	case "k":
		return strconv.Itoa((t.Hour()+23)%24 + 1)
	case "kk":
		return fmt.Sprintf("%02d", (t.Hour()+23)%24+1)
	case "m":
		return strconv.Itoa(t.Minute())
	case "mm":
		return fmt.Sprintf("%02d", t.Minute())
	case "s":
		return strconv.Itoa(t.Second())
	case "ss":
		return fmt.Sprintf("%02d", t.Second())
	case "Hmm":
		return fmt.Sprintf("%d%02d", t.Hour(), t.Minute())
	case "hmm":
		return fmt.Sprintf("%d%02d", h12, t.Minute())
	case "Hmmss":
		return fmt.Sprintf("%d%02d%02d", t.Hour(), t.Minute(), t.Second())
	case "hmmss":
		return fmt.Sprintf("%d%02d%02d", h12, t.Minute(), t.Second())
	case "a":
		return t.Format("pm")
	case "A":
		return t.Format("PM")
	case "Z":
		return t.Format("-07:00")
	case "ZZ":
		return t.Format("-0700")
	case "z", "zz":
		name, _ := t.Zone()
		return name
	case "X":
		return strconv.FormatInt(t.Unix(), 10)
	case "x":
		return strconv.FormatInt(t.UnixMilli(), 10)
	}
	if tok[0] == 'S' {
		ms := fmt.Sprintf("%03d", t.Nanosecond()/1e6)
		return (ms + strings.Repeat("0", 6))[:len(tok)]
	}
	return tok
}

// dateToken writes a token that the day alone decides. It reports false for the others.
func dateToken(t time.Time, tok string) (string, bool) {
	y, m, d := t.Date()
	var n int
	width := 1
	switch tok {
	case "YYYY":
		n, width = y, 4
	case "YYYYY":
		n, width = y, 5
	case "YYYYYY":
		return fmt.Sprintf("%+07d", y), true
	case "YY":
		n, width = y%100, 2
	case "gggg":
		n, width = weekYear(t), 4
	case "gg":
		n, width = weekYear(t)%100, 2
	case "GGGG":
		n, width = isoYear(t), 4
	case "GG":
		n, width = isoYear(t)%100, 2
	case "Q":
		n = (int(m) + 2) / 3
	case "Qo":
		return ordinal((int(m) + 2) / 3), true
	case "M":
		n = int(m)
	case "MM":
		n, width = int(m), 2
	case "Mo":
		return ordinal(int(m)), true
	case "MMM":
		return shortMonth(m), true
	case "MMMM":
		return monthName(m), true
	case "D":
		n = d
	case "DD":
		n, width = d, 2
	case "Do":
		return ordinal(d), true
	case "DDD":
		n = t.YearDay()
	case "DDDD":
		n, width = t.YearDay(), 3
	case "DDDo":
		return ordinal(t.YearDay()), true
	case "d", "e":
		n = int(t.Weekday())
	case "do":
		return ordinal(int(t.Weekday())), true
	case "dd":
		return shortestWeekday(t.Weekday()), true
	case "ddd":
		return shortWeekday(t.Weekday()), true
	case "dddd":
		return weekdayName(t.Weekday()), true
	case "E":
		n = (int(t.Weekday())+6)%7 + 1
	case "w":
		n = weekOfYear(t)
	case "ww":
		n, width = weekOfYear(t), 2
	case "wo":
		return ordinal(weekOfYear(t)), true
	case "W":
		n = isoWeek(t)
	case "WW":
		n, width = isoWeek(t), 2
	case "Wo":
		return ordinal(isoWeek(t)), true
	default:
		long, ok := longForm(tok)
		if !ok {
			return "", false
		}
		return FormatTime(t, long), true
	}
	return fmt.Sprintf("%0*d", width, n), true
}

func isoYear(t time.Time) int {
	year, _ := t.ISOWeek()
	return year
}

func isoWeek(t time.Time) int {
	_, week := t.ISOWeek()
	return week
}
