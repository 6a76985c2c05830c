package replica

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"macrowatch/internal/background"
)

// Run asks both servers once a second until ctx ends. The supervisor's states say while the replica is not read, and while it is
// noticeably behind. Run calls changed with the count of what macrowatch has written, whenever the replica
// has something new of that.
func (f *Follower) Run(ctx context.Context, supervisor *background.Supervisor, changed func(count string)) {
	var both sync.WaitGroup
	defer both.Wait()
	lagging := background.Task{Name: "replica_lag", Fault: "The figures are old"}
	both.Go(func() {
		supervisor.Run(ctx, lagging, func(ctx context.Context, report func(error)) error {
			return every(ctx, func() { report(f.lateness()) })
		})
	})
	reading := background.Task{Name: "replica", Fault: "The pages are read from the primary"}
	supervisor.Run(ctx, reading, func(ctx context.Context, report func(error)) error {
		return every(ctx, func() {
			err := f.Probe(ctx)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				err = fmt.Errorf("the replica can't be read: %w", err)
			} else {
				f.lookForChanges(ctx, changed)
			}
			report(err)
		})
	})
}

// every does a round of work each second until ctx ends.
func every(ctx context.Context, round func()) error {
	turn := time.NewTicker(pace)
	defer turn.Stop()
	for {
		round()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-turn.C:
		}
	}
}

// lookForChanges calls changed if there is something new that macrowatch has written and the replica has replayed. A standby
// can't be listened to.
func (f *Follower) lookForChanges(ctx context.Context, changed func(count string)) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	count, err := f.cfg.Replica.ChangesCounted(ctx)
	if err != nil {
		return // if the replica does not answer, the next round says so
	}
	f.mu.Lock()
	news := count != f.count
	f.count = count
	f.mu.Unlock()
	if news {
		changed(count)
	}
}

// lateness is an error while what is read is noticeably old.
func (f *Follower) lateness() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	lag, known := f.lag(f.cfg.Now())
	switch {
	case !f.reading || known && lag < Noticeable:
		return nil
	case !known:
		return errors.New("the replica is behind what the primary had when this server started")
	}
	return fmt.Errorf("the replica is up to %s behind the primary", upTo(lag))
}

// upTo writes a lag in words, rounded up, so that the words do not change each second.
func upTo(lag time.Duration) string {
	step, unit, word := 5*time.Second, time.Second, "s"
	switch {
	case lag > time.Hour:
		step, unit, word = 10*time.Minute, time.Minute, "min"
	case lag > 2*time.Minute:
		step, unit, word = time.Minute, time.Minute, "min"
	case lag > 30*time.Second:
		step = 10 * time.Second
	}
	return fmt.Sprintf("%d %s", (lag+step-1).Truncate(step)/unit, word)
}

// Says returns a sentence if the replica is not read, otherwise "".
func (f *Follower) Says() string {
	if !f.ReadsPrimary() {
		return ""
	}
	return "the replica is not read, and the primary is read in its place"
}

// metrics are the descriptions of the metrics.
func metrics() (up, lag *prometheus.Desc) {
	return prometheus.NewDesc("macrowatch_replica_up", "1 while pages are read from the replica, 0 while they are read from the primary in its place.", nil, nil),
		prometheus.NewDesc("macrowatch_replica_lag_seconds",
			"How old what the replica has is at most. Absent while it is not read, or if this is not known.", nil, nil)
}

// Describe is for a registry of Prometheus.
func (f *Follower) Describe(out chan<- *prometheus.Desc) {
	up, lag := metrics()
	out <- up
	out <- lag
}

// Collect is for a registry of Prometheus.
func (f *Follower) Collect(out chan<- prometheus.Metric) {
	up, behind := metrics()
	f.mu.Lock()
	reading := f.reading
	lag, known := f.lag(f.cfg.Now())
	f.mu.Unlock()
	read := 0.0
	if reading {
		read = 1
	}
	out <- prometheus.MustNewConstMetric(up, prometheus.GaugeValue, read)
	if known && reading {
		out <- prometheus.MustNewConstMetric(behind, prometheus.GaugeValue, lag.Seconds())
	}
}
