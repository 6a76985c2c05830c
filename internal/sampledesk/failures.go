package sampledesk

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// failure is one way in which a step goes wrong.
type failure struct {
	seconds float64 // how long it takes to come to that
	lasting bool    // trying again on the same day doesn't help
	// text is the end of the step's standard error; message fills in what stands in braces.
	text string
}

// message returns the text as it reads on a date. The placeholders:
//
//	{date} {prev}       the date and the weekday before it, 2006-01-02
//	{prev_br} {prev_us} that weekday as 02/01/2006 and 01-02-2006
//	{prev_short}        that weekday as 060102
//	{month}             the date's month as 200601
//	{few}               a number from 2 to 9
//	{number}            a number of five digits
func (f failure) message(date time.Time, r *rand.Rand) string {
	prev := date.AddDate(0, 0, -1)
	for prev.Weekday() == time.Saturday || prev.Weekday() == time.Sunday {
		prev = prev.AddDate(0, 0, -1)
	}
	return strings.NewReplacer(
		"{date}", date.Format(time.DateOnly),
		"{prev}", prev.Format(time.DateOnly),
		"{prev_br}", prev.Format("02/01/2006"),
		"{prev_us}", prev.Format("01-02-2006"),
		"{prev_short}", prev.Format("060102"),
		"{month}", date.Format("200601"),
		"{few}", strconv.Itoa(2+r.IntN(8)),
		"{number}", strconv.Itoa(10000+r.IntN(90000)),
	).Replace(strings.TrimSpace(f.text))
}

// failuresOf returns the ways in which a step fails of itself; every step has some.
func failuresOf(name string) []failure {
	switch name {
	case "bcb_sgs":
		return bcbSGSFailures()
	case "fred":
		return fredFailures()
	case "yahoo":
		return yahooFailures()
	case "bcb_ptax":
		return bcbPTAXFailures()
	case "b3_market_data":
		return b3Failures()
	case "treasury_gov":
		return treasuryFailures()
	case "normalise_data":
		return normaliseFailures()
	case "closing_prices":
		return closingFailures()
	case "portfolio":
		return portfolioFailures()
	case "risk":
		return riskFailures()
	case "report":
		return reportFailures()
	case "backfill_check", "data_quality":
		return housekeepingFailures()
	}
	return strategyFailures()
}
