package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/replica"
	"macrowatch/internal/record/store"
)

// databaseFlags say which database a command works on.
type databaseFlags struct {
	url         string // "" means the private PostgreSQL
	readerURL   string // "" means that the dashboards' queries use url
	replicaURL  string // "" means that there is no replica to read from
	dataDir     string // "" means privatepg.DefaultDataDir
	dataDirFlag *pflag.Flag
	postgresURL string // from where PostgreSQL's server programs are downloaded; "" means Maven Central
	port        int    // a TCP port for the private PostgreSQL, besides its socket; 0 means none
	spoolDir    string // "" means the directory that app.spool chooses
	quiet       bool   // show no progress: under exec the terminal belongs to the command
}

func (f *databaseFlags) register(c *cobra.Command) {
	databaseURLFlag(c, &f.url, environmentDatabase+", else the private PostgreSQL that demo or serve --private has created")
	f.registerPrivate(c)
}

// registerPrivate adds the flags that concern the private PostgreSQL alone.
func (f *databaseFlags) registerPrivate(c *cobra.Command) {
	f.registerDataDir(c)
	c.Flags().StringVar(&f.postgresURL, "postgres-url", "", "Maven repository `URL` from which PostgreSQL's server programs are downloaded if none are installed")
}

// registerReaderURL adds --reader-url. use says what the login is for, and otherwise what happens without it.
func registerReaderURL(c *cobra.Command, url *string, use, otherwise string) {
	c.Flags().StringVar(url, "reader-url", "", "connection `URL` of a login that only reads: "+use+" (default: "+otherwise+")")
}

// registerPort adds --postgres-port, the flag that gives the private PostgreSQL a port. Only demo and serve have it.
func (f *databaseFlags) registerPort(c *cobra.Command) {
	c.Flags().IntVar(&f.port, "postgres-port", 0, "let the private PostgreSQL also listen on port `N` of 127.0.0.1, for clients that can't use its Unix socket (default: no port)")
}

// checkPort refuses a number that is no port, and a port for a database that is not the private one.
func (f databaseFlags) checkPort(c *cobra.Command) error {
	switch {
	case f.port < 0 || f.port > 65535:
		return usagef("--postgres-port %d is not a port: give a number from 1 to 65535", f.port)
	case f.url != "" && c.Flags().Changed("postgres-port"):
		return usagef("--postgres-port is for the private PostgreSQL, but this command uses the database of a URL")
	}
	return nil
}

// checkPortBeside refuses a port for the private PostgreSQL on which the viewer itself listens.
func (f databaseFlags) checkPortBeside(viewer net.Listener, listen string) error {
	at, ok := viewer.Addr().(*net.TCPAddr)
	if !ok || f.port == 0 || at.Port != f.port || !at.IP.IsUnspecified() && !at.IP.Equal(net.IPv4(127, 0, 0, 1)) {
		return nil
	}
	return usagef("--postgres-port %d is the port of the viewer itself (--listen %s); choose another port for one of them", f.port, listen)
}

// directory returns the private PostgreSQL's data directory: the value of --data-dir, else the user's own data directory.
func (f databaseFlags) directory() (string, error) {
	if f.dataDir != "" {
		return f.dataDir, nil
	}
	return privatepg.DefaultDataDir()
}

func (f *databaseFlags) registerDataDir(c *cobra.Command) {
	c.Flags().StringVar(&f.dataDir, "data-dir", "", "`DIR` that holds the private PostgreSQL (default: the user's data directory; for root "+privatepg.RootDataDir+")")
	f.dataDirFlag = c.Flags().Lookup("data-dir")
}

// database is an open database. If it is the private one, it also keeps the server running.
type database struct {
	*store.Store
	url     string
	viewer  *store.Store      // the connections for the dashboards' queries; nil if they are those of Store
	private *privatepg.Server // nil for a database that was given by its URL

	replica  *store.Store // the connections to a replica; nil without one
	follower *replica.Follower
}

// viewerStore returns the connections for the dashboards' queries. On the private PostgreSQL they belong to a role
// that only reads, and whose password only macrowatch knows, so that nobody can lock the viewer out. On another database
// they belong to the login of --reader-url, if it is given.
func (d *database) viewerStore() *store.Store {
	if d.viewer != nil {
		return d.viewer
	}
	return d.Store
}

// Close closes the connections, then lets the private server stop if nobody else uses it.
func (d *database) Close() error {
	if d.follower != nil {
		d.follower.Close()
		d.replica.Close()
	}
	if d.viewer != nil {
		d.viewer.Close()
	}
	d.Store.Close()
	if d.private == nil {
		return nil
	}
	return d.private.Close()
}

// openDatabase connects to the database of the flags. If that is the private PostgreSQL, openDatabase starts its
// server if it does not run, and migrates it to this version's tables, since it belongs to macrowatch. It leaves
// any other database as it is. demo and serve pass an instance: the private server then belongs to them.
func (a *app) openDatabase(ctx context.Context, f databaseFlags, instance *privatepg.InstanceInfo) (*database, error) {
	if f.url != "" {
		s, err := store.Open(ctx, f.url, store.Options{Logger: a.log, Rules: a.rules()})
		if err != nil {
			return nil, err
		}
		db := &database{Store: s, url: f.url}
		if f.readerURL == "" {
			return db, nil
		}
		if err := a.openReader(ctx, db, f.readerURL); err != nil {
			_ = db.Close()
			return nil, err
		}
		return db, nil
	}
	for attempt := 1; ; attempt++ {
		db, err := a.openPrivateMigrated(ctx, f, instance)
		var said *store.Error
		if err == nil || attempt == privateAttempts || ctx.Err() != nil || !errors.As(err, &said) || !said.ServerWentAway() {
			return db, err
		}
		a.log.Warn("the private PostgreSQL ended while it was being opened, and is opened again", "error", err)
	}
}

// privateAttempts is how often the private PostgreSQL is opened if its server ends meanwhile, by a crash or because its last user
// has just gone. The guard of the server or the next attempt starts it again.
const privateAttempts = 5

// openPrivateMigrated opens the private PostgreSQL's database, and migrates it to this version's tables.
func (a *app) openPrivateMigrated(ctx context.Context, f databaseFlags, instance *privatepg.InstanceInfo) (*database, error) {
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

// openReader connects the dashboards' queries by the URL of --reader-url. It refuses a login that can do more than read.
func (a *app) openReader(ctx context.Context, db *database, url string) error {
	reader, err := store.Open(ctx, url, store.Options{Logger: a.log, Rules: a.rules()})
	if err != nil {
		return fmt.Errorf("--reader-url: %w", err)
	}
	db.viewer = reader
	if err := reader.RequireReader(ctx, db.Store); err != nil {
		return fmt.Errorf("--reader-url: %w", err)
	}
	return nil
}

// admitReader lets the private PostgreSQL's reader read this version's tables.
func (d *database) admitReader(ctx context.Context) error {
	return d.private.Exclusively(ctx, func() error { // PostgreSQL fails one of two grants that run at once on a table
		_, err := store.GrantReading(ctx, d.Pool(), privatepg.ReaderName)
		return err
	})
}

// restrictOpenReader makes sure that the private PostgreSQL's reader can only read. It takes the rights away
// when this process started the server, and for each viewer. In all other cases it first asks whether any
// right is open, which is quick: exec calls it for every run. A right is still open if a process was killed
// before it could take the right away.
func (a *app) restrictOpenReader(ctx context.Context, db *database, shown bool) error {
	if !shown && !db.private.Started() {
		open, err := store.PublicIsOpen(ctx, db.Pool())
		if err != nil || !open {
			return err
		}
	}
	return a.restrictReader(ctx, db.private)
}

// restrictReader takes from the private PostgreSQL's reader and from the viewer's role the rights that every login has besides reading. Only the
// superuser can do that.
func (a *app) restrictReader(ctx context.Context, server *privatepg.Server) error {
	// With this search_path a name always means PostgreSQL's own function or table, even if the database's owner has
	// made another of the same name.
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
		_, err := store.RestrictServer(ctx, conn.Conn(), privatepg.OwnerName, privatepg.ViewerName, privatepg.ReaderName)
		return err
	})
}

// openOn connects to the private PostgreSQL. Before each connection it checks that the socket is still in a directory
// where no other user can have put it.
func (a *app) openOn(ctx context.Context, server *privatepg.Server, url string) (*store.Store, error) {
	return store.Open(ctx, url, store.Options{Logger: a.log, Rules: a.rules(), BeforeDial: server.CheckSocket})
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
		cfg.Progress = func(step string) { a.tell(step + " …") }
	}
	server, err := privatepg.Open(ctx, cfg)
	if errors.Is(err, privatepg.ErrNotMade) {
		return nil, noDatabaseError{dir, f.dataDirFlag != nil && f.dataDirFlag.Changed}
	}
	return server, err
}

// openDatabaseAsIs is openDatabase for commands that look at the tables themselves: it migrates no database.
func (a *app) openDatabaseAsIs(ctx context.Context, f databaseFlags) (*database, error) {
	if f.url != "" {
		return a.openDatabase(ctx, f, nil)
	}
	return a.openPrivateAsIs(ctx, f, nil)
}

// openPrivateAsIs opens the private PostgreSQL's database and does not migrate it.
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

// openMigrated is openDatabase for commands that need the tables of this version. It refuses a database that lacks some of
// them. It takes one that a newer macrowatch has migrated, because the programs of a desk are not all replaced at once.
func (a *app) openMigrated(ctx context.Context, f databaseFlags) (*database, error) {
	db, err := a.openDatabase(ctx, f, nil)
	if err != nil {
		return nil, err
	}
	err = db.requireSchema(ctx)
	var said *store.Error
	if err != nil && !(errors.As(err, &said) && said.Kind == store.NewerSchema) {
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
	if missing := store.CountMissing(all); missing > 0 {
		return fmt.Errorf("the database lacks this version's tables (%s): run macrowatch migrate first", missingText(missing, len(all)))
	}
	return nil
}

// missingText says how many of the migrations are missing.
func missingText(missing, all int) string {
	verb := "are"
	if missing == 1 {
		verb = "is"
	}
	return fmt.Sprintf("%d of %s %s missing", missing, counted(all, "migration", "migrations"), verb)
}

// env returns an environment for a child process: this process's own, with the database's URL and the place of
// kept runs added. The URL is not among the child's arguments, because other users of the machine can read those.
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
