package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/record/store"
)

// migrationsJSON is the output of migrate status --json.
type migrationsJSON struct {
	Migrations []migrationJSON `json:"migrations"`
	Missing    int             `json:"missing"`
	Adopted    []adoptedJSON   `json:"adopted_tables"`
}

type migrationJSON struct {
	Version   int        `json:"version"`
	Name      string     `json:"name"`
	AppliedAt *time.Time `json:"applied_at"` // null while it is missing
}

func (a *app) migrateStatusCommand() *cobra.Command {
	var f databaseFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "List the migrations, and the tables that other tools made",
		Long: `Lists the migrations, and when each was applied. Then it lists the tables that another tool made:
whether macrowatch writes into them, and how it reads their statuses and directions. It changes
nothing. The exit status is 1 while a migration is missing or a table does not fit.`,
		Example: "  macrowatch migrate status\n  macrowatch migrate status --json",
		Args:    noArguments,
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
			if asJSON {
				err = a.printMigrationsJSON(c.Context(), db, all)
			} else {
				a.printMigrations(all)
				err = a.printAdopted(c.Context(), db)
			}
			if err != nil {
				return err
			}
			if err := a.warnOfExposure(c.Context(), db); err != nil {
				return err
			}
			if missing := store.CountMissing(all); missing > 0 {
				return fmt.Errorf("%s; macrowatch migrate applies what is missing", missingText(missing, len(all)))
			}
			return nil
		},
	}
	f.register(c)
	jsonFlag(c, &asJSON)
	return c
}

func (a *app) printMigrations(all []store.Migration) {
	color := colorsFor(a.Out.File)
	for _, m := range all {
		when := color.yellow("missing")
		if !m.AppliedAt.IsZero() {
			when = "applied " + m.AppliedAt.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(a.Out, "%04d %-32s %s\n", m.Version, m.Name, when)
	}
}

// printMigrationsJSON prints the document, and returns an error if an adopted table does not fit.
func (a *app) printMigrationsJSON(ctx context.Context, db *database, all []store.Migration) error {
	j := migrationsJSON{Migrations: []migrationJSON{}, Missing: store.CountMissing(all)}
	for _, m := range all {
		applied := &m.AppliedAt
		if m.AppliedAt.IsZero() {
			applied = nil
		}
		j.Migrations = append(j.Migrations, migrationJSON{m.Version, m.Name, applied})
	}
	var misfit error
	tables, err := a.adoptedTables(ctx, db)
	if err != nil {
		return err
	}
	j.Adopted, misfit = adoptedJSONOf(tables), misfitError(tables)
	return errors.Join(printJSON(a.Out, j), misfit)
}
