package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/dashboard"
	"macrowatch/internal/dashboard/check"
	"macrowatch/internal/dashboard/grafana"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/store"
	"macrowatch/internal/sample/sampledesk"
	"macrowatch/internal/sample/samplerecord"
)

func (a *app) dashboardsCheckCommand() *cobra.Command {
	var dir, url, postgresURL string
	c := &cobra.Command{
		Use:   "check",
		Short: "Check that Grafana's files are current and that every query runs",
		Long: `Checks the dashboards, prints a line for each problem, and fails if there is any. A problem is

  * a file below --dir that differs from what this version of macrowatch generates;
  * a panel that breaks a rule of macrowatch's dashboards: each panel has a title, a description, a
    unit, the datasource, a place and an id of its own, and one SQL statement without comments;
  * a query that fails, or that does not return a column which its panel names.

The queries run on the database of --database-url. The database must have this version's tables, and
the check only reads it. If other tools made some of its tables, the check lists these tables, their
words for statuses and directions, and how macrowatch reads each word. Without a database, the check
starts a private PostgreSQL with the sample desk, and deletes it afterwards.`,
		Example: "  macrowatch dashboards check\n  DATABASE_URL=postgres://user:password@host/macro_trading macrowatch dashboards check",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.checkDashboards(c.Context(), dir, databaseFlags{url: url, postgresURL: postgresURL})
		},
	}
	c.Flags().StringVar(&dir, "dir", ".", "`DIR` below which the files are")
	databaseURLFlag(c, &url, environmentDatabase+", else a PostgreSQL that is started for the check")
	c.Flags().StringVar(&postgresURL, "postgres-url", "", "Maven repository `URL` from which PostgreSQL's server programs are downloaded if none are installed")
	return c
}

func (a *app) checkDashboards(ctx context.Context, dir string, f databaseFlags) error {
	files, err := grafana.Diff(dir, desk.BuiltInRules())
	if err != nil {
		return err
	}
	problems := 0
	for _, d := range files {
		fmt.Fprintf(a.Out, "%s (macrowatch dashboards generate writes the current file)\n", d)
		problems++
	}
	defs, err := dashboard.All(desk.BuiltInRules())
	if err != nil {
		return fmt.Errorf("define the dashboards: %w", err)
	}
	db, err := a.openChecked(ctx, f)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := a.printAdopted(ctx, db); err != nil {
		return err
	}
	done := a.waiting("checking the dashboards")
	found, err := check.Dashboards(ctx, db.Pool(), defs, a.Now())
	done()
	if err != nil {
		return err
	}
	for _, p := range found.Problems {
		fmt.Fprintln(a.Out, p)
		problems++
	}
	if problems > 0 {
		return fmt.Errorf("the dashboards have %s", counted(problems, "problem", "problems"))
	}
	fmt.Fprintf(a.Out, "%d dashboards with %d queries have no problem, and their files are current\n", len(defs), found.Queries)
	return nil
}

// openChecked opens the database on which the queries are tried: the given one, else a private PostgreSQL with the
// sample desk that is deleted when it is closed.
func (a *app) openChecked(ctx context.Context, f databaseFlags) (*database, error) {
	if f.url != "" {
		db, err := a.openDatabase(ctx, f, nil)
		if err != nil {
			return nil, err
		}
		if err := db.requireSchema(ctx); err != nil {
			_ = db.Close()
			return nil, err
		}
		return db, nil
	}
	server, err := throwAwayServer(ctx, f.postgresURL)
	if err != nil {
		return nil, err
	}
	db, err := a.sampleDatabase(ctx, server)
	if err != nil {
		_ = server.Close()
		return nil, err
	}
	return db, nil
}

// throwAwayServer starts a PostgreSQL that is deleted with all its files when it is closed.
func throwAwayServer(ctx context.Context, downloadURL string) (*privatepg.Server, error) {
	fetched, err := privatepg.DefaultDataDir() // keeps downloaded server programs for the next check
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "macrowatch-check-")
	if err != nil {
		return nil, fmt.Errorf("create a directory for the check's PostgreSQL: %w", err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { // if root runs the check, the server runs as another user
		return nil, fmt.Errorf("open the directory of the check's PostgreSQL to its server: %w", err)
	}
	server, err := privatepg.Open(ctx, privatepg.Config{
		DataDir: dir, Ephemeral: true, DownloadURL: downloadURL, BinariesDir: filepath.Join(fetched, "binaries"),
		Settings: map[string]string{"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"},
	})
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return server, nil
}

// checkedMonths is how many months of the sample desk the queries are tried on. Every panel's default range is shorter.
const checkedMonths = 3

// sampleDatabase migrates a server's database and writes the sample desk into it. So the check also finds queries that
// fail only if there are rows.
func (a *app) sampleDatabase(ctx context.Context, server *privatepg.Server) (*database, error) {
	s, err := a.openOn(ctx, server, server.OwnerURL())
	if err != nil {
		return nil, err
	}
	err = store.Migrate(ctx, s.Pool())
	if err == nil {
		now := a.Now()
		_, err = samplerecord.New(s, sampledesk.Desk{Seed: sampleSeed}, a.log).Write(ctx, now.AddDate(0, -checkedMonths, 0).Truncate(24*time.Hour), now)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return &database{Store: s, url: server.OwnerURL(), private: server}, nil
}
