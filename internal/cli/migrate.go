package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/store"
)

func (a *app) migrateCommand() *cobra.Command {
	var f databaseFlags
	var print bool
	var reader string
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database to this version's tables",
		Long: `Applies the migrations that the database lacks, each in a transaction of its own, one
macrowatch at a time. Run again it changes nothing. --print writes the SQL to standard output
and touches no database. --reader-role lets a role that exists already, such as Grafana's login,
read the desk's tables and nothing more; migrate itself creates no login.`,
		Example: "  DATABASE_URL=postgres://owner:password@host/macro_trading macrowatch migrate\n  macrowatch migrate --print > schema.sql",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if print {
				sql, err := store.MigrationSQL()
				if err != nil {
					return err
				}
				_, err = fmt.Fprint(a.Out, sql)
				return err
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
			if err == nil && len(applied) == 0 {
				fmt.Fprintln(a.Out, "the database is current")
			}
			if err != nil || reader == "" {
				return err
			}
			known, err := store.GrantReading(c.Context(), db.Pool(), reader)
			if err == nil && !known {
				fmt.Fprintf(a.Err, "There is no role %s: nothing was granted.\n", reader)
			}
			return err
		},
	}
	f.register(c)
	c.Flags().BoolVar(&print, "print", false, "print the SQL instead of running it")
	c.Flags().StringVar(&reader, "reader-role", "", "let this existing `ROLE` read the desk's tables")
	c.AddCommand(a.migrateStatusCommand())
	return c
}

func (a *app) migrateStatusCommand() *cobra.Command {
	var f databaseFlags
	c := &cobra.Command{
		Use:     "status",
		Short:   "List the migrations and when each was applied; exit status 1 while any is missing",
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
			missing := 0
			for _, m := range all {
				when := "missing"
				if !m.AppliedAt.IsZero() {
					when = "applied " + m.AppliedAt.UTC().Format(time.RFC3339)
				} else {
					missing++
				}
				fmt.Fprintf(a.Out, "%04d %-32s %s\n", m.Version, m.Name, when)
			}
			if missing > 0 {
				return fmt.Errorf("%d of %d migrations are missing; macrowatch migrate applies them", missing, len(all))
			}
			return nil
		},
	}
	f.register(c)
	return c
}
