package holiday

import (
	"slices"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/ar"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/ecb"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"
)

// markets has every market by its name. A code of two letters is a country: the days on which its banks are closed
// everywhere in it.
func markets() map[string]market {
	all := map[string]market{
		B3: b3(), NYSE: nyse(), SIFMA: sifma(),
		"BR": {rules: brazil()},
		"UK": unitedKingdom(), "LSE": unitedKingdom(),
		"JP": japan(),
	}
	for name, rules := range map[string][]*cal.Holiday{
		"US": us.Holidays, "TARGET": ecb.Holidays, "DE": de.Holidays, "FR": fr.Holidays, "IT": it.Holidays, "ES": es.Holidays,
		"NL": nl.Holidays, "BE": be.Holidays, "AT": at.Holidays, "CH": ch.HolidaysZH, "SE": se.Holidays, "NO": no.Holidays,
		"DK": dk.Holidays, "PL": pl.Holidays, "CZ": cz.Holidays, "IE": ie.Holidays, "CA": ca.Holidays, "AU": au.HolidaysNSW,
		"NZ": nz.Holidays, "ZA": za.Holidays, "AR": ar.Holidays,
	} {
		all[name] = market{rules: rules}
	}
	return all
}

// unitedKingdom has the bank holidays of England and Wales, which are those of the London Stock Exchange.
func unitedKingdom() market {
	return market{rules: append(slices.Clone(gb.Holidays), once("State Funeral of Queen Elizabeth II", 2022, time.September, 19))}
}

// japan has the national holidays and the bank holidays around New Year.
func japan() market {
	return market{rules: slices.Clone(jp.Holidays), further: func(date time.Time) string {
		month, day := date.Month(), date.Day()
		if month == time.December && day == 31 || month == time.January && day <= 3 {
			return "New Year"
		}
		return ""
	}}
}
