package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/spf13/cobra"

	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/store"
)

// databaseFlags say which database a command works on.
type databaseFlags struct {
	url         string // "" is the private PostgreSQL
	dataDir     string // "" is privatepg.DefaultDataDir
	postgresURL string // where server programs are fetched from
	port        int    // TCP port of the private PostgreSQL, besides its socket; 0 is none
	spoolDir    string // "" is as spool has it
	quiet       bool   // say nothing about what takes time: the terminal is somebody else's
}

func (f *databaseFlags) register(c *cobra.Command) {
	databaseURLFlag(c, &f.url, "the private PostgreSQL that demo or serve --private has made")
	f.registerPrivate(c)
}

// registerPrivate adds only the flags of the private PostgreSQL.
func (f *databaseFlags) registerPrivate(c *cobra.Command) {
	f.registerDataDir(c)
	c.Flags().StringVar(&f.postgresURL, "postgres-url", "", "Maven repository `URL` from which server programs are fetched where none are installed")
}

// registerPort adds the flag of the commands that own the private PostgreSQL.
func (f *databaseFlags) registerPort(c *cobra.Command) {
	c.Flags().IntVar(&f.port, "postgres-port", 0, "let the private PostgreSQL listen on port `N` of 127.0.0.1 too, for clients that know no Unix sockets (default: only on its socket)")
}

// checkPort refuses a port that there can't be, and one for a database that is not the private one.
func (f databaseFlags) checkPort(c *cobra.Command) error {
	switch {
	case f.port < 0 || f.port > 65535:
		return usagef("--postgres-port %d is not a port: 1 to 65535", f.port)
	case f.url != "" && c.Flags().Changed("postgres-port"):
		return usagef("--postgres-port is the private PostgreSQL's, and this command works on the database of a URL")
	}
	return nil
}

// checkPortBeside refuses the port that the viewer itself listens on.
func (f databaseFlags) checkPortBeside(viewer net.Listener, listen string) error {
	at, ok := viewer.Addr().(*net.TCPAddr)
	if !ok || f.port == 0 || at.Port != f.port || !at.IP.IsUnspecified() && !at.IP.Equal(net.IPv4(127, 0, 0, 1)) {
		return nil
	}
	return usagef("--postgres-port %d is the port of the viewer itself (--listen %s); choose another for one of them", f.port, listen)
}

// directory is the private PostgreSQL's data directory: the one that was named, else the user's.
func (f databaseFlags) directory() (string, error) {
	if f.dataDir != "" {
		return f.dataDir, nil
	}
	return privatepg.DefaultDataDir()
}

func (f *databaseFlags) registerDataDir(c *cobra.Command) {
	c.Flags().StringVar(&f.dataDir, "data-dir", "", "`DIR` of the private PostgreSQL (default: the user's data directory; for root "+privatepg.RootDataDir+")")
}

// database is an open database and, where it is the private one, the use of its server.
type database struct {
	*store.Store
	url     string
	viewer  *store.Store      // connects as the viewer's role of the private PostgreSQL; nil where nothing is shown
	private *privatepg.Server // nil for a database given by its URL
}

// viewerStore is the database as the viewer may use it: it sends the dashboards' queries, so on the private
// PostgreSQL it connects as a role that only reads, and that nobody else can lock out.
func (d *database) viewerStore() *store.Store {
	if d.viewer != nil {
		return d.viewer
	}
	return d.Store
}

// Close ends the connections, then the use of the private server.
func (d *database) Close() error {
	if d.viewer != nil {
		d.viewer.Close()
	}
	d.Store.Close()
	if d.private == nil {
		return nil
	}
	return d.private.Close()
}

// openDatabase connects to the database of the flags. The private one is started if nobody uses it
// and brought to this version's schema, since it is macrowatch's own; any other database is left
// as it is. With an instance the private one is claimed for it.
func (a *app) openDatabase(ctx context.Context, f databaseFlags, instance *privatepg.InstanceInfo) (*database, error) {
	if f.url != "" {
		s, err := store.Open(ctx, f.url, store.Options{Logger: a.log})
		if err != nil {
			return nil, err
		}
		return &database{Store: s, url: f.url}, nil
	}
	db, err := a.openPrivateAsIs(ctx, f, instance)
	if err != nil {
		return nil, err
	}
	err = store.Migrate(ctx, db.Pool())
	if err == nil {
		err = db.admitReader(ctx)
	}
	if err == nil && instance != nil {
		db.viewer, err = a.openOn(ctx, db.private, db.private.ViewerURL())
	}
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// admitReader lets the private PostgreSQL's reader read this version's tables.
func (d *database) admitReader(ctx context.Context) error {
	return d.private.Exclusively(ctx, func() error { // two grants at once on one table are an error
		_, err := store.GrantReading(ctx, d.Pool(), privatepg.ReaderName)
		return err
	})
}

// restrictOpenReader sees that the private PostgreSQL's reader can only read: at each start of the server and
// for each viewer, and where somebody was killed before that. Otherwise a glance is enough, since exec comes
// here each time.
func (a *app) restrictOpenReader(ctx context.Context, db *database, shown bool) error {
	if !shown && !db.private.Started() {
		open, err := store.PublicIsOpen(ctx, db.Pool())
		if err != nil || !open {
			return err
		}
	}
	return a.restrictReader(ctx, db.private)
}

// restrictReader takes from the private PostgreSQL's reader what every login may do besides reading. That
// takes the superuser.
func (a *app) restrictReader(ctx context.Context, server *privatepg.Server) error {
	// With this path names mean PostgreSQL's own things, whatever the database's owner called the same.
	super, err := a.openOn(ctx, server, server.SuperuserURL()+"&search_path=pg_catalog")
	if err != nil {
		return err
	}
	defer super.Close()
	conn, err := super.Pool().Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	return server.Exclusively(ctx, func() error {
		_, err := store.RestrictServer(ctx, conn.Conn(), privatepg.OwnerName, privatepg.ReaderName)
		return err
	})
}

// openOn connects to the private PostgreSQL. Each connection is made only if its socket is still where
// nobody else can put one.
func (a *app) openOn(ctx context.Context, server *privatepg.Server, url string) (*store.Store, error) {
	return store.Open(ctx, url, store.Options{Logger: a.log, BeforeDial: server.CheckSocket})
}

func (a *app) openPrivate(ctx context.Context, f databaseFlags, instance *privatepg.InstanceInfo) (*privatepg.Server, error) {
	dir, err := f.directory()
	if err != nil {
		return nil, err
	}
	cfg := privatepg.Config{
		DataDir: dir, Instance: instance, JoinOnly: instance == nil, Port: f.port, DownloadURL: f.postgresURL,
		Logger: a.log, Background: a.background,
	}
	if !f.quiet && (isTerminal(a.Err) || instance != nil) {
		cfg.Progress = func(step string) { fmt.Fprintln(a.Err, step+" …") }
	}
	server, err := privatepg.Open(ctx, cfg)
	if errors.Is(err, privatepg.ErrNotMade) {
		return nil, noDatabaseError{dir}
	}
	return server, err
}

// openDatabaseAsIs is openDatabase for commands that look at the schema themselves.
func (a *app) openDatabaseAsIs(ctx context.Context, f databaseFlags) (*database, error) {
	if f.url != "" {
		return a.openDatabase(ctx, f, nil)
	}
	return a.openPrivateAsIs(ctx, f, nil)
}

// openPrivateAsIs opens the private PostgreSQL's database and leaves its schema as it is.
func (a *app) openPrivateAsIs(ctx context.Context, f databaseFlags, instance *privatepg.InstanceInfo) (*database, error) {
	server, err := a.openPrivate(ctx, f, instance)
	if err != nil {
		return nil, err
	}
	s, err := a.openOn(ctx, server, server.OwnerURL())
	if err != nil {
		_ = server.Close()
		return nil, err
	}
	db := &database{Store: s, url: server.OwnerURL(), private: server}
	if err := a.restrictOpenReader(ctx, db, instance != nil); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// requireSchema refuses a database that lacks this version's tables.
func (d *database) requireSchema(ctx context.Context) error {
	all, err := store.MigrationStatus(ctx, d.Pool())
	if err != nil {
		return err
	}
	missing := 0
	for _, m := range all {
		if m.AppliedAt.IsZero() {
			missing++
		}
	}
	if missing > 0 {
		return fmt.Errorf("the database lacks this version's tables (%d of %d migrations are missing): run macrowatch migrate first", missing, len(all))
	}
	return nil
}

// env is the process's environment with the database's URL in it, and where its runs are kept: for a
// child, and not among its arguments, which other users of the machine can read.
func (d *database) env(f databaseFlags) []string {
	env := os.Environ()
	for _, flag := range []struct{ name, value string }{
		{"database-url", d.url}, {"data-dir", f.dataDir}, {"spool-dir", f.spoolDir},
	} {
		if flag.value != "" {
			env = append(env, envName(flag.name)+"="+flag.value)
		}
	}
	return env
}
