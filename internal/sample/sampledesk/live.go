package sampledesk

import (
	"slices"
	"strconv"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/calendar"
)

// LiveInterval is the time between two refreshes of a running sample desk.
const LiveInterval = 3 * time.Minute

// HealthCheck is the step that runs while the connectors have nothing to fetch.
const HealthCheck = "health_check"

// The local hours between which the connectors fetch what is new, on days on which a market trades.
const refreshFrom, refreshUntil = 8, 19

// LiveRun says what one refresh does.
type LiveRun struct {
	Step    string  // the connector that refreshes, or HealthCheck
	Seconds float64 // how long that takes
	Fails   bool
	Message string // what the refresh writes to standard error if it fails; "" if it succeeds
}

// Tick returns the number of the refresh that is due at t. Refreshes are counted in steps of LiveInterval since 1970,
// so that a desk that is started again goes on where it would have been.
func Tick(t time.Time) int {
	return int(t.Unix() / int64(LiveInterval/time.Second))
}

// TickTime returns when the n-th refresh is due.
func TickTime(n int) time.Time {
	return time.Unix(int64(n)*int64(LiveInterval/time.Second), 0).UTC()
}

// LiveStep returns the n-th refresh. While markets trade the connectors take turns, and each runs for as long
// as it usually does. About one refresh in twenty fails. Then the next refresh is of the same connector, and
// succeeds. At night, at weekends and on days on which no market trades a short health check runs.
func (d Desk) LiveStep(n int) LiveRun {
	if !marketHours(TickTime(n)) {
		return LiveRun{Step: HealthCheck, Seconds: d.healthCheckSeconds(n)}
	}
	connectors := connectorPlan()
	turn := n
	if d.liveFails(n - 1) {
		turn = n - 1
	}
	step := connectors[(turn%len(connectors)+len(connectors))%len(connectors)]
	r := d.chance("refresh " + strconv.Itoa(n))
	run := LiveRun{Step: step.name, Seconds: logNormal(r, step.median, step.spread), Fails: d.liveFails(n)}
	if run.Fails {
		// The next refresh of the connector succeeds, so the cause can't be one that lasts. And by now the sources
		// have published the day before.
		passing := slices.DeleteFunc(failuresOf(run.Step), func(f failure) bool { return f.lasting || f.early })
		f := passing[r.IntN(len(passing))]
		run.Seconds = logNormal(r, f.seconds, 0.1)
		run.Message = f.message(circumstances{
			date: civil(TickTime(n).In(desk.BuiltInRules().Location())), days: calendar.New(), rand: r,
		})
	}
	return run
}

// healthCheckSeconds is how long the health check of a refresh takes.
func (d Desk) healthCheckSeconds(n int) float64 {
	return max(2, logNormal(d.chance("health check "+strconv.Itoa(n)), 4, 0.3))
}

// marketHours tells whether the connectors have something new to fetch at an instant.
func marketHours(t time.Time) bool {
	local := t.In(desk.BuiltInRules().Location())
	return local.Hour() >= refreshFrom && local.Hour() < refreshUntil && calendar.New().On(local).Any()
}

// liveFails reports whether the n-th refresh fails. Two refreshes in a row never fail. A refresh fails only
// if it and the next one are of connectors, and not health checks.
func (d Desk) liveFails(n int) bool {
	drawn := func(n int) bool { return d.chance("refresh fails "+strconv.Itoa(n)).Float64() < 0.05 }
	return marketHours(TickTime(n)) && marketHours(TickTime(n+1)) && drawn(n) && !drawn(n-1)
}
