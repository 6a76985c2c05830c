package riskrun

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// ErrNoBook says that there is no snapshot to compute the risk of.
var ErrNoBook = errors.New("the book is empty")

// storedAtOnce is how many computations one transaction stores. With more, a stop would lose more of them. With fewer, the
// cost of a transaction would count.
const storedAtOnce = 50

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
	computed, refused, err := r.computeAndStore(ctx, []time.Time{at})
	if err == nil && len(refused) > 0 {
		err = fmt.Errorf("the book of %s: %w", r.local(at), refused[0].Err)
	}
	if err != nil {
		return desk.RiskComputation{}, err
	}
	return computed[0], nil
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

// compute computes and stores the risk of snapshots, in order of time.
func (r *Runner) compute(ctx context.Context, times []time.Time) (Result, error) {
	computed, refused, err := r.computeAndStore(ctx, times)
	return resultOf(computed, refused), err
}

func resultOf(computed []desk.RiskComputation, refused []Refusal) Result {
	result := Result{Refused: refused}
	for _, c := range computed {
		result.Computed = append(result.Computed, c.Metric.ComputedAt)
	}
	return result
}

// computeAndStore does the same as compute, and returns the figures too.
func (r *Runner) computeAndStore(ctx context.Context, times []time.Time) ([]desk.RiskComputation, []Refusal, error) {
	done, err := r.computeUnstored(ctx, times)
	if err != nil {
		return nil, nil, err
	}
	if err := r.storeAll(ctx, done); err != nil {
		return nil, nil, err
	}
	return done.computed, done.refused, nil
}

// computeUnstored computes the risk of snapshots, in order of time, and stores nothing.
func (r *Runner) computeUnstored(ctx context.Context, times []time.Time) (computedRisk, error) {
	in, err := read(ctx, r.store, times, r.settings.Options.Proxies)
	if err != nil {
		return computedRisk{}, err
	}
	done, err := in.computeAll(ctx, times, r.settings, r.opts)
	if err != nil {
		return computedRisk{}, err
	}
	err = r.fitToTables(ctx, &done)
	return done, err
}

// storeAll stores computations and tested days, one batch in each transaction.
func (r *Runner) storeAll(ctx context.Context, done computedRisk) error {
	for n, some := range done.batches() {
		if err := r.store.RiskReplace(ctx, some.computed, some.changed, some.gone); err != nil {
			return fmt.Errorf("%w (%d of %d book times are stored)", err, n*storedAtOnce, len(done.computed))
		}
	}
	return nil
}

// computedRisk is what a run computed, ready to be stored.
type computedRisk struct {
	computed []desk.RiskComputation
	refused  []Refusal
	changed  []desk.BacktestDay // tested days to write
	gone     []time.Time        // book times whose tested day is to be deleted
}

// batches cuts the computations into parts, each for one transaction. A tested day goes into the first part whose last
// computation is not older than the day's VaR. What is later than all of them, and the deletions, go into the last part.
// If nothing was computed there is no part, and nothing is stored.
func (f computedRisk) batches() []computedRisk {
	var all []computedRisk
	changed := slices.SortedFunc(slices.Values(f.changed), func(a, b desk.BacktestDay) int { return a.VaRComputedAt.Compare(b.VaRComputedAt) })
	for some := range slices.Chunk(f.computed, storedAtOnce) {
		last := some[len(some)-1].Metric.ComputedAt
		end := slices.IndexFunc(changed, func(b desk.BacktestDay) bool { return b.VaRComputedAt.After(last) })
		if end < 0 {
			end = len(changed)
		}
		all = append(all, computedRisk{computed: some, changed: changed[:end]})
		changed = changed[end:]
	}
	if n := len(all); n > 0 {
		all[n-1].changed = append(all[n-1].changed[:len(all[n-1].changed):len(all[n-1].changed)], changed...)
		all[n-1].gone = f.gone
	}
	return all
}

// computeAll computes the risk of some book times from the input, without the database.
func (in *input) computeAll(ctx context.Context, times []time.Time, settings Settings, opts Options) (computedRisk, error) {
	var jobs []job
	for _, at := range times {
		jobs = append(jobs, job{at: at})
	}
	pending := map[instant]bool{}
	for _, at := range in.untested(times) {
		pending[instantOf(at)] = true
	}
	for n := range in.stored {
		if v := &in.stored[n]; pending[instantOf(v.ComputedAt)] {
			jobs = append(jobs, job{at: v.ComputedAt, stored: v})
		}
	}
	outcomes, err := in.doJobs(ctx, jobs, settings, opts.Workers, opts.Progress)
	if err != nil {
		return computedRisk{}, err
	}
	var done computedRisk
	var fresh []desk.BacktestDay
	evaluated := map[instant]bool{}
	for n, o := range outcomes {
		if o.err != nil {
			done.refused = append(done.refused, Refusal{jobs[n].at, o.err})
			continue
		}
		evaluated[instantOf(jobs[n].at)] = true
		if o.isTested {
			fresh = append(fresh, o.tested)
		}
		if jobs[n].stored == nil {
			done.computed = append(done.computed, o.computation)
		}
	}
	var all []desk.BacktestDay
	all, done.changed, done.gone = in.merge(fresh, evaluated)
	forgetOldPositions(done.computed)
	for n := range done.computed {
		if err := summarise(in.rules, &done.computed[n], all); err != nil {
			return computedRisk{}, err
		}
	}
	return done, nil
}

// forgetOldPositions drops the positions of those computations, in order of time, that are too old for the store to keep
// them. So a backfill of years does not write what is deleted at once.
func forgetOldPositions(computed []desk.RiskComputation) {
	for n := range max(0, len(computed)-store.StressPositionsKept) {
		computed[n].StressPositions = nil
	}
}

// local is a time as text, in the desk's zone.
func (r *Runner) local(t time.Time) string {
	return t.In(r.store.Rules().Location()).Format("2006-01-02 15:04")
}
