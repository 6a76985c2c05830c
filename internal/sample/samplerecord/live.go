package samplerecord

import (
	"context"
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/sampledesk"
)

// today is what Continue has computed for the current day, and keeps for its next call.
type today struct {
	day   time.Time        // the current day
	close time.Time        // the last close that the desk's figures know
	days  []sampledesk.Day // the day before the last write, and every day since
}

// Continue writes what has happened since the record was last written. It lets the desk go on while people look at it.
// A call is cheap, unless a new day has begun or a day has closed since the last one.
func (r *Record) Continue(ctx context.Context, since, now time.Time) error {
	source, err := r.Source(ctx)
	if err != nil {
		return err
	}
	if source == Imported {
		return nil // the clock of a desk on imported prices stands still
	}
	if day, close := r.store.Rules().Today(now), r.store.Rules().LastPricedDay(now); !r.today.day.Equal(day) || !r.today.close.Equal(close) {
		m, book, err := r.open(ctx, source, close)
		if err != nil {
			return err
		}
		if _, err := r.store.PriceUpsert(ctx, m.Prices(close.AddDate(0, 0, -7), close)...); err != nil {
			return err
		}
		r.today = today{day: day, close: close,
			days: slices.Collect(book.Days(r.store.Rules().Today(since).AddDate(0, 0, -1), day))}
	}
	all := batch{}
	var runs []desk.Run
	for _, d := range r.today.days {
		all.add(d, now, r.store.Rules().Location())
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
