package cli

import (
	"context"
	"errors"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/background"
	"macrowatch/internal/risk/riskrun"
	"macrowatch/internal/sample/samplerecord"
)

func (a *app) demoCommand() *cobra.Command {
	var db databaseFlags
	var view viewerFlags
	var prices priceFlags
	var riskFile riskFileFlag
	var words wordsFlag
	var alerts alertsFlag
	var fresh bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "Show the dashboards on the sample desk, with nothing to set up",
		Long: `Starts a private PostgreSQL, writes the sample desk's history and serves the dashboards.

The sample desk is made up. Two dozen textbook strategies trade simulated prices since 2020, and
macrowatch computes their runs, signals, positions and risk. Every page says that this is sample
data. At a first start the page says for some seconds what is being written, and then shows the desk.
While demo runs, the sample desk starts a real process every few minutes, which is recorded like any
other run. A later demo goes on where the last one ended. Runs that you record with macrowatch exec
or macrowatch import appear beside the sample desk's.

With --desk-file the sample desk is the one of that file: its steps run by their schedules, and a few
made-up strategies trade made-up instruments of its asset classes. No process is started then. The
section retention of the file is for serve: demo keeps all rows.

With --prices the same strategies trade on the price history of a file. The page's clock then
stands at --as-of (default: the file's last day), and nothing goes on. With --as-of alone the clock
stands at that time.

demo ignores DATABASE_URL. To write sample data into a database of your own, pass --database-url.

On an address that other machines may reach, demo starts only if people must log in, as
macrowatch serve --help says, or with --insecure-no-login.`,
		Example: `  macrowatch demo
  macrowatch demo --listen 127.0.0.1:8080 --open=false
  macrowatch demo --as-of 2026-01-31
  macrowatch demo --desk-file desk.yaml --data-dir ~/demo-of-our-desk
  macrowatch demo --prices prices.csv --instruments instruments.csv --data-dir ~/real-desk`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if !c.Flags().Changed("database-url") {
				db.url = "" // DATABASE_URL names the desk's own database, which must not get sample data
			}
			if err := db.checkPort(c); err != nil {
				return err
			}
			if err := prices.check(); err != nil {
				return err
			}
			return a.demo(c.Context(), db, view, prices, riskFile, words, alerts, fresh)
		},
	}
	commandLineURLFlag(c, &db.url, "the private PostgreSQL")
	db.registerPrivate(c)
	db.registerPort(c)
	db.registerSpool(c)
	view.register(c)
	prices.register(c)
	riskFile.register(c)
	words.register(c)
	a.deskFlag(c)
	alerts.register(c)
	c.Flags().BoolVar(&fresh, "fresh", false, "first delete everything in the sample database, your own imports and runs too, then begin anew")
	return c
}

func (a *app) demo(ctx context.Context, f databaseFlags, view viewerFlags, prices priceFlags, riskFile riskFileFlag, words wordsFlag, alerts alertsFlag, fresh bool) error {
	config, err := a.readAlerts(alerts)
	if err != nil {
		return err
	}
	v, err := a.openViewer(ctx, f, view, "macrowatch demo")
	if err != nil {
		return err
	}
	defer v.close()
	s, err := a.openSample(ctx, v.db, prices, fresh)
	if errors.Is(err, samplerecord.ErrOtherDesk) && prices.prices == "" {
		if err := a.configureWords(ctx, v.db, words); err != nil {
			return err
		}
		return a.showFormerDesk(ctx, v)
	}
	if err != nil {
		return err
	}
	if err := a.configureWords(ctx, v.db, words); err != nil {
		return err
	}
	if v.asOf.IsZero() {
		if v.asOf, err = s.standsAt(ctx); err != nil {
			return err
		}
	}
	now := v.asOf
	if now.IsZero() {
		now = a.Now()
	}
	settings, err := s.riskSettings(ctx, riskFile)
	if err != nil {
		return err
	}
	v.prepares(func(ctx context.Context, p *preparation) error { return s.complete(ctx, settings, now, p) })
	if !v.asOf.IsZero() {
		return v.run(ctx, v.keepPlan, v.settleSummaries)
	}
	if v.alerts, err = v.watchAlerts(config); err != nil {
		return err
	}
	return v.run(ctx, v.keepPlan, v.settleSummaries,
		func(ctx context.Context) { s.continueDays(ctx, now) },
		func(ctx context.Context) {
			if a.isBuiltInDesk() {
				s.refresh(ctx, f)
			}
		},
		func(ctx context.Context) { v.followRisk(ctx, settings) })
}

// sampleMemory is how much memory Go may take while the sample desk is written. What is in use then is about 30 MiB at a
// time; the rest is room for garbage. Without a limit Go would take more, and give it back only afterwards.
const sampleMemory = 56 << 20

// limitMemory sets the limit sampleMemory, and lets Go use all of it before it collects garbage. It returns a function that takes that
// back. It does nothing if the user has set a limit, or if nobody knows how large the desk is.
func (s *sample) limitMemory(ctx context.Context) (restore func()) {
	source, err := s.record.Source(ctx)
	if err != nil || source != samplerecord.Simulated || !s.app.isBuiltInDesk() || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	before, percent := debug.SetMemoryLimit(sampleMemory), collectEvery(startPercent)
	return func() {
		debug.SetMemoryLimit(before)
		collectEvery(percent)
	}
}

// complete writes what the sample desk's record lacks up to now, and computes its risk.
func (s *sample) complete(ctx context.Context, settings riskrun.Settings, now time.Time, p *preparation) error {
	defer s.limitMemory(ctx)()
	if err := s.resume(ctx, now, p); err != nil {
		return err
	}
	if err := s.computeRisk(ctx, settings, now, p); err != nil {
		return err
	}
	// The first panels must have the expected runs already.
	if err := s.app.keepPlanOnce(ctx, s.db, s.app.Now()); err != nil {
		return err
	}
	s.app.tell("The sample desk is complete.")
	return nil
}

// showFormerDesk serves a sample desk's record that another version of macrowatch or another desk file made. It adds nothing,
// because this version's days do not fit the other version's days. It deletes nothing, because the user may
// have recorded runs there.
func (a *app) showFormerDesk(ctx context.Context, v *viewer) error {
	if v.asOf.IsZero() {
		var err error
		if v.asOf, err = a.sampleOf(v.db).standsAt(ctx); err != nil {
			return err
		}
	}
	a.tell("The sample desk's record in this database was made by another version of macrowatch or for another desk file. It is shown as it is, and nothing is added to it.")
	a.tell("macrowatch demo --fresh begins anew. It also deletes the runs and imports of your own.")
	return v.run(ctx)
}

const (
	// historyInterval is how often a running demo writes what its daily pipeline has done since.
	historyInterval = 15 * time.Second
	// historyLimit is how long the database may take for one such write.
	historyLimit = 5 * time.Minute
)

// continueDays writes what the sample desk does while the demo runs. At the start, the record is complete up to
// the time `last`. If a write fails, the next write also adds what is missing.
func (s *sample) continueDays(ctx context.Context, last time.Time) {
	task := background.Task{Name: "sample_desk", Fault: "The sample desk's history does not go on"}
	s.app.background.Every(ctx, task, historyInterval, historyInterval, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, historyLimit)
		defer cancel()
		now := s.app.Now()
		err := s.record.Continue(ctx, last, now)
		if err == nil {
			last = now
		}
		return err
	})
}
