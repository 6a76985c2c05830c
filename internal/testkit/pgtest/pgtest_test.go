package pgtest_test

import (
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestDatabasesAreEmptyAndSeparate(t *testing.T) {
	t.Parallel()
	for range 3 {
		pool := pgtest.New(t)
		if _, err := pool.Exec(t.Context(), "create table only_here (x int)"); err != nil {
			t.Fatal(err)
		}
	}
}
