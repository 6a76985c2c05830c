package cli

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/sampledesk"
	"macrowatch/internal/store"
)

// sampleSeed is the seed of the sample desk that everybody sees.
const sampleSeed = 20

func (a *app) demoCommand() *cobra.Command {
	var db databaseFlags
	var view viewerFlags
	var fresh bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "Show the dashboards on the sample desk, with nothing to set up",
		Long: fmt.Sprintf(`Starts a private PostgreSQL, writes %d days of the sample desk's pipeline history and serves
the dashboards. The history is made up from a fixed seed and marked as sample data on every
page. Started again later it goes on where it was; while it runs, the sample desk runs a real
process every few minutes, recorded like any other. Your own runs, recorded by macrowatch exec
or macrowatch import meanwhile, appear beside it.

With --as-of the page's clock stands at that instant, and nothing runs. DATABASE_URL is not
regarded: made-up runs go elsewhere only where --database-url says so.`, sampledesk.HistoryDays),
		Example: `  macrowatch demo
  macrowatch demo --listen 127.0.0.1:8080 --open=false
  macrowatch demo --as-of 2026-01-31`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !c.Flags().Changed("database-url") {
				db.url = "" // DATABASE_URL is the desk's own database, and no place for sample data
			}
			return a.demo(c.Context(), db, view, fresh)
		},
	}
	db.register(c)
	db.registerSpool(c)
	view.register(c)
	c.Flags().BoolVar(&fresh, "fresh", false, "begin anew: first delete everything in the sample database, imports and recorded runs too")
	return c
}

func (a *app) demo(ctx context.Context, f databaseFlags, view viewerFlags, fresh bool) error {
	v, err := a.openViewer(ctx, f, view, "macrowatch demo")
	if err != nil {
		return err
	}
	defer v.close()
	s := &sample{app: a, flags: f, db: v.db, desk: sampledesk.Desk{Seed: sampleSeed}}
	if err := s.claim(ctx, fresh); err != nil {
		return err
	}
	now := v.asOf
	if now.IsZero() {
		now = time.Now()
	}
	written, err := s.write(ctx, now)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "Sample desk: %d runs of the last %d days are in the database.\n", written, sampledesk.HistoryDays)

	ctx, stop := context.WithCancel(ctx)
	var background sync.WaitGroup
	defer background.Wait()
	defer stop()
	if v.asOf.IsZero() {
		background.Go(func() { s.goOn(ctx) })
		background.Go(func() { s.refresh(ctx) })
	}
	return v.run(ctx)
}

// sample keeps a database's sample desk up to date.
type sample struct {
	app   *app
	flags databaseFlags
	db    *database
	desk  sampledesk.Desk
}

// claim brings the database to this version's tables and marks it as the sample desk's. One that
// holds somebody's own runs is refused: made-up runs among real ones would be believed.
func (s *sample) claim(ctx context.Context, fresh bool) error {
	if s.db.private == nil {
		if err := store.Migrate(ctx, s.db.Pool()); err != nil {
			return err
		}
	}
	if err := s.db.RequireWritable(ctx); err != nil {
		return err
	}
	until, err := s.db.SampleDataUntil(ctx)
	if err != nil {
		return err
	}
	if until.IsZero() {
		empty, err := s.db.Empty(ctx)
		if err != nil {
			return err
		}
		if !empty {
			return fmt.Errorf("the database holds a record that is not the sample desk's; demo writes sample data only into an empty one: name another with --data-dir, or show this one with macrowatch serve")
		}
		return nil
	}
	if fresh {
		return s.db.DeleteAll(ctx)
	}
	return nil
}

// write brings the history up to now and returns how many runs it wrote. Runs have fixed IDs, so
// what is there already stays as it is.
func (s *sample) write(ctx context.Context, now time.Time) (int, error) {
	from := now.AddDate(0, 0, -sampledesk.HistoryDays)
	until, err := s.db.SampleDataUntil(ctx)
	if err != nil {
		return 0, err
	}
	if !until.IsZero() && until.Before(from) {
		from = until
	}
	if err := s.db.MarkSampleData(ctx, now); err != nil {
		return 0, err
	}
	runs := s.desk.Runs(from, now)
	if err := s.db.RunUpsert(ctx, runs...); err != nil {
		return 0, fmt.Errorf("write the sample desk's history: %w", err)
	}
	return len(runs), nil
}

// historyInterval is how often the daily pipeline of a running demo is brought up to date.
const historyInterval = 15 * time.Second

// goOn continues the sample desk's daily pipeline while the demo runs.
func (s *sample) goOn(ctx context.Context) {
	last := time.Now()
	ticks := time.NewTicker(historyInterval)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		now := time.Now()
		runs := s.desk.Runs(last, now)
		err := s.db.RunUpsert(ctx, runs...)
		if err == nil {
			err = s.db.MarkSampleData(ctx, now)
		}
		if err != nil {
			// The database may be away for a while; the same stretch is written next time.
			s.app.log.Warn("sample desk's history not written", "error", err)
			continue
		}
		last = now
	}
}
