package sampledesk

import (
	"slices"
	"strconv"
	"time"

	"macrowatch/internal/desk"
)

// LiveInterval is the time between two refreshes of a running sample desk.
const LiveInterval = 3 * time.Minute

// LiveRun says what one refresh does.
type LiveRun struct {
	Step    string  // the connector that refreshes
	Seconds float64 // how long that takes, 2 to 20
	Fails   bool
	Message string // what it writes to standard error where it fails; "" where it doesn't
}

// Tick returns the number of the refresh that is due at t: refreshes are counted in steps of
// LiveInterval since 1970, so that a desk started again goes on where it would have been.
func Tick(t time.Time) int {
	return int(t.Unix() / int64(LiveInterval/time.Second))
}

// TickTime returns when the n-th refresh is due.
func TickTime(n int) time.Time {
	return time.Unix(int64(n)*int64(LiveInterval/time.Second), 0).UTC()
}

// LiveStep returns the n-th refresh. The connectors take turns; one refresh in twenty or so fails,
// and then the next one is the same connector's, which succeeds.
func (d Desk) LiveStep(n int) LiveRun {
	connectors := desk.Connectors()
	turn := n
	if d.liveFails(n - 1) {
		turn = n - 1
	}
	i := (turn%len(connectors) + len(connectors)) % len(connectors)
	r := d.chance("refresh " + strconv.Itoa(n))
	run := LiveRun{
		Step:    connectors[i].Step,
		Seconds: max(2, min(20, logNormal(r, 6, 0.5))),
		Fails:   d.liveFails(n),
	}
	if run.Fails {
		// The next refresh of the connector succeeds, so nothing that lasts is to blame.
		passing := slices.DeleteFunc(failuresOf(run.Step), func(f failure) bool { return f.lasting })
		f := passing[r.IntN(len(passing))]
		run.Message = f.message(civil(TickTime(n).In(desk.Location())), r)
	}
	return run
}

// liveFails reports whether the n-th refresh fails; never two in a row.
func (d Desk) liveFails(n int) bool {
	drawn := func(n int) bool { return d.chance("refresh fails "+strconv.Itoa(n)).Float64() < 0.05 }
	return drawn(n) && !drawn(n-1)
}
