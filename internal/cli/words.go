package cli

import (
	"context"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk/wordfile"
	"macrowatch/internal/record/store"
)

// wordsFlag is the flag --words-file, which says what the words of other tools mean at this desk.
type wordsFlag struct{ path string }

func (f *wordsFlag) register(c *cobra.Command) {
	c.Flags().StringVar(&f.path, "words-file", "", "YAML `FILE` that says what other tools' words for statuses and directions mean; the database keeps them (default: the words that the database has)")
}

// configureWords writes the words of --words-file into the database, where dashboards, imports and listings
// read them. Without the flag it writes the words of the desk file, if that has any.
func (a *app) configureWords(ctx context.Context, db *database, f wordsFlag) error {
	if f.path == "" && a.desk.file.HasWords() {
		return store.ConfigureWords(ctx, db.Pool(), a.desk.file.Words)
	}
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
