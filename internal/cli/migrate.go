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
	var print, forget, rebuild bool
	var reader, writer string
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Create or update the tables in the database",
		Long: `Applies the migrations that the database lacks, each in a transaction of its own. If several macrowatch
processes do so at once, they wait for each other. If nothing is missing, migrate changes nothing.

If another tool has made one of the desk's tables, macrowatch uses that table, provided that it has
the columns and that their types are compatible. macrowatch never alters such a table. It only reads
a table that lacks the unique key which identifies a row. If a table does not fit, migrate refuses
before it changes anything, and names every column at fault. migrate lists the words in such tables
for the status of a run or the direction of a signal, and what each word means to macrowatch.
--words-file says what unknown words mean (docs/words.md).

With --desk-file, migrate also writes the desk's steps and when each is due, as desk apply does, and
prints what has changed.

--print writes the SQL to standard output, and needs no database.

--reader-role lets an existing role, such as Grafana's login, read the desk's tables. migrate creates
no login. Besides reading, PostgreSQL and TimescaleDB let every login call functions that change,
lock or fill the database, even in a read-only transaction. If a superuser runs migrate
--reader-role, it takes these rights from PUBLIC in this database. It grants them to all other
existing logins, and to PostgreSQL's predefined roles as far as these need them. A login that is
created later and does more than read lacks them until the command is run again. If another login
runs the command, it prints the statements that a superuser must run. It leaves the server's other
databases as they are, and names those that the role may connect to.

migrate --reader-role refuses a superuser, an owner of the database or of its tables, the login that
macrowatch uses, and PostgreSQL's own roles (pg_monitor …). With --forget, the role no longer counts
as one that only reads; it keeps what it was granted. docs/reader-login.md says more.

--writer-role lets an existing role write the rows of the desk's tables, and nothing else: not
change a table, make one, or use another schema. import, exec, risk and serve can run as this role.

--rebuild-summaries makes all summaries anew from which charts over long ranges are drawn: those of the
runs and of the book's NAVs and allocations, and the flips of the signals. It is only needed if doctor
says that they differ from the rows, as after changes for which triggers were switched off.`,
		Example: "  DATABASE_URL=postgres://owner:password@host/macro_trading macrowatch migrate\n  macrowatch migrate --print > schema.sql",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if forget && reader == "" {
				return usagef("--forget needs --reader-role, such as: macrowatch migrate --reader-role grafana --forget")
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
				return usagef("--reader-role is for a database that is given by its URL; the private PostgreSQL already has a login that only reads (macrowatch database url)")
			}
			if writer != "" && f.url == "" {
				return usagef("--writer-role is for a database that is given by its URL")
			}
			if writer != "" && reader != "" {
				return usagef("--writer-role and --reader-role exclude each other: run migrate once for each role")
			}
			db, err := a.openDatabaseAsIs(c.Context(), f)
			if err != nil {
				return err
			}
			defer db.Close()
			if err := a.migrate(c.Context(), db, words); err != nil {
				return err
			}
			if rebuild {
				if err := a.rebuildSummaries(c.Context(), db); err != nil {
					return err
				}
			}
			switch {
			case forget:
				err = a.forgetReader(c.Context(), db, reader)
			case writer != "":
				err = a.grantWriting(c.Context(), db, writer)
			case reader != "":
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
	a.deskFlag(c)
	c.Flags().BoolVar(&print, "print", false, "print the SQL instead of running it")
	c.Flags().StringVar(&reader, "reader-role", "", "let this existing `ROLE` read the desk's tables, and do nothing else")
	c.Flags().StringVar(&writer, "writer-role", "", "let this existing `ROLE` write the rows of the desk's tables, and do nothing else")
	c.Flags().BoolVar(&rebuild, "rebuild-summaries", false, "make all summaries of the runs, the book and the flips anew")
	c.Flags().BoolVar(&forget, "forget", false, "no longer count the role of --reader-role among the logins that only read")
	c.AddCommand(a.migrateStatusCommand())
	return c
}

// migrate applies the missing migrations and writes the words of --words-file. It prints what it has done, and
// the tables of other tools that it has found.
func (a *app) migrate(ctx context.Context, db *database, words wordsFlag) error {
	began, done := time.Now(), a.waiting("applying migrations")
	applied, err := store.MigrateAll(ctx, db.Pool())
	done()
	for _, m := range applied {
		fmt.Fprintf(a.Out, "applied %04d %s\n", m.Version, m.Name)
	}
	if err != nil {
		return err
	}
	if db.private != nil {
		if err := db.admitReader(ctx); err != nil {
			return err
		}
	}
	if err := a.configureWords(ctx, db, words); err != nil {
		return err
	}
	if err := a.printAdopted(ctx, db); err != nil {
		return err
	}
	if err := a.printChunked(ctx, db); err != nil {
		return err
	}
	if err := a.applyDesk(ctx, db); err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.Out, migratedText(len(applied), time.Since(began)))
	return err
}

// rebuildSummaries makes all summaries anew, and says so.
func (a *app) rebuildSummaries(ctx context.Context, db *database) error {
	began, done := time.Now(), a.waiting("summing up the runs and the book")
	rebuilt, left, err := db.RebuildSummaries(ctx)
	done()
	if err != nil {
		return err
	}
	if len(rebuilt) > 0 {
		fmt.Fprintf(a.Out, "summed up anew in %s: %s\n", took(time.Since(began)), strings.Join(rebuilt, ", "))
	}
	if len(left) > 0 {
		return fmt.Errorf("no summaries to rebuild: %s lacks macrowatch's triggers or constraints, as another tool's table and a hypertable do, so the charts read its rows", strings.Join(left, " and "))
	}
	return nil
}

// printChunked says how the tables that grow with time are stored, and why, if the database has TimescaleDB.
func (a *app) printChunked(ctx context.Context, db *database) error {
	tables, err := store.FindChunkedTables(ctx, db.Pool())
	for _, t := range tables {
		fmt.Fprintf(a.Out, "TimescaleDB: %s\n", t.Explain())
	}
	return err
}

// applyDesk writes the steps of a desk file and when each is due, and prints what has changed. Without a desk file it leaves
// those of the database, which may be another desk's.
func (a *app) applyDesk(ctx context.Context, db *database) error {
	if a.desk.path == "" {
		return nil
	}
	change, err := db.ApplyPlan(ctx, a.rules(), a.Now())
	if err != nil {
		return err
	}
	text := "the desk's steps and expected runs are current\n"
	if !change.None() {
		text = planText(change, a.rules().Location())
	}
	_, err = fmt.Fprint(a.Out, text)
	return err
}

// migratedText says what migrate has done.
func migratedText(applied int, elapsed time.Duration) string {
	if applied == 0 {
		return "the database is current"
	}
	return fmt.Sprintf("%s applied in %s", counted(applied, "migration", "migrations"), took(elapsed))
}
