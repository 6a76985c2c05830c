package riskrun

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/store"
)

// followEvery is how often Follow looks for what writers other than macrowatch have written.
const followEvery = time.Minute

// FollowOptions of Follow. The zero value is the default.
type FollowOptions struct {
	// FirstDays is how many weekdays up to the newest snapshot are computed where no risk is stored yet;
	// 0 is only that snapshot's.
	FirstDays int
	// Every is how often is looked beside macrowatch's own notices; 0 is a minute.
	Every time.Duration
	// Done is told what each computation came to; nil is nobody.
	Done func(Result)
	// Logger is told of days that were refused and of a database that is away; nil is nobody.
	Logger *slog.Logger
}

// Follow computes the risk of new snapshots until ctx ends: when it begins, whenever macrowatch writes
// anything into the database, in whatever process, and every so often. What is stored up to now stays as
// it is; of the weekdays since, the last snapshot of each is computed. The newest is computed again when
// prices of what it holds come later than it did. A refusal is logged once, and tried again when the
// book or its prices have changed.
//
// It returns nil when ctx ends, and an error where trying again would be of no use: the login may not
// write, or the tables are not there.
func (r *Runner) Follow(ctx context.Context, opts FollowOptions) error {
	f := follower{runner: r, opts: opts, log: opts.Logger}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	changed := make(chan struct{}, 1)
	listening, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.store.Listen(listening, func() {
			select {
			case changed <- struct{}{}:
			default: // one is waiting already
			}
		})
	}()
	defer func() { stop(); <-ended }()
	every := opts.Every
	if every <= 0 {
		every = followEvery
	}
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	for {
		if err := f.look(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			if hopeless(err) {
				return err
			}
			f.log.Warn("risk not computed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-ticks.C:
		}
	}
}

// hopeless tells an error that only somebody's doing changes.
func hopeless(err error) bool {
	var refused *store.Error
	if !errors.As(err, &refused) {
		return false
	}
	return refused.Kind == store.Forbidden || refused.Kind == store.ReadOnlyTable || refused.Kind == store.NotMigrated
}

// follower remembers what it has tried.
type follower struct {
	runner *Runner
	opts   FollowOptions
	log    *slog.Logger

	tried  time.Time // the newest snapshot when it looked last; zero before it has
	inputs string    // of that
}

// look computes what is missing.
func (f *follower) look(ctx context.Context) error {
	s := f.runner.store
	newest, err := s.SnapshotNewest(ctx)
	if err != nil || newest.IsZero() {
		return err
	}
	inputs, err := s.SnapshotInputs(ctx, newest, desk.PricesKnown(newest))
	if err != nil {
		return err
	}
	if newest.Equal(f.tried) && inputs == f.inputs {
		return nil
	}
	stored, err := s.RiskNewest(ctx)
	if err != nil {
		return err
	}
	times, err := f.missing(ctx, newest, stored)
	if err != nil {
		return err
	}
	if len(times) > 0 {
		if err := f.compute(ctx, times); err != nil {
			return err
		}
	}
	f.tried, f.inputs = newest, inputs
	return nil
}

// missing are the snapshots to compute, in order.
func (f *follower) missing(ctx context.Context, newest, stored time.Time) ([]time.Time, error) {
	late := newest.Equal(f.tried) // and its inputs have changed
	if !newest.After(stored) {
		if late && newest.Equal(stored) {
			return []time.Time{newest}, nil
		}
		return nil, nil
	}
	from := desk.BookDay(stored)
	if stored.IsZero() {
		from = weekdaysBefore(desk.BookDay(newest), max(f.opts.FirstDays, 1)-1)
	}
	days, err := f.runner.store.DailyNAVs(ctx, from, desk.BookDay(newest))
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

func (f *follower) compute(ctx context.Context, times []time.Time) error {
	result, err := f.runner.compute(ctx, times)
	if err != nil {
		return err
	}
	for _, refusal := range result.Refused {
		f.log.Warn("risk refused", "book", local(refusal.At), "reason", refusal.Err)
	}
	if f.opts.Done != nil {
		f.opts.Done(result)
	}
	return nil
}

// weekdaysBefore goes back n weekdays.
func weekdaysBefore(day time.Time, n int) time.Time {
	for ; n > 0; n-- {
		day = day.AddDate(0, 0, -1)
		for desk.IsWeekend(day) {
			day = day.AddDate(0, 0, -1)
		}
	}
	return day
}
