package cli

import (
	"context"
	"net"
	"sync/atomic"
	"time"

	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/sample/sampledesk"
	"macrowatch/internal/viewer/server"
)

// viewer shows a database at an address, for demo and serve.
type viewer struct {
	app      *app
	flags    viewerFlags
	listener net.Listener
	address  string // the page's URL
	db       *database
	database databaseFlags
	asOf     time.Time     // the moment at which the page's clock stands; zero if the clock runs
	changed  chan struct{} // holds one value if the record has changed since the risk was computed
}

// openViewer listens on the address and opens the database. It listens first, because a wrong address is
// then reported at once.
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

// sampleDataLimit is how long a page waits to learn whether the database holds sample data.
const sampleDataLimit = 500 * time.Millisecond

// holdsSampleData returns a function that reports whether the database holds sample data. While the database
// is away, the function repeats its last answer. It answers no if the login may not read the settings.
func (v *viewer) holdsSampleData() func(context.Context) bool {
	var last atomic.Bool
	return func(ctx context.Context) bool {
		ctx, cancel := context.WithTimeout(ctx, sampleDataLimit)
		defer cancel()
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
		v.app.fail(err)
	}
}
