package store

import (
	"context"
	"fmt"
	"strings"
)

// contentsDeleteSettings deletes every setting except the list of the roles that may read.
const contentsDeleteSettings = `DELETE FROM macrowatch_settings WHERE key <> '` + settingReaders + `'`

// NoteTables returns the names of the tables in which macrowatch keeps notes about the database itself, and what it
// expects of the desk and sums up. They may have rows although nothing is recorded.
func NoteTables() []string {
	return tableNames(func(t registered) bool {
		return t.holds == notes || t.holds == plan || t.holds == summaries || t.holds == migratorsOnly
	})
}

// RecordEmpty reports whether the database records nothing that a desk did: no run, signal, position
// or risk figure. Instruments and prices do not count.
func (s *Store) RecordEmpty(ctx context.Context) (bool, error) {
	var some []string
	for _, name := range tableNames(func(t registered) bool { return t.holds == deskRecord }) {
		some = append(some, "EXISTS (SELECT FROM "+name+")")
	}
	var empty bool
	if err := s.pool.QueryRow(ctx, "SELECT NOT ("+strings.Join(some, " OR ")+")").Scan(&empty); err != nil {
		return false, fmt.Errorf("look whether the desk's record is empty: %w", translate(err))
	}
	return empty, nil
}

// DeleteAll deletes every row of the desk's tables and every setting. It leaves the schema as it is, and
// who may read. If another tool made one of the tables, DeleteAll refuses: macrowatch does not delete
// the rows of others.
func (s *Store) DeleteAll(ctx context.Context) error {
	adopted, err := foreignTables(ctx, s.pool, nil)
	if err != nil {
		return err
	}
	if len(adopted) > 0 {
		return &Error{Kind: ReadOnlyTable, Sentence: fmt.Sprintf(
			"table %s was made by another tool: macrowatch does not delete its rows", adopted[0].Relation)}
	}
	cleared := tableNames(func(t registered) bool { return t.holds == deskRecord || t.holds == marketData })
	if _, err := s.pool.Exec(ctx, "TRUNCATE "+strings.Join(cleared, ", ")+"; "+contentsDeleteSettings); err != nil {
		return fmt.Errorf("delete everything: %w", translate(err))
	}
	return nil
}
