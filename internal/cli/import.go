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
)

func (a *app) importCommand() *cobra.Command {
	var f databaseFlags
	var kind, quotedIn, zone string
	var replace bool
	var window time.Duration
	c := &cobra.Command{
		Use:   "import KIND FILE…",
		Short: "Import CSV or JSON Lines into the record, a whole file or nothing",
		Long: fmt.Sprintf(`Imports files into the desk's record. KIND is one of: %s.

The files go into the database of DATABASE_URL or of PostgreSQL's own variables (PGHOST …). Without
these they go into the private PostgreSQL that macrowatch demo or macrowatch serve --private has made.

A file is CSV with a header, with its columns in any order, or JSON Lines. It may be packed with
gzip. FILE - means standard input. macrowatch takes a whole file or nothing of it, and lists every
fault with its line, column and value. A row replaces the stored row of the same key, and no row is
deleted. So importing a file again changes nothing. A value that is allowed but looks wrong is
taken with a warning: for example, a time in the future, or a yield that is a hundred times too small.

portfolio-states: all rows of one timestamp are a snapshot and have one total_equity. If a corrected
snapshot lacks a position, the stored position stays, and the command says so. --replace-snapshots
replaces each timestamp of the file as a whole instead. If each row of a snapshot has the time at
which it was written, the file is refused; --snapshot-window 1s gathers such rows.

prices: the column price_date may also be called date. Prices of an instrument that is not in the
table instruments are refused, unless --kind says what unknown instruments are.`, strings.Join(intake.Kinds(), ", ")),
		Example: `  macrowatch import instruments instruments.csv
  macrowatch import prices prices.csv
  macrowatch import --timezone America/Sao_Paulo signals signals.csv.gz
  psql -c "copy runs to stdout csv header" | macrowatch import pipeline-runs -`,
		Args:      cobra.MinimumNArgs(2),
		ValidArgs: intake.Kinds(),
		RunE: func(c *cobra.Command, args []string) error {
			opts := intake.Options{Register: desk.Kind(kind), QuotedIn: quotedIn, ReplaceSnapshots: replace, Now: a.Now()}
			if c.Flags().Changed("snapshot-window") {
				opts.SnapshotWindow = &window
			}
			if zone != "" {
				location, err := time.LoadLocation(zone)
				if err != nil || zone == "Local" {
					return usagef("--timezone %q is not the name of a time zone, such as %s", zone, desk.BuiltInRules().Zone)
				}
				opts.Location = location
			}
			if !slices.Contains(intake.Kinds(), args[0]) {
				return usagef("%q is not a kind of file to import; there are: %s", args[0], strings.Join(intake.Kinds(), ", "))
			}
			err := a.importFiles(c.Context(), f, args[0], args[1:], opts)
			if errors.Is(err, intake.ErrUsage) {
				return usageError{err}
			}
			return err
		},
	}
	f.register(c)
	c.Flags().StringVar(&kind, "kind", "", "prices: add unknown instruments as this `KIND`, price or yield")
	c.Flags().StringVar(&quotedIn, "quoted-in", "", "prices: the `UNIT` in which the instruments that --kind adds are quoted; for yields percent or bp")
	c.Flags().StringVar(&zone, "timezone", "", "the `ZONE` of times without one, such as "+desk.BuiltInRules().Zone+"; by default such times are refused")
	c.Flags().BoolVar(&replace, "replace-snapshots", false, "portfolio-states: replace each timestamp of the file as a whole; delete positions that the file lacks")
	c.Flags().DurationVar(&window, "snapshot-window", 0, "portfolio-states: gather the rows that come within this `TIME` of a snapshot's first row, such as 1s; 0 takes every timestamp as it is")
	return c
}

// importFiles imports the files one by one. It stops at the first that is refused.
func (a *app) importFiles(ctx context.Context, f databaseFlags, kind string, paths []string, opts intake.Options) error {
	db, err := a.openDatabase(ctx, f, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	if opts.Words, err = db.Words(ctx); err != nil {
		return err
	}
	for _, path := range paths {
		result, err := a.importFile(ctx, db, kind, path, opts)
		if err != nil {
			return err
		}
		fmt.Fprintf(a.Out, "%s: %s\n", path, summary(result))
		a.warnOf(path, result.Doubts)
		if text := keptText(result.Snapshots); text != "" {
			fmt.Fprintf(a.Err, "%s: %s\n", path, text)
		}
	}
	return nil
}

func (a *app) importFile(ctx context.Context, db *database, kind, path string, opts intake.Options) (intake.Result, error) {
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
	if isTerminal(a.Err) {
		defer p.show(a.Err)()
	}
	return intake.Import(ctx, db, kind, p.reader(in), name, opts)
}

// warnOf prints which rows were taken although they look wrong.
func (a *app) warnOf(path string, d desk.Doubts) {
	for _, row := range d.Rows {
		fmt.Fprintf(a.Err, "%s: warning: %s\n", path, row)
	}
	if d.More > 0 {
		fmt.Fprintf(a.Err, "%s: and %d more warnings\n", path, d.More)
	}
}

// summary says in one line what an import did.
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
		text += fmt.Sprintf("; registered %s%s, quoted in %s", strings.Join(shown, ", "), more, r.QuotedIn)
	}
	return text
}

// keptText says which snapshots keep stored rows that a file lacks. It is "" if none does.
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
	return text + "; --replace-snapshots deletes them"
}
