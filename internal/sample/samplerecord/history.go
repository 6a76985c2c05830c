package samplerecord

import (
	"context"
	"fmt"
	"iter"
	"time"

	"golang.org/x/sync/errgroup"

	"macrowatch/internal/background"
	"macrowatch/internal/desk"
	"macrowatch/internal/sample/sampledesk"
)

// settingBookUntil notes the time up to which signals and positions are written.
const settingBookUntil = "sample_book_until"

// batchDays is how many days are written at once: enough for COPY to be fast, and few enough to show progress and to take
// little memory.
const batchDays = 125

// Progress says up to which day a write has come. All days are dates at midnight UTC.
type Progress struct {
	From, To time.Time // the first and the last day to write
	Day      time.Time // the last day that was written; the day before From if none was
}

// Done returns how many days were written.
func (p Progress) Done() int { return daysFrom(p.From, p.Day) }

// Total returns how many days are to be written.
func (p Progress) Total() int { return max(1, daysFrom(p.From, p.To)) }

// daysFrom counts the days from one to another, both included.
func daysFrom(from, to time.Time) int { return int(to.Sub(from)/(24*time.Hour)) + 1 }

// Summary says what a write did.
type Summary struct {
	Source                   Source
	From, To                 time.Time // first and last day
	Runs, Signals, Positions int
	FirstNAV, LastNAV        float64 // 0 if no snapshot was written
	SittingOut               []sampledesk.SitOut
	Notes                    []string
}

// Until returns the time up to which the book is in the database, or zero if nothing of it is.
func (r *Record) Until(ctx context.Context) (time.Time, error) {
	value, ok, err := r.store.Setting(ctx, settingBookUntil)
	if err != nil || !ok {
		return time.Time{}, err
	}
	until, err := time.Parse(time.RFC3339Nano, value)
	if err != nil {
		return time.Time{}, fmt.Errorf("read setting %s: %q is not a time", settingBookUntil, value)
	}
	return until, nil
}

// Resume writes what has happened up to now and has not been written yet.
func (r *Record) Resume(ctx context.Context, now time.Time) (Summary, error) {
	until, err := r.Until(ctx)
	if err != nil {
		return Summary{}, err
	}
	if !until.IsZero() {
		until = r.store.Rules().Today(until)
	}
	return r.Write(ctx, until, now)
}

// Write runs the desk from the day first on and writes what has happened up to now. first is a date at midnight UTC;
// zero means the first day of the desk's history. Writing a day again gives the same rows.
func (r *Record) Write(ctx context.Context, first, now time.Time) (Summary, error) {
	source, err := r.Source(ctx)
	if err != nil {
		return Summary{}, err
	}
	m, book, err := r.open(ctx, source, r.store.Rules().LastPricedDay(now))
	if err != nil {
		return Summary{}, err
	}
	day := r.store.Rules().Today(now)
	if first.IsZero() || first.Before(book.Opens()) {
		first = book.Opens()
	}
	s := Summary{Source: source, From: first, To: day, SittingOut: book.SittingOut()}
	if err := r.store.SetSetting(ctx, settingSource, string(source)); err != nil {
		return s, err
	}
	// The mark comes before the first row, so that an interrupted write is recognised.
	if err := r.mark(ctx, now); err != nil {
		return s, err
	}
	var prices []desk.Price
	if source == Simulated {
		prices = m.Prices(first.AddDate(0, 0, -7), day)
	}
	if err := together(ctx,
		func(ctx context.Context) error { return r.writePrices(ctx, prices) },
		func(ctx context.Context) error { return r.writeDays(ctx, book, &s, now) },
	); err != nil {
		return s, err
	}
	r.today = today{}
	return s, r.noteUntil(ctx, now)
}

// together does some work at once, and returns the first error. An error ends the context of the rest.
func together(ctx context.Context, work ...func(context.Context) error) error {
	all, ctx := errgroup.WithContext(ctx)
	for _, do := range work {
		all.Go(func() error { return background.Recovered(func() error { return do(ctx) }) })
	}
	return all.Wait()
}

func (r *Record) writePrices(ctx context.Context, prices []desk.Price) error {
	if len(prices) == 0 {
		return nil
	}
	if _, _, err := r.store.PriceImport(ctx, desk.RowsOf(prices...), nil); err != nil {
		return fmt.Errorf("write the simulated prices: %w", err)
	}
	return nil
}

func (r *Record) noteUntil(ctx context.Context, now time.Time) error {
	already, err := r.Until(ctx)
	if err != nil || now.Before(already) {
		return err
	}
	return r.store.SetSetting(ctx, settingBookUntil, now.UTC().Format(time.RFC3339Nano))
}

// writeDays writes the days of s in batches and counts them in it. While the database takes a batch, the next one is computed.
func (r *Record) writeDays(ctx context.Context, book book, s *Summary, now time.Time) error {
	made := make(chan *batch)
	return together(ctx,
		func(ctx context.Context) error { return r.writeBatches(ctx, made, s) },
		func(ctx context.Context) error {
			defer close(made)
			for b := range r.batches(book, s.From, s.To, now) {
				select {
				case made <- b:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
}

// writeBatches writes batches until there are no more, and counts them in s.
func (r *Record) writeBatches(ctx context.Context, made <-chan *batch, s *Summary) error {
	tell := func(last time.Time) {
		if r.Progress != nil {
			r.Progress(Progress{From: s.From, To: s.To, Day: last})
		}
	}
	tell(s.From.AddDate(0, 0, -1))
	for b := range made {
		if err := b.write(ctx, r); err != nil {
			return err
		}
		b.count(s)
		tell(b.last)
	}
	return nil
}

// batches computes the days from one to another, in batches of batchDays. The last batch has what is left, which may be nothing.
func (r *Record) batches(book book, from, to, now time.Time) iter.Seq[*batch] {
	return func(yield func(*batch) bool) {
		b, days := &batch{last: from.AddDate(0, 0, -1)}, 0
		for d := range book.Days(from, to) {
			b.add(d, now, r.store.Rules().Location())
			if days++; days%batchDays != 0 {
				continue
			}
			if !yield(b) {
				return
			}
			b = b.next()
		}
		yield(b)
	}
}

// batch has the rows of a stretch of days.
type batch struct {
	last    time.Time // the last of the days; the day before the first if there are none
	notes   []string
	runs    []desk.Run
	signals []desk.Signal
	states  []desk.PortfolioState
}

// add adds what has happened on a day up to now. The zone is the desk's.
func (b *batch) add(d sampledesk.Day, now time.Time, zone *time.Location) {
	b.last = d.Date
	b.notes = append(b.notes, d.Notes...)
	if begin, end := dayBounds(d.Date, zone); end.After(now) {
		b.runs = append(b.runs, d.RunsBetween(begin, now)...) // a run that has not ended is RUNNING
	} else {
		b.runs = append(b.runs, d.Runs...)
	}
	for _, signal := range d.Signals {
		if !signal.GeneratedAt.After(now) {
			b.signals = append(b.signals, signal)
		}
	}
	for _, state := range d.States {
		if !state.Timestamp.After(now) {
			b.states = append(b.states, state)
		}
	}
}

// next returns an empty batch for the days that follow, with room for as many rows.
func (b *batch) next() *batch {
	return &batch{last: b.last,
		runs:    make([]desk.Run, 0, len(b.runs)),
		signals: make([]desk.Signal, 0, len(b.signals)),
		states:  make([]desk.PortfolioState, 0, len(b.states)),
	}
}

// write writes the batch. Positions come last, so that days with positions are complete.
func (b *batch) write(ctx context.Context, r *Record) error {
	if err := together(ctx,
		func(ctx context.Context) error {
			if _, err := r.store.RunImport(ctx, desk.RowsOf(b.runs...)); err != nil {
				return fmt.Errorf("write the sample desk's runs: %w", err)
			}
			return nil
		},
		func(ctx context.Context) error {
			if _, err := r.store.SignalImport(ctx, desk.RowsOf(b.signals...)); err != nil {
				return fmt.Errorf("write the sample desk's signals: %w", err)
			}
			return nil
		},
	); err != nil {
		return err
	}
	if _, err := r.store.PortfolioStateUpsert(ctx, b.states...); err != nil {
		return fmt.Errorf("write the sample desk's positions: %w", err)
	}
	return nil
}

// count adds the batch to a summary.
func (b *batch) count(s *Summary) {
	s.Notes = append(s.Notes, b.notes...)
	s.Runs += len(b.runs)
	s.Signals += len(b.signals)
	s.Positions += len(b.states)
	if n := len(b.states); n > 0 {
		if s.FirstNAV == 0 {
			s.FirstNAV = b.states[0].TotalEquity
		}
		s.LastNAV = b.states[n-1].TotalEquity
	}
}

// dayBounds returns the instants at which a day of the desk begins and ends.
func dayBounds(day time.Time, zone *time.Location) (begin, end time.Time) {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}
