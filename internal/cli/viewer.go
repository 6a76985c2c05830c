package cli

import (
	"context"
	"net"
	"sync/atomic"
	"time"

	"macrowatch/internal/record/lineage"
	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/retention"
	"macrowatch/internal/viewer/server"
)

// viewer shows a database at an address, for demo and serve.
type viewer struct {
	app   *app
	flags viewerFlags
	// shown returns the dashboards of the desk. They are made while the database is opened.
	shown    func() (shownDashboards, error)
	listener net.Listener
	address  string // the page's URL
	db       *database
	database databaseFlags
	login    *server.Login // nil if nobody has to log in
	metrics  net.Listener  // of --metrics-listen; nil without
	rules    lineage.Rules // of --lineage-rules
	asOf     time.Time     // the moment at which the page's clock stands; zero if the clock runs
	changed  chan struct{} // holds one value if the record has changed since the risk was computed
	alerts   *alertWatch   // nil if no alerts are evaluated
	// prepare completes the sample desk's record while the page is up; nil if there is nothing to complete. preparation says how
	// far it is.
	prepare     func(context.Context) error
	preparation *preparation
	// retention removes old rows; it is nil if no rule says which.
	retention *retention.Keeper
}

// openViewer listens on the address and opens the database. It listens first, because a wrong address is
// then reported at once.
func (a *app) openViewer(ctx context.Context, f databaseFlags, view viewerFlags, command string) (*viewer, error) {
	asOf, err := view.instant(a.rules(), a.Now())
	if err != nil {
		return nil, err
	}
	if err := view.check(); err != nil {
		return nil, err
	}
	v := &viewer{app: a, database: f, asOf: asOf, changed: make(chan struct{}, 1)}
	if v.rules, err = view.lineage.read(); err != nil {
		return nil, err
	}
	if v.login, err = a.logins(ctx, &view.login); err != nil {
		return nil, err
	}
	v.flags = view
	collectEvery(startPercent)
	v.shown = beginMaking(a.shownDashboards)
	if err := v.openDoors(); err != nil {
		v.closeDoors()
		return nil, err
	}
	if v.db, err = a.openDatabase(ctx, f, &privatepg.InstanceInfo{Command: command, Address: v.address}); err != nil {
		v.closeDoors()
		return nil, err
	}
	if view.boards.dir != "" {
		if err := a.requireOwnReader(ctx, v.db, "--dashboards"); err != nil {
			v.close()
			return nil, err
		}
	}
	return v, nil
}

// openDoors listens at the viewer's addresses, and says who can look there.
func (v *viewer) openDoors() error {
	config, err := v.app.tlsConfig(v.flags.tls)
	if err != nil {
		return err
	}
	if address := v.flags.watch.metricsListen; address != "" {
		// This mistake is said even if another program has the address of the pages.
		if err := hostAndPort("metrics-listen", address); err != nil {
			return err
		}
	}
	l, err := listenApart("listen", v.flags.listen, v.flags.door.insecureNoLogin || v.login != nil, v.database.port, portOf(v.flags.watch.metricsListen))
	if err != nil {
		return err
	}
	v.listener = encrypted(l, config)
	if err := v.database.checkPortBeside(l, v.flags.listen); err != nil {
		return err
	}
	if address := v.flags.watch.metricsListen; address != "" {
		if v.metrics, err = listen("metrics-listen", address, true); err != nil {
			return err
		}
	}
	scheme := "http"
	if config != nil {
		scheme = "https"
	}
	v.address = pageURL(l, scheme, v.flags.basePath)
	v.flags.door.warn(v.app.Err, v.flags.listen, l)
	if v.passwordsInTheClear(l) {
		v.app.warn("passwords and sessions cross the network as plain text: give --tls-cert and --tls-key, or put a proxy with https in front and name it with --proxy-address or --public-url")
	}
	return nil
}

// passwordsInTheClear reports whether people log in over a network without https, as far as macrowatch can know.
func (v *viewer) passwordsInTheClear(l net.Listener) bool {
	at, ok := l.Addr().(*net.TCPAddr)
	behindProxy := len(v.flags.login.proxies) > 0 || v.flags.login.public != nil && v.flags.login.public.Scheme == "https"
	return ok && !at.IP.IsLoopback() && v.flags.login.keepsSessions() && !v.flags.tls.given() && !behindProxy
}

// prepares lets the viewer complete the sample desk's record with a function, while its page is up.
func (v *viewer) prepares(do func(context.Context, *preparation) error) {
	v.preparation = v.app.newPreparation()
	v.prepare = func(ctx context.Context) error {
		defer v.preparation.line.wipe()
		return do(ctx, v.preparation)
	}
}

func (v *viewer) closeDoors() {
	for _, l := range []net.Listener{v.listener, v.metrics} {
		if l != nil {
			_ = l.Close()
		}
	}
}

// sampleDataLimit is how long a page waits to learn whether the database holds sample data.
const sampleDataLimit = 500 * time.Millisecond

// holdsSampleData returns a function that reports whether the database holds sample data. While the database
// is away, the function repeats its last answer. It answers no if the login may not read the settings.
func (v *viewer) holdsSampleData() func(context.Context) bool {
	var last atomic.Bool
	return func(ctx context.Context) bool {
		ctx, cancel := context.WithTimeout(ctx, sampleDataLimit)
		defer cancel()
		if v.prepare != nil { // the record is marked when its first day is written, after the first page
			return true
		}
		until, err := v.db.viewerStore().SampleDataUntil(ctx)
		if err == nil {
			last.Store(!until.IsZero())
		}
		return last.Load()
	}
}

// ownSteps returns a function that names the steps whose runs the user has recorded, leaving out the sample
// desk's steps. While the database is away, the function repeats its last answer.
func (v *viewer) ownSteps() func(context.Context) []string {
	var last atomic.Pointer[[]string]
	return func(ctx context.Context) []string {
		if steps, err := v.db.OwnSteps(ctx, v.app.sampleSteps()); err == nil {
			last.Store(&steps)
		}
		if known := last.Load(); known != nil {
			return *known
		}
		return nil
	}
}

func (v *viewer) close() {
	v.closeDoors()
	if err := v.db.Close(); err != nil {
		v.app.fail(err)
	}
}
