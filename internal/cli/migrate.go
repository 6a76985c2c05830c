package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/record/store"
)

func (a *app) migrateCommand() *cobra.Command {
	var f databaseFlags
	var words wordsFlag
	var print, forget bool
	var reader string
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database to this version's tables",
		Long: `Applies the migrations that the database lacks, each in a transaction of its own, one
macrowatch at a time. Run again it changes nothing.

A table of the desk's that another tool made is used if it has the columns with compatible
types; without a unique key on what identifies a row it is read and not written. It is never
altered. One that does not fit is refused before anything is done, every column named. The words
that stand in it for the status of a run or the direction of a signal are listed, with what each is
read as; --words-file says what those mean that are not known (docs/words.md).

--print writes the SQL to standard output and touches no database.

--reader-role lets a role that exists already, such as Grafana's login, read the desk's tables;
migrate itself creates no login. PostgreSQL and TimescaleDB let every login call functions that
change, lock or fill the database, also in a read-only transaction. A superuser's migrate
--reader-role takes these from PUBLIC in this database, and grants them to every other login that
exists, to owners and writers of tables, and to PostgreSQL's predefined roles what they are for. A
login that is made later and does more than read lacks them until the command is run again. Other
databases of the server stay as they are; those that the role may connect to are named. What another
login may not take away is printed, for a superuser to run. A superuser, an owner of the database or
of its tables, the login that macrowatch uses and PostgreSQL's own roles (pg_monitor …) are refused.
--forget with --reader-role undoes it: the role no longer counts as one that only reads. What it was
granted it keeps.`,
		Example: "  DATABASE_URL=postgres://owner:password@host/macro_trading macrowatch migrate\n  macrowatch migrate --print > schema.sql",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if forget && reader == "" {
				return usagef("--forget needs --reader-role, the role to forget")
			}
			if print {
				sql, err := store.MigrationSQL()
				if err != nil {
					return err
				}
				_, err = fmt.Fprint(a.Out, sql)
				return err
			}
			if reader != "" && f.url == "" {
				return usagef("--reader-role is for a database given by its URL; the private PostgreSQL has a login that only reads (macrowatch database url)")
			}
			db, err := a.openDatabaseAsIs(c.Context(), f)
			if err != nil {
				return err
			}
			defer db.Close()
			applied, err := store.MigrateAll(c.Context(), db.Pool())
			for _, m := range applied {
				fmt.Fprintf(a.Out, "applied %04d %s\n", m.Version, m.Name)
			}
			if err == nil && db.private != nil {
				err = db.admitReader(c.Context())
			}
			if err == nil {
				err = a.configureWords(c.Context(), db, words)
			}
			if err == nil {
				err = a.printAdopted(c.Context(), db)
			}
			if err == nil && len(applied) == 0 {
				fmt.Fprintln(a.Out, "the database is current")
			}
			switch {
			case err != nil || reader == "":
			case forget:
				err = a.forgetReader(c.Context(), db, reader)
			default:
				err = a.grantReading(c.Context(), db, reader)
			}
			if err != nil {
				return err
			}
			return a.warnOfExposure(c.Context(), db)
		},
	}
	f.register(c)
	words.register(c)
	c.Flags().BoolVar(&print, "print", false, "print the SQL instead of running it")
	c.Flags().StringVar(&reader, "reader-role", "", "let this existing `ROLE` read the desk's tables, and do nothing else")
	c.Flags().BoolVar(&forget, "forget", false, "no longer count --reader-role among the logins that only read")
	c.AddCommand(a.migrateStatusCommand())
	return c
}

func (a *app) migrateStatusCommand() *cobra.Command {
	var f databaseFlags
	c := &cobra.Command{
		Use:   "status",
		Short: "List the migrations and the adopted tables; exit status 1 while anything is missing",
		Long: `Lists the migrations and when each was applied, then the tables that another tool made,
whether macrowatch writes into them, and how their statuses and directions are read. Changes
nothing. The exit status is 1 while a migration is missing or a table does not fit.`,
		Example: "  macrowatch migrate status",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			db, err := a.openDatabaseAsIs(c.Context(), f)
			if err != nil {
				return err
			}
			defer db.Close()
			all, err := store.MigrationStatus(c.Context(), db.Pool())
			if err != nil {
				return err
			}
			for _, m := range all {
				when := "missing"
				if !m.AppliedAt.IsZero() {
					when = "applied " + m.AppliedAt.UTC().Format(time.RFC3339)
				}
				fmt.Fprintf(a.Out, "%04d %-32s %s\n", m.Version, m.Name, when)
			}
			if err := a.printAdopted(c.Context(), db); err != nil {
				return err
			}
			if err := a.warnOfExposure(c.Context(), db); err != nil {
				return err
			}
			if missing := countMissing(all); missing > 0 {
				return fmt.Errorf("%d of %d migrations are missing; macrowatch migrate applies them", missing, len(all))
			}
			return nil
		},
	}
	f.register(c)
	return c
}

// printAdopted lists the tables that another tool made. It returns an error if one of them does not fit.
func (a *app) printAdopted(ctx context.Context, db *database) error {
	tables, err := store.AdoptedTables(ctx, db.Pool())
	if err != nil {
		return err
	}
	misfits := 0
	for _, t := range tables {
		how := "read and written"
		switch {
		case len(t.Problems) > 0:
			misfits++
			how = "does not fit: " + strings.Join(t.Problems, "; ")
		case t.ReadOnly != "":
			how = "read only: " + t.ReadOnly
		}
		fmt.Fprintf(a.Out, "%-20s made by another tool (%s, owner %s): %s\n", t.Name, t.Relation, t.Owner, how)
		if err := a.printWords(ctx, db, t); err != nil {
			return err
		}
	}
	if misfits > 0 {
		return fmt.Errorf("of the tables that another tool made %d can't be used", misfits)
	}
	return nil
}
