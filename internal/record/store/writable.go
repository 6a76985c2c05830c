package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// writables remembers the tables that are known to be fit for writing. One that is not is looked at
// again each time, since its owner may have given it a key meanwhile.
type writables struct {
	mu    sync.Mutex
	types map[string]map[string]string // by table, then column
}

// columnTypes refuses a table that another tool made so that nothing can be written into it
// (ReadOnlyTable). Of one that can be written it gives the types in SQL of the columns that a text
// must be cast to; nil for a table of macrowatch's own.
func (s *Store) columnTypes(ctx context.Context, table string) (map[string]string, error) {
	s.writable.mu.Lock()
	defer s.writable.mu.Unlock()
	if types, known := s.writable.types[table]; known {
		return types, nil
	}
	found, err := foreignTables(ctx, s.pool, nil)
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

// RequireWritable refuses a database in which another tool made one of the desk's tables so that
// nothing can be written into it. The error is as a writer's.
func (s *Store) RequireWritable(ctx context.Context) error {
	for _, table := range adoptableTables() {
		if _, err := s.columnTypes(ctx, table); err != nil {
			return err
		}
	}
	return nil
}

// isOurs reports whether a table is macrowatch's own, with the constraints that it gave it.
func (s *Store) isOurs(ctx context.Context, table string) (bool, error) {
	types, err := s.columnTypes(ctx, table)
	var refused *Error
	if errors.As(err, &refused) && refused.Kind == ReadOnlyTable {
		return false, nil
	}
	return err == nil && types == nil, err
}

// cast makes "$4::text[]" of a parameter's place and its canonical type, with a further cast where
// the column has another one.
func cast(place int, canonical, actual string) string {
	parameter := fmt.Sprintf("$%d::%s[]", place, canonical)
	if actual == "" || actual == canonical {
		return parameter
	}
	return parameter + "::" + actual + "[]"
}
