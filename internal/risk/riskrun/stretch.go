package riskrun

import (
	"context"
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// stretchDays is how many book times are computed before the next ones begin. With more, more of them are in memory at once.
// With fewer, the processors would wait more often for the slowest of them.
const stretchDays = 16

// positionsAmong is of how many of the last book times the positions are computed. It is more than the store keeps, because some of
// these times may be refused: then earlier ones count instead. The positions are most of the rows of a computation, so those of
// older book times are not made in the first place.
const positionsAmong = 2 * store.StressPositionsKept

// computedRisk is what a run computed, ready to be stored.
type computedRisk struct {
	computed []desk.RiskComputation
	refused  []Refusal
	changed  []desk.BacktestDay // tested days to write
	gone     []time.Time        // book times whose tested day is to be deleted
}

// computeAll computes the risk of some book times from the input, without the database. It gives what it has computed to the
// function take, one stretch of book times after the other, and keeps nothing of it but the tested days.
func (in *input) computeAll(ctx context.Context, times []time.Time, settings Settings, opts Options, take func(computedRisk) error) error {
	old := in.jobsOnStored(times)
	total, done := len(times)+len(old), 0
	in.settings = settings.digest()
	b := backfill{in: in, settings: settings, evaluated: map[instant]bool{}}
	progress := func() {
		if done++; opts.Progress != nil {
			opts.Progress(done, total)
		}
	}
	// A summary counts the tested days before it, so those of stored VaRs come first.
	if _, err := b.do(ctx, old, opts.Workers, progress); err != nil {
		return err
	}
	for begin := 0; begin < len(times); begin += stretchDays {
		var jobs []job
		for n, at := range times[begin:min(begin+stretchDays, len(times))] {
			jobs = append(jobs, job{at: at, positions: begin+n >= len(times)-positionsAmong})
		}
		some, err := b.do(ctx, jobs, opts.Workers, progress)
		if err != nil {
			return err
		}
		if err := b.summarise(&some, begin+stretchDays >= len(times)); err != nil {
			return err
		}
		if err := take(some); err != nil {
			return err
		}
	}
	return nil
}

// jobsOnStored returns the jobs that test stored VaRs.
func (in *input) jobsOnStored(times []time.Time) []job {
	pending := map[instant]bool{}
	for _, at := range in.untested(times) {
		pending[instantOf(at)] = true
	}
	var jobs []job
	for n := range in.stored {
		if v := &in.stored[n]; pending[instantOf(v.ComputedAt)] {
			jobs = append(jobs, job{at: v.ComputedAt, stored: v})
		}
	}
	return jobs
}

// backfill is a computation of many book times while it goes on.
type backfill struct {
	in       *input
	settings Settings

	fresh     []desk.BacktestDay // the tested days so far
	handed    int                // how many of them have been handed on to be stored
	evaluated map[instant]bool   // the book times whose VaRs were looked at so far
}

// do does some jobs. It returns what they computed, without the summaries of the backtest.
func (b *backfill) do(ctx context.Context, jobs []job, workers int, progress func()) (computedRisk, error) {
	outcomes, err := b.in.doJobs(ctx, jobs, b.settings, workers, progress)
	if err != nil {
		return computedRisk{}, err
	}
	var done computedRisk
	for n, o := range outcomes {
		if o.err != nil {
			done.refused = append(done.refused, Refusal{jobs[n].at, o.err})
			continue
		}
		b.evaluated[instantOf(jobs[n].at)] = true
		if o.isTested {
			b.fresh = append(b.fresh, o.tested)
		}
		if jobs[n].stored == nil {
			done.computed = append(done.computed, o.computation)
		}
	}
	return done, nil
}

// summarise adds to the computations of a stretch the summaries of the backtest, and the tested days that are to be written.
// A summary counts days that were tested before it, and later stretches change none of them. Which stored days test nothing
// any more is known after the last stretch.
func (b *backfill) summarise(some *computedRisk, last bool) error {
	all, changed, gone := b.in.merge(b.fresh, b.evaluated)
	anew := map[instant]bool{}
	for _, d := range b.fresh[b.handed:] {
		anew[instantOf(d.VaRComputedAt)] = true
	}
	b.handed = len(b.fresh)
	some.changed = slices.DeleteFunc(changed, func(d desk.BacktestDay) bool { return !anew[instantOf(d.VaRComputedAt)] })
	if last {
		some.gone = gone
	}
	for n := range some.computed {
		if err := summarise(b.in.rules, &some.computed[n], all); err != nil {
			return err
		}
	}
	return nil
}

// add adds what was computed later. It drops the positions of those computations that are too old for the store to keep them.
// So a backfill of years does not write what is deleted at once.
func (f *computedRisk) add(later computedRisk) {
	f.computed = append(f.computed, later.computed...)
	f.changed = append(f.changed, later.changed...)
	f.gone = append(f.gone, later.gone...)
	for n := range max(0, len(f.computed)-store.StressPositionsKept) {
		f.computed[n].StressPositions = nil
	}
}

// cut takes the first computations out, with the tested days whose VaR is not later than the last of them. If these are all
// computations, cut takes all tested days too, and the deletions.
func (f *computedRisk) cut(most int) computedRisk {
	if most >= len(f.computed) {
		all := *f
		*f = computedRisk{}
		return all
	}
	first := computedRisk{computed: slices.Clone(f.computed[:most])}
	f.computed = slices.Delete(f.computed, 0, most)
	last := first.computed[most-1].Metric.ComputedAt
	var rest []desk.BacktestDay
	for _, d := range f.changed {
		if d.VaRComputedAt.After(last) {
			rest = append(rest, d)
		} else {
			first.changed = append(first.changed, d)
		}
	}
	f.changed = rest
	return first
}
