package samplerecord

import (
	"context"
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/sampledesk"
)

// today is the day that goes on, computed once.
type today struct {
	day, close time.Time        // which day, and the last close that its figures know
	days       []sampledesk.Day // the days from the last write on, and the day before
}

// Continue writes what has happened since the record was last written: for a desk that goes on while
// it is looked at. It is cheap unless a new day has begun or a day has closed.
func (r *Record) Continue(ctx context.Context, since, now time.Time) error {
	source, err := r.Source(ctx)
	if err != nil {
		return err
	}
	if source == Imported {
		return nil // such a desk's clock stands
	}
	if day, close := desk.BuiltInRules().Today(now), desk.BuiltInRules().LastPricedDay(now); !r.today.day.Equal(day) || !r.today.close.Equal(close) {
		m, book, err := r.open(ctx, source, close)
		if err != nil {
			return err
		}
		if _, err := r.store.PriceUpsert(ctx, m.Prices(close.AddDate(0, 0, -7), close)...); err != nil {
			return err
		}
		r.today = today{day: day, close: close,
			days: slices.Collect(book.Days(desk.BuiltInRules().Today(since).AddDate(0, 0, -1), day))}
	}
	all := batch{}
	var runs []desk.Run
	for _, d := range r.today.days {
		all.add(d, now)
		runs = append(runs, d.RunsBetween(since, now)...)
	}
	news := batch{
		runs:    runs,
		signals: slices.DeleteFunc(all.signals, func(s desk.Signal) bool { return !s.GeneratedAt.After(since) }),
		states:  slices.DeleteFunc(all.states, func(s desk.PortfolioState) bool { return !s.Timestamp.After(since) }),
	}
	if err := news.write(ctx, r); err != nil {
		return err
	}
	if err := r.noteUntil(ctx, now); err != nil {
		return err
	}
	return r.mark(ctx, now)
}
