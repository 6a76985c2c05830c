package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"macrowatch/internal/privatepg"
	"macrowatch/internal/store"
)

// databaseFlags say which database a command works on.
type databaseFlags struct {
	url         string // "" is the private PostgreSQL
	dataDir     string // "" is privatepg.DefaultDataDir
	postgresURL string // where server programs are fetched from
	spoolDir    string // "" is as spool has it
	quiet       bool   // say nothing about what takes time: the terminal is somebody else's
}

func (f *databaseFlags) register(c *cobra.Command) {
	databaseURLFlag(c, &f.url, "the private PostgreSQL")
	f.registerPrivate(c)
}

// registerPrivate adds only the flags of the private PostgreSQL.
func (f *databaseFlags) registerPrivate(c *cobra.Command) {
	f.registerDataDir(c)
	c.Flags().StringVar(&f.postgresURL, "postgres-url", "", "Maven repository `URL` from which server programs are fetched where none are installed")
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
	private *privatepg.Server // nil for a database given by its URL
}

// Close ends the connections, then the use of the private server.
func (d *database) Close() error {
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
	if err := store.Migrate(ctx, db.Pool()); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

func (a *app) openPrivate(ctx context.Context, f databaseFlags, instance *privatepg.InstanceInfo) (*privatepg.Server, error) {
	dir, err := f.directory()
	if err != nil {
		return nil, err
	}
	cfg := privatepg.Config{DataDir: dir, Instance: instance, DownloadURL: f.postgresURL, Logger: a.log}
	if !f.quiet && (isTerminal(a.Err) || instance != nil) {
		cfg.Progress = func(step string) { fmt.Fprintln(a.Err, step+" …") }
	}
	return privatepg.Open(ctx, cfg)
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
	s, err := store.Open(ctx, server.URL(), store.Options{Logger: a.log})
	if err != nil {
		_ = server.Close()
		return nil, err
	}
	return &database{Store: s, url: server.URL(), private: server}, nil
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

func (a *app) databaseCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "database",
		Short:   "The private PostgreSQL",
		Example: "  psql \"$(macrowatch database url)\"",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.databaseURLCommand())
	return c
}

func (a *app) databaseURLCommand() *cobra.Command {
	var f databaseFlags
	c := &cobra.Command{
		Use:   "url",
		Short: "Print the private PostgreSQL's connection URL, password included",
		Long: `Prints the private PostgreSQL's connection URL, for psql, Grafana or a notebook. The server
runs while macrowatch demo or macrowatch serve --private does; where neither runs, the URL is
printed, and standard error says so. The URL holds the password: treat it as one.`,
		Example: "  psql \"$(macrowatch database url)\"",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			dir, err := f.directory()
			if err != nil {
				return err
			}
			found, err := privatepg.Lookup(dir)
			if err != nil {
				return err
			}
			if !found.Running {
				fmt.Fprintln(a.Err, "The server does not run now; macrowatch demo or macrowatch serve --private starts it.")
			}
			fmt.Fprintln(a.Out, found.URL)
			return nil
		},
	}
	f.registerDataDir(c)
	return c
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
