package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
	"macrowatch/internal/record/store"
	"macrowatch/internal/suggest"
)

func (a *app) importCommand() *cobra.Command {
	var f databaseFlags
	var kind, quotedIn, zone string
	var replace, asJSON, dryRun bool
	var window, patience time.Duration
	var written dialectFlags
	c := &cobra.Command{
		Use:   "import KIND FILE…",
		Short: "Import CSV, JSON and other files into the record",
		Long: fmt.Sprintf(`Imports files into the desk's record. KIND is one of: %s.

The rows go into the database of DATABASE_URL or of PostgreSQL's own variables (PGHOST …), else into
the private PostgreSQL that macrowatch demo or macrowatch serve --private has created.

A file is CSV with a header and its columns in any order, or JSON. It may be packed with gzip or zip,
and - is standard input. macrowatch import KIND --help lists the columns of a kind, with an example.

Files in other dialects are taken too: other separators, decimal commas, UTF-16, other forms of
dates and times, other names of columns, a column for each instrument. What the whole file settles
is concluded, and said. What it leaves open (02/03/2026, 1.234) is refused, and the error names the
flag that settles it. --preset knows how some sources write their files. --dry-run shows the first
rows as they would be stored, and writes nothing. docs/import.md has examples.

Each file is taken as a whole or not at all. A row replaces the row with the
same key, and no row is deleted, so importing a file again changes nothing. If a file is refused, the
error lists each fault with its line, column and value. A value that is allowed but looks wrong (a
yield that is a hundred times too small for its unit, a time in the future) is taken, with a
warning.

prices: the column of the date may be called "date". An instrument that is not in the table
instruments is refused, unless --kind says what unknown instruments are.

portfolio-states: all rows with one timestamp are one snapshot of the book, and have the same
total_equity. If a corrected snapshot lacks a position, the position stays in the database, and the
import says so; --replace-snapshots replaces each snapshot of the file as a whole. A snapshot whose
rows were stamped one after the other is refused; --snapshot-window 1s gathers such rows.`, strings.Join(intake.Kinds(), ", ")),
		Example: `  macrowatch import instruments instruments.csv
  macrowatch import prices prices.csv
  macrowatch import prices --kind price --preset fred fredgraph.csv
  macrowatch import prices --dry-run --columns date=Data,price=Fechamento --set instrument=USDBRL usdbrl.csv
  macrowatch import --timezone America/Sao_Paulo signals signals.csv.gz
  psql -c "copy runs to stdout csv header" | macrowatch import pipeline-runs -`,
		Args:              importArguments,
		ValidArgsFunction: completeImport,
		RunE: func(c *cobra.Command, args []string) error {
			opts := intake.Options{Register: desk.Kind(kind), QuotedIn: quotedIn, ReplaceSnapshots: replace, Now: a.Now()}
			if c.Flags().Changed("snapshot-window") {
				opts.SnapshotWindow = &window
			}
			if kind != "" && !slices.Contains(instrumentKinds(), kind) {
				return usagef("--kind %q is neither %s", kind, suggest.Listed(instrumentKinds(), "nor"))
			}
			if zone != "" {
				location, err := time.LoadLocation(zone)
				if err != nil || zone == "Local" {
					return usagef("--timezone %q is not the name of a time zone; give one such as %s", zone, a.rules().Zone)
				}
				opts.Location = location
			}
			if patience < 0 {
				return usagef("--give-up-after %v is negative: give a time such as 5m, or 0 to wait however long it takes", patience)
			}
			var err error
			if opts.Dialect, err = written.options(c.Flags()); err != nil {
				return err
			}
			if err = intake.CheckDialect(args[0], opts.Dialect); err == nil && dryRun {
				err = a.dryRunFiles(c.Context(), args[0], args[1:], opts, asJSON)
			} else if err == nil {
				err = a.importFiles(c.Context(), f, args[0], args[1:], opts, patience, asJSON)
			}
			if errors.Is(err, intake.ErrUsage) {
				return usageError{err}
			}
			return err
		},
	}
	f.register(c)
	a.deskFlag(c)
	c.Flags().StringVar(&kind, "kind", "", "prices: register unknown instruments as this `KIND`: price or yield")
	c.Flags().StringVar(&quotedIn, "quoted-in", "", "prices: the `UNIT` in which the instruments of --kind are quoted; for yields percent or bp")
	c.Flags().StringVar(&zone, "timezone", "", "the time `ZONE` of times that are written without one, such as "+a.rules().Zone+"; without this flag such times are refused")
	c.Flags().BoolVar(&replace, "replace-snapshots", false, "portfolio-states: replace each snapshot of the file as a whole, and so remove positions that the file lacks")
	written.register(c)
	c.Flags().BoolVar(&dryRun, "dry-run", false, "show the first rows as they would be stored, check all rows, and write nothing; needs no database")
	jsonFlag(c, &asJSON)
	c.Flags().DurationVar(&patience, "give-up-after", time.Minute, "give up when the database has not answered for this `TIME`; with 0 the import waits however long it takes")
	c.Flags().DurationVar(&window, "snapshot-window", 0, "portfolio-states: rows within this `TIME` (such as 1s) after the first row of a snapshot belong to the snapshot; with 0 every timestamp is a snapshot of its own")
	completeValue(c, "kind", instrumentKinds()...)
	completeValue(c, "quoted-in", "percent", "bp")
	completeValue(c, "timezone", a.rules().Zone, "UTC")
	a.helpOnKinds(c)
	return c
}

// instrumentKinds returns the kinds that --kind can give an instrument.
func instrumentKinds() []string { return []string{string(desk.KindPrice), string(desk.KindYield)} }

// importArguments checks that there are a kind and a file.
func importArguments(_ *cobra.Command, args []string) error {
	kinds := strings.Join(intake.Kinds(), ", ")
	switch {
	case len(args) == 0:
		return usagef("import needs a kind and a file, such as: macrowatch import prices prices.csv (kinds: %s)", kinds)
	case !slices.Contains(intake.Kinds(), args[0]):
		return usagef("%q is not a kind of file to import%s (kinds: %s)", args[0], suggest.Hint(args[0], intake.Kinds()), kinds)
	case len(args) == 1:
		return usagef("import needs a file, such as: macrowatch import %s %s.csv; - is standard input", args[0], args[0])
	}
	return nil
}

// importFiles takes each file on its own, and stops at the first that is refused.
func (a *app) importFiles(ctx context.Context, f databaseFlags, kind string, paths []string, opts intake.Options, patience time.Duration, asJSON bool) (err error) {
	db, err := a.openMigrated(ctx, f)
	if err != nil {
		return err
	}
	defer db.Close()
	if opts.Words, err = db.Words(ctx); err != nil {
		return err
	}
	taken := importJSON{Files: []importedJSON{}}
	if asJSON {
		defer func() { err = errors.Join(err, printJSON(a.Out, taken)) }()
	}
	for _, path := range paths {
		began := time.Now()
		watched, stop := db.WhileAnswering(ctx, patience)
		result, err := a.importFile(watched, db, kind, path, opts)
		stop()
		var silent *store.Error
		if err != nil && ctx.Err() == nil && errors.As(context.Cause(watched), &silent) {
			err = fmt.Errorf("%s: %w; import it again when the database answers: rows that are there already stay as they are", path, silent)
		}
		if err != nil {
			return err
		}
		elapsed := time.Since(began)
		taken.Files = append(taken.Files, importedOf(path, kind, result, elapsed))
		if !asJSON {
			a.printDialect(path, result)
			fmt.Fprintf(a.Out, "%s: %s, in %s\n", path, summary(result), took(elapsed))
		}
		a.warnOf(path, result.Doubts)
		if text := keptText(result.Snapshots); text != "" {
			fmt.Fprintf(a.Err, "%s: %s\n", path, text)
		}
	}
	return nil
}

func (a *app) importFile(ctx context.Context, to intake.Store, kind, path string, opts intake.Options) (intake.Result, error) {
	in, name := a.In, "standard input"
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return intake.Result{}, readError(path, err)
		}
		defer file.Close()
		in, name = file, path
	}
	p := newProgress(name, in)
	opts.RowsRead = &p.rows
	defer a.progressLine().during(p.line)()
	return intake.Import(ctx, to, kind, p.reader(in), name, opts)
}

// warnOf warns of the rows that were imported but look wrong.
func (a *app) warnOf(path string, d desk.Doubts) {
	for _, row := range d.Rows {
		fmt.Fprintf(a.Err, "%s: warning: %s\n", path, row)
	}
	if d.More > 0 {
		fmt.Fprintf(a.Err, "%s: and %s\n", path, counted(d.More, "more warning", "more warnings"))
	}
}

// summary says in a line what an import did.
func summary(r intake.Result) string {
	text := fmt.Sprintf("%d inserted, %d updated, %d unchanged", r.Inserted, r.Updated, r.Unchanged)
	if r.Removed > 0 {
		text += fmt.Sprintf(", %d removed", r.Removed)
	}
	if n := len(r.Registered); n > 0 {
		shown := r.Registered
		more := ""
		if len(shown) > 5 {
			shown, more = shown[:5], fmt.Sprintf(" and %d more", n-5)
		}
		text += fmt.Sprintf("; registered %s%s, ", strings.Join(shown, ", "), more)
		if r.QuotedIn == intake.UnstatedUnit {
			text += "in an unknown unit (macrowatch import instruments can give it)"
		} else {
			text += "quoted in " + r.QuotedIn
		}
	}
	return text
}

// keptText says which snapshots keep rows that the file does not have. It returns "" if there are none.
func keptText(r desk.SnapshotReport) string {
	if r.Snapshots == 0 {
		return ""
	}
	var parts []string
	for _, k := range r.Kept {
		parts = append(parts, fmt.Sprintf("%s (%d)", k.At.UTC().Format(time.RFC3339Nano), k.Rows))
	}
	text := "1 snapshot keeps rows"
	if r.Snapshots > 1 {
		text = fmt.Sprintf("%d snapshots keep rows", r.Snapshots)
	}
	text += " that the file does not have: " + strings.Join(parts, ", ")
	if more := r.Snapshots - int64(len(r.Kept)); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text + "; --replace-snapshots removes them"
}
