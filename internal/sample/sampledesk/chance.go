package sampledesk

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strconv"
	"time"
)

// chance returns the random numbers that belong to a subject, such as a step on a date. Every subject has numbers of
// its own, so that a further draw for one subject changes nothing for another.
func (d Desk) chance(subject string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(subject))
	return rand.New(rand.NewPCG(d.Seed, h.Sum64()))
}

// logNormal draws a duration in seconds around median. It stays within 2.5 standard deviations of the logarithm, so
// that no day of the history has an absurd duration.
func logNormal(r *rand.Rand, median, spread float64) float64 {
	return median * math.Exp(spread*max(-2.5, min(2.5, r.NormFloat64())))
}

// pace returns the factor by which everything takes longer on a date: near 1, and on one day in
// fifteen or so, when the network or the machine is busy, 1.6 to 2.8.
func (d Desk) pace(date time.Time) float64 {
	r := d.chance("pace " + date.Format(time.DateOnly))
	f := logNormal(r, 1, 0.08)
	if r.Float64() < 0.07 {
		f *= 1.6 + 1.2*r.Float64()
	}
	return f
}

// hiccup returns the connector whose first attempt certainly fails on a date, or "" where there is none. Of every
// three weekdays in a row one has such a connector. So the error log of a week always has something to show, and the
// failures follow no pattern in the days of the week.
func (d Desk) hiccup(date time.Time, connectors []string) string {
	const daysFromYear1 = 719162 // 1970-01-01 less 0001-01-01, which was a Monday
	days := date.Unix()/86400 + daysFromYear1
	if days%7 >= 5 {
		return ""
	}
	weekday := days/7*5 + days%7
	r := d.chance("hiccup " + strconv.FormatInt(weekday/3, 10))
	if r.Int64N(3) != weekday%3 {
		return ""
	}
	return connectors[r.IntN(len(connectors))]
}
