package holiday

import (
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/us"
)

// sundayOnMonday observes a holiday on the Monday after, if it is a Sunday, and on no other day if it is a Saturday.
func sundayOnMonday() []cal.AltDay { return []cal.AltDay{{Day: time.Sunday, Offset: 1}} }

// usMarkets are the holidays that the stock exchange and the bond market share. If New Year's Day is a Saturday, neither
// is closed on another day instead. Both have closed on Juneteenth since 2022.
func usMarkets() []*cal.Holiday {
	return []*cal.Holiday{
		us.NewYear.Clone(&cal.Holiday{Observed: sundayOnMonday()}),
		us.MlkDay, us.PresidentsDay, aa.GoodFriday, us.MemorialDay,
		us.Juneteenth.Clone(&cal.Holiday{StartYear: 2022}),
		us.IndependenceDay, us.LaborDay, us.ThanksgivingDay, us.ChristmasDay,
	}
}

// nyse is the New York Stock Exchange.
func nyse() market {
	return market{rules: append(usMarkets(),
		once("September 11", 2001, time.September, 11), once("September 11", 2001, time.September, 12),
		once("September 11", 2001, time.September, 13), once("September 11", 2001, time.September, 14),
		once("Mourning of Ronald Reagan", 2004, time.June, 11),
		once("Mourning of Gerald Ford", 2007, time.January, 2),
		once("Hurricane Sandy", 2012, time.October, 29), once("Hurricane Sandy", 2012, time.October, 30),
		once("Mourning of George Bush", 2018, time.December, 5),
		once("Mourning of Jimmy Carter", 2025, time.January, 9),
	)}
}

// sifma are the days without Treasury yields: the stock exchange's holidays, Columbus Day and Veterans Day. If Veterans
// Day is a Saturday, the Friday before it has yields. On Good Friday the market is open if that is the first Friday of a
// month, because the report on employment comes on that day.
func sifma() market {
	return market{
		rules: append(usMarkets(), us.ColumbusDay,
			us.VeteransDay.Clone(&cal.Holiday{Observed: sundayOnMonday()}),
			once("Mourning of George Bush", 2018, time.December, 5)),
		open: func(date time.Time, name string) bool { return name == aa.GoodFriday.Name && date.Day() <= 7 },
	}
}
