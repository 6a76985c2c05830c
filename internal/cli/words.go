package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk/wordfile"
	"macrowatch/internal/record/store"
)

// listedWords is how many words of a table are listed.
const listedWords = 20

// wordsFlag says what words of other tools mean to this desk.
type wordsFlag struct{ path string }

func (f *wordsFlag) register(c *cobra.Command) {
	c.Flags().StringVar(&f.path, "words-file", "", "YAML `FILE` with words of other tools for statuses and directions; the database keeps them (default: those it has)")
}

// configureWords writes the words of the file, if one is given, into the database, where every
// dashboard, import and listing finds them.
func (a *app) configureWords(ctx context.Context, db *database, f wordsFlag) error {
	if f.path == "" {
		return nil
	}
	text, err := os.ReadFile(f.path)
	if err != nil {
		var why *os.PathError
		if errors.As(err, &why) {
			err = why.Err
		}
		return fmt.Errorf("read %s: %w", f.path, err)
	}
	words, err := wordfile.Read(f.path, text)
	if err != nil {
		return err
	}
	return store.ConfigureWords(ctx, db.Pool(), words)
}

// printWords lists the words in a table that another tool made, and how each is read.
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
		rows := fmt.Sprintf("%d rows", f.Rows)
		if f.Rows == 1 {
			rows = "1 row"
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", subject, text, rows, meaning)
	}
	if more := len(found) - listedWords; more > 0 {
		fmt.Fprintf(w, "  %s\tand %d more\n", subject, more)
	}
	return w.Flush()
}
