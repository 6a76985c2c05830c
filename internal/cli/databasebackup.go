package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/record/backup"
	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/store"
)

func (a *app) databaseBackupCommand() *cobra.Command {
	var db databaseFlags
	c := &cobra.Command{
		Use:   "backup FILE|DIR",
		Short: "Write the database into one file, while macrowatch goes on",
		Long: `Writes a backup of the whole database into a new file, and prints the file's name. If you name a
directory, the file gets a name with the time (UTC), such as macrowatch-20260302-180000.dump.

demo, serve, exec and import can go on meanwhile: the backup has what was committed at one moment. The
file appears when it is complete. It has a checksum, and only your user can read it. It holds
everything, also the digests of tokens and sessions.

The work is done by PostgreSQL's pg_dump, which must not be older than the server. The file is an
archive of pg_dump, so pg_restore can read it too.`,
		Example: `  macrowatch database backup desk.dump
  macrowatch database backup ~/backups/`,
		Args: oneFile("database backup"),
		RunE: func(c *cobra.Command, args []string) error { return a.backUp(c.Context(), db, args[0]) },
	}
	db.register(c)
	return c
}

// oneFile checks that a command has one argument, which names a file.
func oneFile(command string) cobra.PositionalArgs {
	check := tokenArguments(command, "a file, such as: macrowatch "+command+" desk.dump")
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return err
		}
		if args[0] == "" {
			return usagef("%s got an empty file name", command)
		}
		return nil
	}
}

// backupPath returns the path of a new backup: a file's, or that of a file in a directory, named after the time.
func backupPath(path string, now time.Time) string {
	if info, err := os.Stat(path); strings.HasSuffix(path, "/") || err == nil && info.IsDir() {
		return filepath.Join(path, "macrowatch-"+now.UTC().Format("20060102-150405")+".dump")
	}
	return path
}

func (a *app) backUp(ctx context.Context, f databaseFlags, path string) error {
	began := a.Now()
	db, err := a.openDatabaseAsIs(ctx, f)
	if err != nil {
		return err
	}
	defer db.Close()
	// An older or a newer version's tables are backed up too. That is what one does before migrating.
	if all, err := store.MigrationStatus(ctx, db.Pool()); err == nil && store.CountMissing(all) == len(all) {
		return errors.New("the database has none of macrowatch's tables, so nothing was backed up: name another database, or run macrowatch migrate first")
	}
	path = backupPath(path, began)
	made, err := backup.Write(ctx, backup.Database{URL: db.url, FindProgram: privatepg.FindClient}, path, began)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "backed up %s in %s\n", summaryText(made), took(a.Now().Sub(began)))
	fmt.Fprintln(a.Out, path)
	return nil
}

// summaryText says what a backup holds.
func summaryText(s backup.Summary) string {
	return counted(s.RowCount(), "row", "rows") + " of " + counted(len(s.Rows), "table", "tables")
}

func (a *app) databaseRestoreCommand() *cobra.Command {
	var db databaseFlags
	var replace bool
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Restore a backup, all of it or nothing",
		Long: `Restores a file that macrowatch database backup has written into the private PostgreSQL, which is made
if there is none, or into the empty database of a URL. The file is checked first. Then the number of
rows of each table is compared with the backup's.

The private PostgreSQL gets a new database, which takes the place of the old one when everything has
been restored. If the old one has rows, restore refuses, unless you add --replace. End demo or serve
first. A run that exec records meanwhile is kept on disk and delivered afterwards.

The work is done by PostgreSQL's pg_restore, which must not be older than the pg_dump that wrote the
file. The rights of logins other than macrowatch's own are not restored.`,
		Example: `  macrowatch database restore desk.dump --data-dir ~/restored-desk
  macrowatch database restore desk.dump --replace`,
		Args: oneFile("database restore"),
		RunE: func(c *cobra.Command, args []string) error {
			if replace && db.url != "" {
				return usagef("--replace is for the private PostgreSQL: make an empty database, and name it in the URL")
			}
			return a.restore(c.Context(), db, args[0], replace)
		},
	}
	db.register(c)
	c.Flags().BoolVar(&replace, "replace", false, "delete what the private PostgreSQL has now, and put the backup in its place")
	return c
}

func (a *app) restore(ctx context.Context, f databaseFlags, path string, replace bool) error {
	began := a.Now()
	if _, err := backup.Read(path); err != nil {
		return err // before a private PostgreSQL is made
	}
	var restored backup.Summary
	var where string
	var err error
	if f.url != "" {
		where = f.describe()
		restored, err = a.restoreGiven(ctx, f, path)
	} else {
		where, restored, err = a.restorePrivate(ctx, f, path, replace)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "restored %s into %s in %s; the backup was made at %s\n",
		summaryText(restored), where, took(a.Now().Sub(began)), restored.MadeAt.Format("2006-01-02 15:04:05 UTC"))
	return nil
}

// restoreGiven restores into the database of a URL.
func (a *app) restoreGiven(ctx context.Context, f databaseFlags, path string) (backup.Summary, error) {
	db, err := a.openDatabase(ctx, f, nil) // its errors are sentences
	if err != nil {
		return backup.Summary{}, err
	}
	defer db.Close()
	restored, err := backup.Restore(ctx, backup.Database{URL: db.url, FindProgram: privatepg.FindClient}, path)
	if errors.Is(err, backup.ErrNotEmpty) {
		err = fmt.Errorf("%s has tables already, and nothing is restored over what is there: name an empty database, or a private PostgreSQL with --data-dir", f.describe())
	}
	return restored, err
}

// restorePrivate restores into the private PostgreSQL, and brings the tables up to date.
func (a *app) restorePrivate(ctx context.Context, f databaseFlags, path string, replace bool) (where string, restored backup.Summary, err error) {
	dir, err := f.directory()
	if err != nil {
		return "", restored, err
	}
	server, err := a.openPrivate(ctx, f, &privatepg.InstanceInfo{Command: "macrowatch database restore"})
	if err != nil {
		return "", restored, err
	}
	defer server.Close()
	if err := server.CheckSocket(); err != nil {
		return "", restored, err
	}
	filled, err := backup.FilledTable(ctx, server.OwnerURL(), store.NoteTables()...)
	if err != nil {
		return "", restored, err
	}
	if filled != "" && !replace {
		return "", restored, fmt.Errorf("the private PostgreSQL in %s has rows already, for example in %s: name another directory with --data-dir, or add --replace to delete what is there", dir, filled)
	}
	err = server.ReplaceDatabase(ctx, func(url string) (err error) {
		if restored, err = backup.Restore(ctx, backup.Database{URL: url, FindProgram: privatepg.FindClient}, path); err != nil {
			return err
		}
		return a.migrateRestored(ctx, server, url)
	})
	if err != nil {
		return "", restored, err
	}
	db, err := a.openOn(ctx, server, server.OwnerURL())
	if err != nil {
		return "", restored, err
	}
	defer db.Close()
	if err := (&database{Store: db, private: server}).admitReader(ctx); err != nil {
		return "", restored, err
	}
	return dir, restored, a.restrictReader(ctx, server)
}

// migrateRestored brings the tables of a restored database up to date, before anybody uses it.
func (a *app) migrateRestored(ctx context.Context, server *privatepg.Server, url string) error {
	db, err := a.openOn(ctx, server, url)
	if err != nil {
		return err
	}
	defer db.Close()
	return store.Migrate(ctx, db.Pool())
}
