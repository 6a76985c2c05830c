package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk/wordfile"
	"macrowatch/internal/record/store"
)

// listedWords is how many words are listed of each table.
const listedWords = 20

// wordsFlag is the flag --words-file, which says what the words of other tools mean at this desk.
type wordsFlag struct{ path string }

func (f *wordsFlag) register(c *cobra.Command) {
	c.Flags().StringVar(&f.path, "words-file", "", "YAML `FILE` that says what other tools' words for statuses and directions mean; the database keeps them (default: the words that it has)")
}

// configureWords writes the words of --words-file into the database, where dashboards, imports and listings
// read them. Without the flag it does nothing.
func (a *app) configureWords(ctx context.Context, db *database, f wordsFlag) error {
	if f.path == "" {
		return nil
	}
	text, err := readFile(f.path)
	if err != nil {
		return err
	}
	words, err := wordfile.Read(f.path, text)
	if err != nil {
		return err
	}
	return store.ConfigureWords(ctx, db.Pool(), words)
}

// printWords lists the words for statuses or directions in a table that another tool made, and how
// macrowatch reads each.
func (a *app) printWords(ctx context.Context, db *database, t store.AdoptedTable) error {
	subject, found, err := store.FoundWords(ctx, db.Pool(), t)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	for _, f := range found[:min(len(found), listedWords)] {
		text, meaning := fmt.Sprintf("%.60q", f.Text), "read as "+f.Meaning
		if f.Text == "" {
			text, meaning = "(none)", "not known: shown as NO "+strings.ToUpper(string(subject))
		} else if f.Meaning == "" {
			meaning = "not known: shown as it is; --words-file can say what it means"
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", subject, text, counted(f.Rows, "row", "rows"), meaning)
	}
	if more := len(found) - listedWords; more > 0 {
		fmt.Fprintf(w, "  %s\tand %d more\n", subject, more)
	}
	return w.Flush()
}
