package riskrun

import (
	"context"
	"errors"
	"fmt"
	"time"

	"macrowatch/internal/background"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// ErrNoBook says that there is no snapshot to compute the risk of.
var ErrNoBook = errors.New("the book is empty")

// storedAtOnce is how many computations one transaction stores. With more, a stop would lose more of them. With fewer, the
// cost of a transaction would count.
const storedAtOnce = 25

// Options are for New. The zero value is the default.
type Options struct {
	// Workers is how many goroutines compute; 0 is one per processor that Go may use.
	Workers int
	// Progress is called with how many of the book times have been computed, one call at a time. It may be nil.
	Progress func(done, total int)
}

// Runner computes the risk of a database's book, and stores it.
type Runner struct {
	store    *store.Store
	settings Settings
	opts     Options
}

// New makes a runner.
func New(s *store.Store, settings Settings, opts Options) *Runner {
	return &Runner{store: s, settings: settings, opts: opts}
}

// Refusal says why nothing was computed and stored for a book time.
type Refusal struct {
	At  time.Time
	Err error
}

// Result says what a run computed and what it refused, both in order of book times.
type Result struct {
	Computed []time.Time
	Refused  []Refusal
}

// AsOf computes and stores the risk of the last snapshot up to a time, and returns it. If there is no snapshot the error is
// ErrNoBook. If package risk refuses the book, AsOf returns that package's error and stores nothing.
func (r *Runner) AsOf(ctx context.Context, t time.Time) (desk.RiskComputation, error) {
	at, err := r.store.SnapshotUpTo(ctx, t)
	if err != nil {
		return desk.RiskComputation{}, err
	}
	if at.IsZero() {
		return desk.RiskComputation{}, fmt.Errorf("%w: there is no snapshot in portfolio_state up to %s", ErrNoBook, r.local(t))
	}
	done, err := r.computeOne(ctx, at)
	if err == nil && len(done.refused) > 0 {
		err = fmt.Errorf("the book of %s: %w", r.local(at), done.refused[0].Err)
	}
	if err == nil {
		err = r.replace(ctx, done)
	}
	if err != nil {
		return desk.RiskComputation{}, err
	}
	return done.computed[0], nil
}

// Backfill computes and stores the risk of the last snapshot of each of the desk's book days from one day to another, both
// included. A refused day keeps what was stored for it, and does not stop the others. If no day has a snapshot the
// error is ErrNoBook. When the context ends nothing more is stored.
func (r *Runner) Backfill(ctx context.Context, from, to time.Time) (Result, error) {
	days, err := r.store.DailyNAVs(ctx, from, to)
	if err != nil {
		return Result{}, err
	}
	var times []time.Time
	for _, d := range days {
		times = append(times, d.At)
	}
	if len(times) == 0 {
		return Result{}, fmt.Errorf("%w: no book day from %s to %s has a snapshot in portfolio_state", ErrNoBook, from.Format(time.DateOnly), to.Format(time.DateOnly))
	}
	return r.compute(ctx, times)
}

// compute computes and stores the risk of snapshots, in order of time. It stores the first ones while it computes the
// later ones, so that it holds only a few at a time.
func (r *Runner) compute(ctx context.Context, times []time.Time) (Result, error) {
	computing, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	parts := make(chan computedRisk)
	stored := make(chan error, 1)
	go func() {
		err := background.Recovered(func() error { return r.storeEach(ctx, parts, len(times)) })
		stop(err)
		stored <- err
	}()
	var result Result
	var waiting computedRisk
	hand := func(part computedRisk) error {
		select {
		case parts <- part:
			return nil
		case <-computing.Done():
			return context.Cause(computing)
		}
	}
	err := r.computeUnstored(computing, times, func(some computedRisk) error {
		result.add(some)
		waiting.add(some)
		for len(waiting.computed) >= storedAtOnce+store.StressPositionsKept {
			if err := hand(waiting.cut(storedAtOnce)); err != nil {
				return err
			}
		}
		return nil
	})
	for err == nil && len(waiting.computed) > 0 {
		err = hand(waiting.cut(storedAtOnce))
	}
	close(parts)
	if storing := <-stored; storing != nil {
		return Result{}, storing
	}
	if err != nil {
		return Result{}, err
	}
	return result, nil
}

// add adds a part of a run to its result.
func (r *Result) add(some computedRisk) {
	r.Refused = append(r.Refused, some.refused...)
	for _, c := range some.computed {
		r.Computed = append(r.Computed, c.Metric.ComputedAt)
	}
}

// computeOne computes the risk of one snapshot, and stores nothing.
func (r *Runner) computeOne(ctx context.Context, at time.Time) (done computedRisk, err error) {
	err = r.computeUnstored(ctx, []time.Time{at}, func(all computedRisk) error {
		done = all
		return nil
	})
	return done, err
}

// computeUnstored computes the risk of snapshots, in order of time, and stores nothing. It gives the function take what it
// has computed, stretch by stretch.
func (r *Runner) computeUnstored(ctx context.Context, times []time.Time, take func(computedRisk) error) error {
	in, err := read(ctx, r.store, times, r.settings.Options.Proxies)
	if err != nil {
		return err
	}
	return in.computeAll(ctx, times, r.settings, r.opts, func(some computedRisk) error {
		if err := r.fitToTables(ctx, &some); err != nil {
			return err
		}
		return take(some)
	})
}

// storeEach stores parts of a run of so many book times, each in one transaction.
func (r *Runner) storeEach(ctx context.Context, parts <-chan computedRisk, total int) error {
	stored := 0
	for part := range parts {
		if err := r.replace(ctx, part); err != nil {
			return fmt.Errorf("%w (%d of %d book times are stored)", err, stored, total)
		}
		stored += len(part.computed)
	}
	return nil
}

// replace stores a part of a run in one transaction.
func (r *Runner) replace(ctx context.Context, part computedRisk) error {
	return r.store.RiskReplace(ctx, part.computed, part.changed, part.gone)
}

// local is a time as text, in the desk's zone.
func (r *Runner) local(t time.Time) string {
	return t.In(r.store.Rules().Location()).Format("2006-01-02 15:04")
}
