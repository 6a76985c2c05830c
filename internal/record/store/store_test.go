package store_test

import (
	"io"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// newStore returns a store on a migrated database of its own.
func newStore(t testing.TB) *store.Store {
	t.Helper()
	return store.New(pgtest.Migrated(t), nil)
}

// count returns how many rows a table has.
func count(t testing.TB, s *store.Store, table string) int {
	t.Helper()
	var n int
	if err := s.Pool().QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// at returns an instant of 2 March 2026.
func at(hour, minute, second int) time.Time {
	return time.Date(2026, 3, 2, hour, minute, second, 0, time.UTC)
}

// rowsOf returns rows as a stream with the lines 10, 20, 30 …, so that a line differs from the row's place.
func rowsOf[T any](rows ...T) desk.Rows[T] {
	next := 0
	return func() (int64, T, error) {
		if next == len(rows) {
			var none T
			return 0, none, io.EOF
		}
		next++
		return int64(10 * next), rows[next-1], nil
	}
}
