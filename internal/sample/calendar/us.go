package calendar

import (
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/us"
)

// usHolidays are the holidays that close a US market.
type usHolidays struct {
	calendar *cal.Calendar
	// jobsFriday says that the market is open on Good Friday if it is the first Friday of a month, because
	// the report on employment comes on that day.
	jobsFriday bool
}

// include tells whether a weekday is one of the holidays.
func (h usHolidays) include(date time.Time) bool {
	actual, observed, holiday := h.calendar.IsHoliday(date)
	if holiday == nil || h.jobsFriday && holiday == aa.GoodFriday && date.Day() <= 7 {
		return false
	}
	return actual || observed
}

// newYorkHolidays are the holidays of the New York Stock Exchange. If New Year's Day is a Saturday, the
// exchange is not closed on another day instead. It has closed on Juneteenth since 2022.
func newYorkHolidays() usHolidays {
	onMonday := []cal.AltDay{{Day: time.Sunday, Offset: 1}}
	c := &cal.Calendar{}
	c.AddHoliday(
		us.NewYear.Clone(&cal.Holiday{Observed: onMonday}),
		us.MlkDay, us.PresidentsDay, aa.GoodFriday, us.MemorialDay,
		us.Juneteenth.Clone(&cal.Holiday{StartYear: 2022}),
		us.IndependenceDay, us.LaborDay, us.ThanksgivingDay, us.ChristmasDay,
	)
	for _, date := range []time.Time{
		time.Date(2001, 9, 11, 0, 0, 0, 0, time.UTC), time.Date(2001, 9, 12, 0, 0, 0, 0, time.UTC),
		time.Date(2001, 9, 13, 0, 0, 0, 0, time.UTC), time.Date(2001, 9, 14, 0, 0, 0, 0, time.UTC),
		time.Date(2004, 6, 11, 0, 0, 0, 0, time.UTC),  // Ronald Reagan
		time.Date(2007, 1, 2, 0, 0, 0, 0, time.UTC),   // Gerald Ford
		time.Date(2012, 10, 29, 0, 0, 0, 0, time.UTC), // a hurricane
		time.Date(2012, 10, 30, 0, 0, 0, 0, time.UTC),
		time.Date(2018, 12, 5, 0, 0, 0, 0, time.UTC), // George Bush
		time.Date(2025, 1, 9, 0, 0, 0, 0, time.UTC),  // Jimmy Carter
	} {
		c.AddHoliday(closedOnce(date))
	}
	return usHolidays{calendar: c}
}

// closedOnce is a day on which the exchange stayed closed in one year only.
func closedOnce(date time.Time) *cal.Holiday {
	return &cal.Holiday{
		Name: "closed", Month: date.Month(), Day: date.Day(), StartYear: date.Year(), EndYear: date.Year(),
		Func: cal.CalcDayOfMonth,
	}
}

// usBondHolidays are the days without Treasury yields: the stock exchange's holidays, Columbus Day and
// Veterans Day. If Veterans Day is a Saturday, the Friday before it has yields.
func usBondHolidays() usHolidays {
	onMonday := []cal.AltDay{{Day: time.Sunday, Offset: 1}}
	c := &cal.Calendar{}
	c.AddHoliday(
		us.NewYear.Clone(&cal.Holiday{Observed: onMonday}),
		us.MlkDay, us.PresidentsDay, aa.GoodFriday, us.MemorialDay,
		us.Juneteenth.Clone(&cal.Holiday{StartYear: 2022}),
		us.IndependenceDay, us.LaborDay, us.ColumbusDay,
		us.VeteransDay.Clone(&cal.Holiday{Observed: onMonday}),
		us.ThanksgivingDay, us.ChristmasDay,
		closedOnce(time.Date(2018, 12, 5, 0, 0, 0, 0, time.UTC)), // George Bush
	)
	return usHolidays{calendar: c, jobsFriday: true}
}
