package holiday

import (
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/br"
)

// b3 is closed on the national bank holidays, on 24 December and on the last weekday of the year. Until 2021 it was also
// closed on the holidays of São Paulo, its city.
func b3() market {
	rules := brazil()
	rules = append(rules, &cal.Holiday{Name: "Christmas Eve", Month: time.December, Day: 24, Func: cal.CalcDayOfMonth})
	return market{rules: rules, further: func(date time.Time) string {
		if isLastWeekday(date) {
			return "Last weekday of the year"
		}
		return saoPauloHoliday(date)
	}}
}

// brazil has the national bank holidays.
func brazil() []*cal.Holiday {
	monday := br.Carnaval.Clone(&cal.Holiday{Name: "Carnival"})
	monday.Offset--
	blackAwareness := &cal.Holiday{Name: "Black Awareness Day", Month: time.November, Day: 20, StartYear: 2024, Func: cal.CalcDayOfMonth}
	return []*cal.Holiday{
		renamed(br.AnoNovo, "New Year"),
		monday,
		renamed(br.Carnaval, "Carnival"),
		renamed(br.SextaFeiraSanta, "Good Friday"),
		renamed(br.Tiradentes, "Tiradentes"),
		renamed(br.Trabalhador, "Labour Day"),
		renamed(br.CorpusChristi, "Corpus Christi"),
		renamed(br.Independencia, "Independence Day"),
		renamed(br.NossaSenhoraAparecida, "Our Lady of Aparecida"),
		renamed(br.Finados, "All Souls' Day"),
		renamed(br.Republica, "Republic Day"),
		blackAwareness,
		renamed(br.Natal, "Christmas Day"),
	}
}

// isLastWeekday tells whether a date is the last weekday of its year.
func isLastWeekday(date time.Time) bool {
	switch date.Weekday() {
	case time.Saturday, time.Sunday:
		return false
	case time.Friday:
		return date.AddDate(0, 0, 3).Year() > date.Year()
	}
	return date.AddDate(0, 0, 1).Year() > date.Year()
}

// saoPauloHoliday returns the name of a holiday of the city or the state on which B3 was closed until 2021: the city's
// foundation, the revolution of 1932 and, from 2006, Black Awareness Day. In 2020 the pandemic moved the last two to May,
// and B3 traded on both the old and the new dates.
func saoPauloHoliday(date time.Time) string {
	year, month, day := date.Date()
	switch {
	case year > 2021:
		return ""
	case month == time.January && day == 25:
		return "Foundation of São Paulo"
	case month == time.July && day == 9 && year != 2020:
		return "Constitutionalist Revolution"
	case month == time.November && day == 20 && year >= 2006 && year != 2020:
		return "Black Awareness Day"
	}
	return ""
}
