package pnl

import "time"

// YearOfBusinessDays is how many business days a year has in Brazilian fixed income.
const YearOfBusinessDays = 252

// BusinessDays returns the number of Brazilian business days from one day to another. As B3 and ANBIMA do, it counts
// the first day and not the last. It is negative if to is before from. Only the calendar dates of the two times count.
//
// The holidays are the national ones that close the market for government bonds: 1 January, Carnival's Monday and
// Tuesday, Good Friday, 21 April, 1 May, Corpus Christi, 7 September, 12 October, 2 and 15 November, 25 December, and
// from 2024 on 20 November (law 14 759 of 21 December 2023). The market's calendars have had the last one since 26
// December 2023. A count that starts before that day leaves it out, because the settlement prices of those days are
// computed without it.
func BusinessDays(from, to time.Time) int {
	a, b := DayNumber(from), DayNumber(to)
	if b < a {
		return -businessDays(b, a, knowsBlackAwareness(b))
	}
	return businessDays(a, b, knowsBlackAwareness(a))
}

// IsBusinessDay tells whether the calendar date is a business day in Brazil.
func IsBusinessDay(day time.Time) bool {
	n := DayNumber(day)
	return businessDays(n, n+1, true) == 1
}

// knowsBlackAwareness tells whether a count that starts on day n takes 20 November, Black Awareness Day, as a holiday.
func knowsBlackAwareness(n int) bool { return n >= civilDay(2023, time.December, 26) }

// DayNumber returns the days from 1 January 1970 to the calendar date of t in its own zone. It is negative
// for earlier dates.
func DayNumber(t time.Time) int { return civilDay(t.Date()) }

func civilDay(year int, month time.Month, day int) int {
	seconds := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
	return int((seconds - mod(seconds, 86_400)) / 86_400)
}

// dateOf is the inverse of DayNumber, at midnight UTC.
func dateOf(n int) time.Time { return time.Unix(int64(n)*86_400, 0).UTC() }

func mod(a, b int64) int64 { return (a%b + b) % b }

// isWeekday tells whether a day is one of Monday to Friday. Day 0, 1 January 1970, was a Thursday.
func isWeekday(n int) bool { return mod(int64(n)+3, 7) < 5 }

// weekdaysBefore counts the days from Monday to Friday before day n, from a Monday that no count reaches.
func weekdaysBefore(n int) int {
	const start = -7 * 200_000 // a multiple of seven before day −3, which is a Monday
	days := n + 3 - start
	return days/7*5 + min(days%7, 5)
}

// businessDays counts the business days from a up to the day before b. Day a must not be after b.
func businessDays(a, b int, blackAwareness bool) int {
	count := weekdaysBefore(b) - weekdaysBefore(a)
	for year := dateOf(a).Year(); year <= dateOf(b).Year(); year++ {
		for _, h := range holidays(year, blackAwareness) {
			if a <= h && h < b && isWeekday(h) {
				count--
			}
		}
	}
	return count
}

// noHoliday is a day that no count reaches.
const noHoliday = -1 << 40

// holidays returns the national holidays of a year as day numbers. No two of them are the same day, so that none is
// taken off a count twice.
func holidays(year int, blackAwareness bool) [13]int {
	first := civilDay(year, time.January, 1)
	march := civilDay(year, time.March, 1) // after February every year has the same days
	easter := easterSunday(year)
	days := [13]int{
		first,
		easter - 48, // Carnival's Monday
		easter - 47, // and Tuesday
		easter - 2,  // Good Friday
		march + 51,  // 21 April
		march + 61,  // 1 May
		easter + 60, // Corpus Christi
		march + 190, // 7 September
		march + 225, // 12 October
		march + 246, // 2 November
		march + 259, // 15 November
		march + 264, // 20 November
		march + 299, // 25 December
	}
	if year < 2024 || !blackAwareness {
		days[11] = noHoliday
	}
	// Good Friday may fall on 21 April.
	if days[3] == days[4] {
		days[3] = noHoliday
	}
	return days
}

// easterSunday returns the day number of Easter in the Gregorian calendar (the anonymous algorithm, as in Meeus,
// Astronomical Algorithms, chapter 8).
func easterSunday(year int) int {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	month := (h + l - 7*m + 114) / 31
	day := (h+l-7*m+114)%31 + 1
	return civilDay(year, time.Month(month), day)
}

// firstBusinessDay returns the first business day on or after the date, at midnight UTC.
func firstBusinessDay(year int, month time.Month, day int) time.Time {
	n := civilDay(year, month, day)
	for businessDays(n, n+1, true) == 0 {
		n++
	}
	return dateOf(n)
}
