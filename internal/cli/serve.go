package cli

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/background"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/sample/sampledesk"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/server"
	"macrowatch/web"
)

// viewerFlags are what demo and serve have in common.
type viewerFlags struct {
	listen   string
	basePath string
	open     bool
	asOf     string
	door     doorFlags
}

func (f *viewerFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.listen, "listen", defaultListen, "`HOST:PORT` to listen on; any but a loopback address takes --insecure-no-login")
	c.Flags().StringVar(&f.basePath, "base-path", "", "path `PREFIX` under which everything is served, such as /macro")
	c.Flags().BoolVar(&f.open, "open", true, "open the page in a browser, where there is a screen")
	c.Flags().StringVar(&f.asOf, "as-of", "", "let the page's clock stand at this `TIME` (2026-01-31, or 2026-01-31T18:00:00-03:00)")
	f.door.register(c)
}

// instant reads --as-of: a day means its end in the desk's zone, or now while it is not over.
func (f *viewerFlags) instant(now time.Time) (time.Time, error) {
	if f.asOf == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, f.asOf, desk.BuiltInRules().Location())
	if err == nil {
		t = t.AddDate(0, 0, 1).Add(-time.Millisecond)
	} else if t, err = time.Parse(time.RFC3339, f.asOf); err != nil {
		return time.Time{}, usagef("--as-of %q is neither a day (2026-01-31) nor a time with its zone (2026-01-31T18:00:00-03:00)", f.asOf)
	}
	if earliest := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC); t.Before(earliest) {
		return time.Time{}, usagef("--as-of %q is before 1970", f.asOf)
	}
	if t.After(now) {
		if t.Sub(now) > 24*time.Hour {
			return time.Time{}, usagef("--as-of %q is in the future", f.asOf)
		}
		t = now // today, as a day, is not over yet
	}
	return t, nil
}

func (a *app) serveCommand() *cobra.Command {
	var db databaseFlags
	var view viewerFlags
	var riskFile riskFileFlag
	var words wordsFlag
	var private bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the viewer and the HTTP API on a database",
		Long: `Serves the dashboards on the database of --database-url, DATABASE_URL or PostgreSQL's own
variables (PGHOST …), which must have this version's tables (macrowatch migrate). With --private it
serves the private PostgreSQL instead, which it then owns. Runs that macrowatch exec kept while the
database was away are delivered every ten seconds.

It computes the risk of each new snapshot of the book, as macrowatch risk does, which takes a login
that may write; with --as-of, which lets its clock stand, it computes nothing. It ends what the
logins that only read (macrowatch migrate --reader-role) run for longer than a minute, if its login
may. Work of this kind that fails is tried again, and every page says so until it works.

There is no login. On an address that other machines may reach it refuses to start, unless
--insecure-no-login is given. It answers requests for loopback names, for the address that it
listens on and for those of --allowed-host (docs/security.md).`,
		Example: `  DATABASE_URL=postgres://user:password@host/macro_trading macrowatch serve --open=false
  macrowatch serve --private --listen 127.0.0.1:8080 --base-path /macro`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if private {
				if c.Flags().Changed("database-url") {
					return usagef("--private and --database-url exclude each other")
				}
				db.url = ""
			} else if db.url == "" {
				return usagef("serve needs a database: give --database-url, DATABASE_URL or PGHOST, or --private for the private PostgreSQL (macrowatch demo shows sample data)")
			}
			if err := db.checkPort(c); err != nil {
				return err
			}
			return a.serve(c.Context(), db, view, riskFile, words)
		},
	}
	db.register(c)
	db.registerPort(c)
	db.registerSpool(c)
	view.register(c)
	riskFile.register(c)
	words.register(c)
	c.Flags().BoolVar(&private, "private", false, "serve the private PostgreSQL")
	return c
}

// serve is the serve command once its flags are known to fit together.
func (a *app) serve(ctx context.Context, f databaseFlags, view viewerFlags, riskFile riskFileFlag, words wordsFlag) error {
	v, err := a.openViewer(ctx, f, view, "macrowatch serve")
	if err != nil {
		return err
	}
	defer v.close()
	if err := v.db.requireSchema(ctx); err != nil {
		return err
	}
	if err := a.configureWords(ctx, v.db, words); err != nil {
		return err
	}
	settings, err := a.riskSettings(ctx, v.db, riskFile, false)
	if err != nil {
		return err
	}
	if err := a.warnOfExposure(ctx, v.db); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer stop()
	tasks.Go(func() { a.guardAgainstReaders(ctx, v.db) })
	if v.asOf.IsZero() {
		tasks.Go(func() { v.followRisk(ctx, settings) })
	}
	return v.run(ctx)
}

// viewer is an address, a database and how to show it.
type viewer struct {
	app      *app
	flags    viewerFlags
	listener net.Listener
	address  string
	db       *database
	database databaseFlags
	asOf     time.Time     // zero: the clock goes
	changed  chan struct{} // holds one where the record has changed since the risk was computed
}

// openViewer takes the address first, since that fails fast, then opens the database.
func (a *app) openViewer(ctx context.Context, f databaseFlags, view viewerFlags, command string) (*viewer, error) {
	asOf, err := view.instant(a.Now())
	if err != nil {
		return nil, err
	}
	if err := server.CheckBasePath(view.basePath); err != nil {
		return nil, usageError{err}
	}
	if err := view.door.check(); err != nil {
		return nil, err
	}
	l, err := listen(view.listen, view.door.insecureNoLogin)
	if err != nil {
		return nil, err
	}
	if err := f.checkPortBeside(l, view.listen); err != nil {
		_ = l.Close()
		return nil, err
	}
	view.door.warn(a.Err, view.listen, l)
	address := pageURL(l, view.basePath)
	db, err := a.openDatabase(ctx, f, &privatepg.InstanceInfo{Command: command, Address: address})
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	return &viewer{app: a, flags: view, listener: l, address: address, db: db, database: f, asOf: asOf, changed: make(chan struct{}, 1)}, nil
}

// sampleDataLimit is how long a page waits for the answer whether the database holds sample data.
const sampleDataLimit = 500 * time.Millisecond

// holdsSampleData answers from the database, and while that is away as it last did. A login that may
// not read the settings is told nothing.
func (v *viewer) holdsSampleData() func(context.Context) bool {
	var last atomic.Bool
	return func(ctx context.Context) bool {
		ctx, cancel := context.WithTimeout(ctx, sampleDataLimit) // a page must not wait for it
		defer cancel()
		until, err := v.db.viewerStore().SampleDataUntil(ctx)
		if err == nil {
			last.Store(!until.IsZero())
		}
		return last.Load()
	}
}

// ownSteps returns a function that names the steps of which the user has recorded runs beside the sample
// desk's. While the database is away the function gives its last answer.
func (v *viewer) ownSteps() func(context.Context) []string {
	var last atomic.Pointer[[]string]
	return func(ctx context.Context) []string {
		if steps, err := v.db.OwnSteps(ctx, sampledesk.Steps()); err == nil {
			last.Store(&steps)
		}
		if known := last.Load(); known != nil {
			return *known
		}
		return nil
	}
}

func (v *viewer) close() {
	_ = v.listener.Close()
	if err := v.db.Close(); err != nil {
		fmt.Fprintf(v.app.Err, "macrowatch: %v\n", err)
	}
}

// collectPercent is GOGC for a viewer: garbage is collected when the memory has grown by half. Go's own
// default waits until it has doubled.
const collectPercent = 50

// run serves until ctx ends. It prints the page's address last, once everything else has been said.
func (v *viewer) run(ctx context.Context) error {
	dashboards, err := servedDashboards()
	if err != nil {
		return err
	}
	page, err := web.Dist()
	if err != nil {
		return err
	}
	pool := v.db.viewerStore().Pool()
	health := v.db.viewerStore().Health()
	defer health.Close()
	s, err := server.New(server.Config{
		Dashboards:   dashboards,
		Querier:      query.NewRunner(pool, query.Options{}),
		Ping:         health.Ping,
		Page:         page,
		BasePath:     v.flags.basePath,
		AllowedHosts: v.flags.door.hosts(v.flags.listen),
		Door:         v.flags.door.door(),
		Now:          v.app.Now,
		AsOf:         v.asOf,
		SampleData:   v.holdsSampleData(),
		OwnSteps:     v.ownSteps(),
		Zone:         desk.BuiltInRules().Zone,
		Version:      v.app.version,
		Background:   v.app.background.States,
		Logger:       v.app.log,
		// More panels at once than there are connections would only wait for each other.
		MaxConcurrentPanels: int(pool.Config().MaxConns),
	})
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectPercent)
	}
	going, stop := context.WithCancel(ctx)
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer stop()
	if v.asOf.IsZero() {
		tasks.Go(func() { v.listen(going, s) })
	}
	tasks.Go(func() { v.app.deliverKept(going, v.database, v.db) })
	fmt.Fprintf(v.app.Out, "macrowatch is at %s\n", v.address)
	if v.flags.open {
		openBrowser(ctx, v.address)
	}
	return s.Serve(ctx, v.listener)
}

// listen tells open pages, and the work that follows the risk, what macrowatch writes into the database,
// until ctx ends.
func (v *viewer) listen(ctx context.Context, s *server.Server) {
	changed := func() {
		s.Changed()
		select {
		case v.changed <- struct{}{}:
		default: // one is waiting already
		}
	}
	task := background.Task{Name: "changes", Fault: "What is recorded is not noticed at once"}
	before := false // whether it has listened before
	v.app.background.Run(ctx, task, func(ctx context.Context, tell func(error)) error {
		now := false
		err := v.db.viewerStore().Listen(ctx, func() {
			tell(nil)
			if before {
				changed() // what was written meanwhile was missed
			}
			before, now = true, true
		}, changed)
		if now {
			changed() // a page that asks now learns that the database is away
		}
		return err
	})
}
