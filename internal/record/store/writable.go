package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// writables remembers the tables into which macrowatch can write. It does not remember the others, because their
// owner may give them a key in the meantime.
type writables struct {
	mu    sync.Mutex
	types map[string]map[string]string // what columnTypes returns, by table
}

// columnTypes returns what a writer must know of a table. For a table that macrowatch made it returns nil. For a
// table of another tool it returns a map that is never nil: by column, the SQL types to which a text must be cast.
// If nothing can be written into the table, that is an error (ReadOnlyTable).
func (s *Store) columnTypes(ctx context.Context, table string) (map[string]string, error) {
	s.writable.mu.Lock()
	defer s.writable.mu.Unlock()
	if types, known := s.writable.types[table]; known {
		return types, nil
	}
	found, err := foreignTables(ctx, s.db(), nil)
	if err != nil {
		return nil, err
	}
	var types map[string]string
	for _, t := range found {
		if t.Name != table {
			continue
		}
		if err := refuseMisfits([]AdoptedTable{t}); err != nil {
			return nil, err
		}
		if t.ReadOnly != "" {
			return nil, &Error{Kind: ReadOnlyTable, Sentence: fmt.Sprintf(
				"table %s was made by another tool and macrowatch can only read it: %s", t.Relation, t.ReadOnly)}
		}
		types = t.types
	}
	if s.writable.types == nil {
		s.writable.types = map[string]map[string]string{}
	}
	s.writable.types[table] = types
	return types, nil
}

// RequireWritable returns an error if another tool made one of the desk's tables and nothing can be written into it.
// It is the error that a writer of this table would get.
func (s *Store) RequireWritable(ctx context.Context) error {
	for _, table := range adoptableTables() {
		if _, err := s.columnTypes(ctx, table); err != nil {
			return err
		}
	}
	return nil
}

// isOurs reports whether macrowatch made a table, which then has macrowatch's constraints.
func (s *Store) isOurs(ctx context.Context, table string) (bool, error) {
	types, err := s.columnTypes(ctx, table)
	var refused *Error
	if errors.As(err, &refused) && refused.Kind == ReadOnlyTable {
		return false, nil
	}
	return err == nil && types == nil, err
}

// cast returns an array parameter in SQL, such as $4::text[]. own is the type in macrowatch's table. If the column of
// another tool has another type, actual, the parameter is cast to it: $4::text[]::uuid[].
func cast(place int, own, actual string) string {
	parameter := fmt.Sprintf("$%d::%s[]", place, own)
	if actual == "" || actual == own {
		return parameter
	}
	return parameter + "::" + actual + "[]"
}
