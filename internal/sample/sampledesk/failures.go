package sampledesk

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/sample/calendar"
	"macrowatch/internal/sample/trading"
)

// failure is one way in which a step goes wrong.
type failure struct {
	seconds float64 // how long a run takes until it fails in this way
	lasting bool    // trying again on the same day doesn't help
	// early marks a failure that can happen only on the morning after a trading day of B3, when the source has not
	// published that day yet.
	early bool
	// text is the end of the step's standard error. The method message fills in the words in braces. unquoted is
	// the text for days on which the desk trades nothing that is quoted in percent.
	text, unquoted string
}

// circumstances are what the message of a failed run may name.
type circumstances struct {
	date  time.Time
	days  *calendar.Calendar
	state trading.State // the book as the run finds it
	rand  *rand.Rand
}

// message returns the text with its placeholders filled in:
//
//	{date} {prev}       the date and B3's trading day before it, 2006-01-02
//	{prev_br} {prev_us} that day as 02/01/2006 and 01-02-2006
//	{prev_short}        that day as 060102
//	{month}             the date's month as 200601
//	{few}               a number from 2 to 9
//	{number}            a number of five digits
//	{gross} {positions} of the book: its gross leverage, and how many positions it has
//	{gross_limit}       the limit of the gross leverage
//	{volatility}        of the book, in percent a year, and {target} what it is sized for
//	{instruments}       how many instruments the market has, and {history} days of them; {year} are at
//	                    most 252 of these
//	{quoted}            an instrument that is quoted in percent, with its last {level}, of the day {seen}, and
//	                    a tenth of it, {slipped}
func (f failure) message(c circumstances) string {
	prev := c.days.Before(calendar.B3, c.date)
	text, quote := f.text, trading.Quote{}
	if n := len(c.state.Quotes); n > 0 {
		quote = c.state.Quotes[c.rand.IntN(n)]
	} else if f.unquoted != "" {
		text = f.unquoted
	}
	return strings.NewReplacer(
		"{date}", c.date.Format(time.DateOnly),
		"{prev}", prev.Format(time.DateOnly),
		"{prev_br}", prev.Format("02/01/2006"),
		"{prev_us}", prev.Format("01-02-2006"),
		"{prev_short}", prev.Format("060102"),
		"{month}", c.date.Format("200601"),
		"{few}", strconv.Itoa(2+c.rand.IntN(8)),
		"{number}", strconv.Itoa(10000+c.rand.IntN(90000)),
		"{gross}", fmt.Sprintf("%.2f", c.state.Gross),
		"{gross_limit}", fmt.Sprintf("%.2f", c.state.GrossLimit),
		"{positions}", strconv.Itoa(c.state.Positions),
		"{volatility}", fmt.Sprintf("%.1f", 100*c.state.Volatility),
		"{target}", fmt.Sprintf("%.1f", 100*c.state.Target),
		"{instruments}", strconv.Itoa(c.state.Instruments),
		"{history}", strconv.Itoa(c.state.Days),
		"{year}", strconv.Itoa(min(252, c.state.Days)),
		"{quoted}", quote.Instrument,
		"{level}", fmt.Sprintf("%.2f", quote.Level),
		"{slipped}", fmt.Sprintf("%.3f", quote.Level/10),
		"{seen}", quote.Day.Format(time.DateOnly),
	).Replace(strings.TrimSpace(text))
}

// causesOn returns the ways in which a step may fail on a date, apart from failures of steps before it.
func (t *timetable) causesOn(name string, date time.Time) []failure {
	causes, before := t.causes[name], date.AddDate(0, 0, -1)
	for calendar.IsWeekend(before) {
		before = before.AddDate(0, 0, -1)
	}
	if t.days.Trades(calendar.B3, before) {
		return causes
	}
	return slices.DeleteFunc(slices.Clone(causes), func(f failure) bool { return f.early })
}

// failuresOf returns the ways in which a step may fail, apart from failures of steps before it. Every step has some.
func failuresOf(name string) []failure {
	if connector, known := traitsOf()[name]; known {
		return connector.failures()
	}
	switch name {
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
