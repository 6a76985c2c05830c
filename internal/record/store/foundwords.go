package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
)

const (
	// The arguments are the column, the table and how many words to return.
	wordsFound = `SELECT coalesce(btrim(%[1]s::text, E' \t\r\n'), ''), count(*) FROM %[2]s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %[3]d`

	wordsThere = `SELECT to_regclass('macrowatch_words') IS NOT NULL`

	// mostFoundWords bounds the answer for a table in which every row has a word of its own.
	mostFoundWords = 1000
)

// FoundWord is a word for a status or a direction that occurs in a table.
type FoundWord struct {
	Text string // as the table has it, without the blanks around it; "" in rows without a word
	Rows int64  // how many rows have it
	// Meaning is the status or direction as which macrowatch reads the word, or "" if macrowatch does not know it.
	Meaning string
}

// FoundWords returns the words in a table that another tool made. Unknown words come first, and frequent words
// before rare ones. A table without a column of words has none, nor has a table that does not fit. FoundWords
// reads the whole table. If the table has more than a thousand words, the rarest are left out.
func FoundWords(ctx context.Context, pool *pgxpool.Pool, t AdoptedTable) (subject desk.Subject, found []FoundWord, err error) {
	wanted, _ := adoptableTable(t.Name)
	i := slices.IndexFunc(wanted.columns, func(c column) bool { return c.family == word })
	if i < 0 || len(t.Problems) > 0 {
		return "", nil, nil
	}
	column := wanted.columns[i].name
	subject = desk.Subject(column)
	err = pgx.BeginTxFunc(unlimited(ctx), pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, migrationNoLimit); err != nil {
			return err
		}
		words, err := wordsOrBuiltIn(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, fmt.Sprintf(wordsFound, column, wanted.name, mostFoundWords))
		if err != nil {
			return err
		}
		var f FoundWord
		_, err = pgx.ForEachRow(rows, []any{&f.Text, &f.Rows}, func() error {
			f.Meaning, _ = words.Read(subject, f.Text)
			found = append(found, f)
			return nil
		})
		return err
	})
	if err != nil {
		return subject, nil, fmt.Errorf("read the words of %s: %w", t.Name, translate(err))
	}
	slices.SortStableFunc(found, func(a, b FoundWord) int { return cmp.Compare(min(len(a.Meaning), 1), min(len(b.Meaning), 1)) })
	return subject, found, nil
}

// wordsOrBuiltIn returns a database's words. If it has none yet, it returns the words that the next migration will bring.
func wordsOrBuiltIn(ctx context.Context, q queryer) (desk.Words, error) {
	var there bool
	if err := q.QueryRow(ctx, wordsThere).Scan(&there); err != nil || !there {
		return desk.BuiltInWords(), err
	}
	builtIn, configured, err := storedWords(ctx, q)
	return desk.WordsOf(append(builtIn, configured...)), err
}
