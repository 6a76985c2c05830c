package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// listedWords is how many words of each table are listed.
const listedWords = 20

// adoptedTable is a table that another tool made, with the words for statuses or directions that it contains.
type adoptedTable struct {
	store.AdoptedTable
	subject desk.Subject
	words   []store.FoundWord
}

// adoptedTables reads the tables that another tool made.
func (a *app) adoptedTables(ctx context.Context, db *database) ([]adoptedTable, error) {
	tables, err := store.AdoptedTables(ctx, db.Pool())
	if err != nil {
		return nil, err
	}
	var all []adoptedTable
	for _, t := range tables {
		subject, words, err := store.FoundWords(ctx, db.Pool(), t)
		if err != nil {
			return nil, err
		}
		all = append(all, adoptedTable{t, subject, words})
	}
	return all, nil
}

// misfitError says how many of the tables do not fit. It is nil if all do.
func misfitError(tables []adoptedTable) error {
	misfits := 0
	for _, t := range tables {
		if len(t.Problems) > 0 {
			misfits++
		}
	}
	if misfits == 0 {
		return nil
	}
	return fmt.Errorf("%d of the tables that another tool made can't be used", misfits)
}

// printAdopted lists the tables that another tool made. It returns an error if one of them does not fit.
func (a *app) printAdopted(ctx context.Context, db *database) error {
	tables, err := a.adoptedTables(ctx, db)
	if err != nil {
		return err
	}
	if err := a.printAdoptedTables(tables); err != nil {
		return err
	}
	return misfitError(tables)
}

func (a *app) printAdoptedTables(tables []adoptedTable) error {
	for _, t := range tables {
		how := "read and written"
		switch {
		case len(t.Problems) > 0:
			how = "does not fit: " + strings.Join(t.Problems, "; ")
		case t.ReadOnly != "":
			how = "read only: " + t.ReadOnly
		}
		fmt.Fprintf(a.Out, "%-20s made by another tool (%s, owner %s): %s\n", t.Name, t.Relation, t.Owner, how)
		if err := a.printWords(t); err != nil {
			return err
		}
	}
	return nil
}

// printWords lists the words for statuses or directions in a table that another tool made, and how macrowatch reads
// each.
func (a *app) printWords(t adoptedTable) error {
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	for _, f := range t.words[:min(len(t.words), listedWords)] {
		text, meaning := fmt.Sprintf("%.60q", f.Text), "read as "+f.Meaning
		if f.Text == "" {
			text, meaning = "(none)", "not known: shown as NO "+strings.ToUpper(string(t.subject))
		} else if f.Meaning == "" {
			meaning = "not known: shown as it is; --words-file can say what it means"
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", t.subject, text, counted(f.Rows, "row", "rows"), meaning)
	}
	if more := len(t.words) - listedWords; more > 0 {
		fmt.Fprintf(w, "  %s\tand %d more\n", t.subject, more)
	}
	return w.Flush()
}

// adoptedJSON is a table that another tool made, in the output of --json.
type adoptedJSON struct {
	Table    string          `json:"table"`
	Relation string          `json:"relation"`
	Owner    string          `json:"owner"`
	Problems []string        `json:"problems"`            // why the table does not fit
	ReadOnly string          `json:"read_only,omitempty"` // why macrowatch does not write into it
	Words    []foundWordJSON `json:"words"`
}

// foundWordJSON is a word for a status or a direction in such a table. Its meaning is "" if it is not known.
type foundWordJSON struct {
	Subject string `json:"subject"`
	Word    string `json:"word"`
	Rows    int64  `json:"rows"`
	Meaning string `json:"meaning"`
}

func adoptedJSONOf(tables []adoptedTable) []adoptedJSON {
	all := []adoptedJSON{}
	for _, t := range tables {
		j := adoptedJSON{Table: t.Name, Relation: t.Relation, Owner: t.Owner, Problems: append([]string{}, t.Problems...), ReadOnly: t.ReadOnly, Words: []foundWordJSON{}}
		for _, w := range t.words {
			j.Words = append(j.Words, foundWordJSON{string(t.subject), w.Text, w.Rows, w.Meaning})
		}
		all = append(all, j)
	}
	return all
}
