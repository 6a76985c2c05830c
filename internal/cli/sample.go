package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
	"macrowatch/internal/record/store"
	"macrowatch/internal/sample/anydesk"
	"macrowatch/internal/sample/sampledesk"
	"macrowatch/internal/sample/samplerecord"
)

// sampleSeed is the seed of the sample desk. It is the same for everybody, so everybody sees the same desk.
const sampleSeed = 20

// priceFlags are the flags that give the sample desk prices to trade on, instead of simulated ones.
type priceFlags struct {
	prices, instruments string
}

func (f *priceFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.prices, "prices", "", "`FILE` with the price history to trade on, in the form of macrowatch import prices (default: simulated prices)")
	c.Flags().StringVar(&f.instruments, "instruments", "", "`FILE` that says what the instruments of --prices are, in the form of macrowatch import instruments")
}

// check refuses flags that can't be used together.
func (f *priceFlags) check() error {
	if f.instruments != "" && f.prices == "" {
		return usagef("--instruments describes the instruments of --prices: give --prices too")
	}
	if f.prices == "-" || f.instruments == "-" {
		return usagef("--prices and --instruments name files: they can't be standard input (-)")
	}
	return nil
}

// sample is the sample desk and its record in an open database.
type sample struct {
	app    *app
	db     *database
	desk   sampledesk.Desk
	record *samplerecord.Record
}

func (a *app) sampleOf(db *database) *sample {
	d := sampledesk.Desk{Seed: sampleSeed}
	s := &sample{app: a, db: db, desk: d}
	if a.isBuiltInDesk() {
		s.record = samplerecord.New(db.Store, d, a.log)
	} else {
		s.record = samplerecord.NewOther(db.Store, anydesk.Desk{Seed: sampleSeed, Rules: a.rules()}, a.log)
	}
	return s
}

// isBuiltInDesk reports whether the command works for the built-in desk, which the sample desk shows. For another desk the
// sample desk is made up from the desk's rules.
func (a *app) isBuiltInDesk() bool { return anydesk.IsBuiltIn(a.rules(), desk.BuiltInRules()) }

// sampleSteps returns the steps that the sample desk runs.
func (a *app) sampleSteps() []string {
	if a.isBuiltInDesk() {
		return sampledesk.Steps()
	}
	var names []string
	for _, s := range a.rules().Steps {
		names = append(names, s.Name)
	}
	return names
}

// openSample migrates a database to this version's tables and marks it as the sample desk's. It refuses a database that
// holds another desk's record. Then it imports the price files that are given. With fresh it first deletes all that
// the sample desk's database holds.
func (a *app) openSample(ctx context.Context, db *database, prices priceFlags, fresh bool) (*sample, error) {
	if db.private == nil {
		if err := store.Migrate(ctx, db.Pool()); err != nil {
			return nil, err
		}
	}
	s := a.sampleOf(db)
	err := s.record.Claim(ctx, fresh)
	if errors.Is(err, samplerecord.ErrForeign) {
		return nil, fmt.Errorf("%w, and sample data must not be mixed with it: name another directory with --data-dir, or show this record with macrowatch serve", err)
	}
	if errors.Is(err, samplerecord.ErrOtherDesk) {
		return nil, fmt.Errorf("%w: begin anew with macrowatch demo --fresh, which also deletes the runs and imports of your own, or name another directory with --data-dir", err)
	}
	if err != nil {
		return nil, err
	}
	if prices.prices == "" {
		return s, nil
	}
	if !a.isBuiltInDesk() {
		return nil, usagef("--prices is for the built-in desk: the sample desk of %s makes up prices of its own", a.desk.path)
	}
	if err := s.record.RequireImportable(ctx); err != nil {
		return nil, fmt.Errorf("%w: begin anew with macrowatch demo --fresh, or name another directory with --data-dir", err)
	}
	return s, s.takePrices(ctx, prices)
}

// takePrices imports the files as macrowatch import does.
func (s *sample) takePrices(ctx context.Context, f priceFlags) error {
	defer collectEvery(collectEvery(collectPercent)) // a file may be long, and the start is not over yet
	for _, file := range []struct{ kind, path string }{{"instruments", f.instruments}, {"prices", f.prices}} {
		if file.path == "" {
			continue
		}
		result, err := s.app.importFile(ctx, s.db, file.kind, file.path, intake.Options{})
		if err != nil {
			return err
		}
		fmt.Fprintf(s.app.Err, "%s: %s\n", file.path, summary(result))
	}
	return nil
}

// standsAt returns the moment at which the page's clock stands if the desk's prices end: the end of their last day. It
// returns the zero time if the prices go on.
func (s *sample) standsAt(ctx context.Context) (time.Time, error) {
	last, err := s.record.LastDay(ctx)
	if err != nil || last.IsZero() {
		return time.Time{}, err
	}
	return endOfDay(s.app.rules(), last, s.app.Now()), nil
}

// endOfDay returns the last millisecond of a day of the desk, or now if that day is not over yet.
func endOfDay(rules desk.Rules, day, now time.Time) time.Time {
	y, m, d := day.Date()
	end := time.Date(y, m, d+1, 0, 0, 0, 0, rules.Location()).Add(-time.Millisecond)
	if now.Before(end) {
		return now
	}
	return end
}

// resume writes the days that the record lacks up to now, says how far it is, and prints a summary.
func (s *sample) resume(ctx context.Context, now time.Time, p *preparation) error {
	return s.writeDays(p.line, p.days, func() (samplerecord.Summary, error) { return s.record.Resume(ctx, now) })
}

// write writes the days between two moments, replaces those that are there, shows the progress on a terminal and prints a
// summary.
func (s *sample) write(ctx context.Context, from, now time.Time) error {
	line := s.app.progressLine()
	onTerminal := func(p samplerecord.Progress) {
		if line.due() || p.Done() == p.Total() {
			line.show(fmt.Sprintf("sample desk: %s of %s", grouped(int64(p.Done())), daysText(p.Total())))
		}
	}
	return s.writeDays(line, onTerminal, func() (samplerecord.Summary, error) { return s.record.Write(ctx, from, now) })
}

// writeDays writes days with a function, and prints a summary in place of the line.
func (s *sample) writeDays(line *progressLine, progress func(samplerecord.Progress), write func() (samplerecord.Summary, error)) error {
	began := time.Now()
	s.record.Progress = progress
	w, err := write()
	line.wipe()
	if err != nil {
		return err
	}
	s.printSummary(w, time.Since(began))
	return nil
}

// printSummary says which days were written, and what was odd about their prices.
func (s *sample) printSummary(w samplerecord.Summary, elapsed time.Duration) {
	out := s.app.Err
	if w.From.After(w.To) {
		fmt.Fprintf(out, "Sample desk on %s prices: its record goes up to %s already, beyond %s.\n",
			w.Source, w.From.Format(time.DateOnly), w.To.Format(time.DateOnly))
		return
	}
	fmt.Fprintf(out, "Sample desk on %s prices, %s to %s: %s, %s, %s are in the database. Writing them took %s.\n",
		w.Source, w.From.Format(time.DateOnly), w.To.Format(time.DateOnly),
		counted(w.Runs, "run", "runs"), counted(w.Signals, "signal", "signals"), counted(w.Positions, "position", "positions"), took(elapsed))
	for _, out := range w.SittingOut {
		fmt.Fprintf(s.app.Err, "  %s sits out: %s\n", out.Strategy, strings.TrimSuffix(out.Reason, "."))
	}
	if w.Source == samplerecord.Simulated {
		return // nobody needs notes about prices that are made up
	}
	const shown = 20
	for i, note := range w.Notes {
		if i == shown {
			fmt.Fprintf(out, "  and %s\n", counted(len(w.Notes)-shown, "more note", "more notes"))
			break
		}
		fmt.Fprintf(out, "  %s\n", note)
	}
}
