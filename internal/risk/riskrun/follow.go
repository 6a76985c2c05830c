package riskrun

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"macrowatch/internal/desk"
)

const (
	// followEvery is how often Follow looks for what writers other than macrowatch have written.
	followEvery = time.Minute
	// lookLimit is how long one look may take, computing included. Without it, a look would never end if the
	// database hangs.
	lookLimit = 15 * time.Minute
)

// FollowOptions are for Follow. The zero value is the default.
type FollowOptions struct {
	// FirstDays is how many book days up to the newest snapshot are computed if no risk is stored yet. With 0 only
	// the snapshot's own book day is computed.
	FirstDays int
	// Changed gets a value when macrowatch has written something into the database. It may be nil.
	Changed <-chan struct{}
	// Every is how often Follow looks even if Changed gets nothing; 0 is a minute.
	Every time.Duration
	// Tell is called after each look, with nil or with the reason why the newest snapshot has no risk. It may
	// be nil.
	Tell func(error)
	// Now is the clock. A snapshot dated more than a day after it is a mistake of its writer. It is computed when
	// the clock has come near its date. If Now is nil, every snapshot is computed.
	Now func() time.Time
	// Done is called with the result of each computation. It may be nil.
	Done func(Result)
	// Logger gets a warning for each day that was refused. It may be nil.
	Logger *slog.Logger
}

// Follow computes the risk of new snapshots until ctx ends. It looks for them when it begins, whenever opts.Changed
// gets a value, and at regular intervals (opts.Every). Of each book day since the newest stored
// computation it computes the last snapshot. It computes the newest snapshot again when the inputs of its
// computation have changed, even if they changed while Follow did not run. Older computations stay as they
// are; [Runner.Stale] names those whose inputs have changed. Follow logs a refusal once, and tries again
// when the book or its prices have changed.
//
// It returns nil when ctx ends. It returns an error when a look fails, for example because the database is away or the
// login may not write. Then call it again.
func (r *Runner) Follow(ctx context.Context, opts FollowOptions) error {
	f := follower{runner: r, opts: opts, log: opts.Logger}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	every := opts.Every
	if every <= 0 {
		every = followEvery
	}
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	for {
		if err := f.lookOnce(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		if opts.Tell != nil {
			opts.Tell(f.refused)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-opts.Changed:
		case <-ticks.C:
		}
	}
}

// lookOnce looks, and gives up after lookLimit.
func (f *follower) lookOnce(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	return f.look(ctx)
}

// follower remembers what Follow has tried.
type follower struct {
	runner *Runner
	opts   FollowOptions
	log    *slog.Logger

	tried   time.Time // the newest snapshot at the last look; zero before the first look
	signal  string    // the signal of that snapshot
	refused error     // why the newest snapshot has no risk; nil if it has one, or needs none
}

// look computes the snapshots that have no risk yet, or computes the newest one again if its inputs have changed. It does
// nothing if the signal is the same as at the last look.
func (f *follower) look(ctx context.Context) error {
	s := f.runner.store
	due := f.due()
	newest, err := s.SnapshotUpTo(ctx, due)
	if err != nil || newest.IsZero() {
		return err
	}
	stored, err := s.RiskUpTo(ctx, due)
	if err != nil {
		return err
	}
	signal, err := f.runner.signal(ctx, newest)
	if err != nil {
		return err
	}
	if newest.Equal(f.tried) && signal+stored.String() == f.signal {
		return nil
	}
	compute := f.computeMissing
	if stored.Equal(newest) {
		compute = f.redo
	}
	result, err := compute(ctx, newest, stored)
	if err != nil {
		return err
	}
	// It does not read back what it has just stored. Somebody may have deleted it in the meantime, and the next look
	// must notice that.
	if f.refused = f.refusalOf(result, newest); f.refused != nil {
		if stored, err = s.RiskUpTo(ctx, due); err != nil {
			return err
		}
	} else if stored.Before(newest) {
		stored = newest
	}
	f.tried, f.signal = newest, signal+stored.String()
	f.tell(result) // last, because whoever hears of it may change the record, and the next look must notice that
	return nil
}

// due returns the latest time that a snapshot may have to be computed now: a day after the clock. Without a
// clock it is the end of time.
func (f *follower) due() time.Time {
	if f.opts.Now == nil {
		return time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return f.opts.Now().AddDate(0, 0, 1)
}

// redo computes the newest snapshot again, and stores the computation if it differs from the stored one.
func (f *follower) redo(ctx context.Context, newest, _ time.Time) (Result, error) {
	stored, err := f.runner.store.RiskStored(ctx, newest, newest)
	if err != nil || len(stored) == 0 { // what another tool has stored stays as it is
		return Result{}, err
	}
	done, err := f.runner.computeOne(ctx, newest)
	if err != nil {
		return Result{}, err
	}
	if len(done.computed) == 1 && done.computed[0].Inputs.Digest == stored[0].Digest {
		return Result{}, nil
	}
	var result Result
	result.add(done)
	if len(done.computed) == 0 {
		return result, nil
	}
	return result, f.runner.replace(ctx, done)
}

// computeMissing computes the snapshots from the newest stored computation on.
func (f *follower) computeMissing(ctx context.Context, newest, stored time.Time) (Result, error) {
	times, err := f.missing(ctx, newest, stored)
	if err != nil || len(times) == 0 {
		return Result{}, err
	}
	return f.runner.compute(ctx, times)
}

// missing are the times of the snapshots to compute, in order.
func (f *follower) missing(ctx context.Context, newest, stored time.Time) ([]time.Time, error) {
	if !newest.After(stored) {
		return nil, nil
	}
	rules := f.runner.store.Rules()
	from := rules.BookDay(stored)
	if stored.IsZero() {
		from = bookDaysBefore(rules.Calendar, rules.BookDay(newest), max(f.opts.FirstDays, 1)-1)
	}
	days, err := f.runner.store.DailyNAVs(ctx, from, rules.BookDay(newest))
	if err != nil {
		return nil, err
	}
	var times []time.Time
	for _, d := range days {
		if d.At.After(stored) {
			times = append(times, d.At)
		}
	}
	return times, nil
}

// refusalOf is why the newest snapshot was refused; nil if it was not.
func (f *follower) refusalOf(result Result, newest time.Time) error {
	for _, refusal := range result.Refused {
		if refusal.At.Equal(newest) {
			return fmt.Errorf("the book of %s is refused: %w", f.runner.local(refusal.At), refusal.Err)
		}
	}
	return nil
}

// tell logs what was refused, and hands on the result. It does nothing if nothing was computed or refused.
func (f *follower) tell(result Result) {
	if len(result.Computed) == 0 && len(result.Refused) == 0 {
		return
	}
	for _, refusal := range result.Refused {
		f.log.Warn("risk refused", "book", f.runner.local(refusal.At), "reason", refusal.Err)
	}
	if f.opts.Done != nil {
		f.opts.Done(result)
	}
}

// bookDaysBefore returns the book day that is n book days before a day.
func bookDaysBefore(calendar desk.Calendar, day time.Time, n int) time.Time {
	for ; n > 0; n-- {
		day = day.AddDate(0, 0, -1)
		day = day.AddDate(0, 0, -calendar.DaysBack(day.Weekday()))
	}
	return day
}
