package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
)

const (
	wordsRead = `SELECT subject, word, meaning, configured FROM macrowatch_words`

	wordsDelete = `DELETE FROM macrowatch_words WHERE configured = $1`

	// A configured word replaces a built-in word of the same spelling, and never the other way round.
	wordsInsert = `INSERT INTO macrowatch_words AS w (subject, word, meaning, configured)
SELECT subject, word, meaning, $4 FROM unnest($1::text[], $2::text[], $3::text[]) u(subject, word, meaning)
ON CONFLICT (subject, word) DO UPDATE SET meaning = excluded.meaning, configured = excluded.configured
WHERE excluded.configured AND NOT w.configured`

	// Without this lock, two programs at once would delete and insert the same rows.
	wordsLock = `SELECT pg_advisory_xact_lock(hashtextextended('macrowatch words', 0))`

	wordsMayWrite = `SELECT has_table_privilege('macrowatch_words', 'INSERT, UPDATE, DELETE') AND NOT pg_is_in_recovery()`
)

// Words returns the words with which the statuses and directions of this database are read.
func (s *Store) Words(ctx context.Context) (desk.Words, error) {
	builtIn, configured, err := storedWords(ctx, s.db())
	return desk.WordsOf(append(builtIn, configured...)), err
}

// ConfigureWords replaces the configured words of a database. The built-in words stay. If the login may not write
// words, that is an error (Forbidden), unless the database has these words already.
func ConfigureWords(ctx context.Context, pool *pgxpool.Pool, words desk.Words) error {
	_, configured, err := storedWords(ctx, pool)
	if err != nil {
		return err
	}
	if sameWords(configured, words.List()) {
		return nil
	}
	err = replaceWords(ctx, pool, words.List(), true)
	var server *pgconn.PgError
	if errors.As(err, &server) && (server.Code == insufficientPrivilege || server.Code == readOnlyTransaction) {
		return &Error{Kind: Forbidden, cause: err, Sentence: "this login may not write the words into macrowatch_words: " +
			"run macrowatch migrate --words-file as the tables' owner"}
	}
	return err
}

// fillWords replaces the built-in words of a migrated database by those of this program. If the login may not
// write, it does nothing: the words of the version that migrated the database are good enough.
func fillWords(ctx context.Context, pool *pgxpool.Pool) error {
	builtIn, configured, err := storedWords(ctx, pool)
	if err != nil {
		return err
	}
	wanted := slices.DeleteFunc(desk.BuiltInWords().List(), func(w desk.Word) bool {
		return slices.ContainsFunc(configured, func(c desk.Word) bool { return c.Subject == w.Subject && c.Plain == w.Plain })
	})
	if sameWords(builtIn, wanted) {
		return nil
	}
	var may bool
	if err := pool.QueryRow(ctx, wordsMayWrite).Scan(&may); err != nil || !may {
		return translate(err)
	}
	return replaceWords(ctx, pool, wanted, false)
}

func storedWords(ctx context.Context, q queryer) (builtIn, configured []desk.Word, err error) {
	rows, err := q.Query(ctx, wordsRead)
	if err != nil {
		return nil, nil, fmt.Errorf("read what words mean: %w", translate(err))
	}
	var w desk.Word
	var own bool
	_, err = pgx.ForEachRow(rows, []any{&w.Subject, &w.Plain, &w.Meaning, &own}, func() error {
		if own {
			configured = append(configured, w)
		} else {
			builtIn = append(builtIn, w)
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read what words mean: %w", translate(err))
	}
	return builtIn, configured, nil
}

// sameWords reports whether two lists have the same words in any order.
func sameWords(a, b []desk.Word) bool {
	return slices.Equal(desk.WordsOf(a).List(), desk.WordsOf(b).List())
}

// replaceWords replaces the built-in or the configured words. After configured words have gone, it inserts the
// built-in words of the same spelling again.
func replaceWords(ctx context.Context, pool *pgxpool.Pool, words []desk.Word, configured bool) error {
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, wordsLock); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, wordsDelete, configured); err != nil {
			return err
		}
		if err := insertWords(ctx, tx, words, configured); err != nil || !configured {
			return err
		}
		return insertWords(ctx, tx, desk.BuiltInWords().List(), false)
	})
	if err != nil {
		return fmt.Errorf("write what words mean: %w", translate(err))
	}
	return nil
}

func insertWords(ctx context.Context, tx pgx.Tx, words []desk.Word, configured bool) error {
	var subjects, plain, meanings []string
	for _, w := range words {
		subjects, plain, meanings = append(subjects, string(w.Subject)), append(plain, w.Plain), append(meanings, w.Meaning)
	}
	_, err := tx.Exec(ctx, wordsInsert, subjects, plain, meanings, configured)
	return err
}

// builtInWordsSQL returns the statement that writes the built-in words, for a script.
func builtInWordsSQL() string {
	var rows []string
	for _, w := range desk.BuiltInWords().List() {
		rows = append(rows, fmt.Sprintf("    ('%s', '%s', '%s', false)", w.Subject, w.Plain, w.Meaning))
	}
	return "INSERT INTO macrowatch_words (subject, word, meaning, configured) VALUES\n" + strings.Join(rows, ",\n") + "\nON CONFLICT DO NOTHING;\n"
}
