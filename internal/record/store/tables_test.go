package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
	"macrowatch/internal/record/store"
)

// These tests walk the list of tables in tables.go. They fail if a table or a column is added in one place
// and forgotten in another.

func TestEveryTableOfTheSchemaIsInTheListOfTables(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var registered []string
	for _, table := range store.RegisteredTables() {
		if table.Name != "macrowatch_adopted" { // exists only where a table was adopted
			registered = append(registered, table.Name)
		}
	}
	slices.Sort(registered)
	made := texts(t, s, `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname COLLATE "C"`)
	if !slices.Equal(made, registered) {
		t.Errorf("the migrations make %q\ntables.go has %q", made, registered)
	}
}

func TestEveryColumnOfTheSchemaIsInTheListOfTables(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, table := range store.RegisteredTables() {
		if len(table.Columns) == 0 { // a table of notes, which is read and written by hand
			continue
		}
		t.Run(table.Name, func(t *testing.T) {
			found, columns, err := store.Inspect(t.Context(), s.Pool(), table.Name)
			if err != nil || len(found.Problems) > 0 || found.ReadOnly != "" {
				t.Errorf("the table of the migrations does not fit: %q, %q, %v", found.Problems, found.ReadOnly, err)
			}
			slices.Sort(columns)
			made := texts(t, s, `SELECT attname::text FROM pg_attribute WHERE attrelid = '`+table.Name+`'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname COLLATE "C"`)
			if !slices.Equal(made, columns) {
				t.Errorf("the migrations make %q\nthe list has %q", made, columns)
			}
		})
	}
}

func TestDeleteAllClearsEveryTableOfTheDesk(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	run(t, s.Pool(), "INSERT INTO instruments VALUES ('WTI', 'price', 'USD')")
	for _, good := range goodRows() {
		run(t, s.Pool(), insert(good, "", ""))
	}
	if err := s.DeleteAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, table := range store.RegisteredTables() {
		if table.Holds != "record" && table.Holds != "market" {
			continue
		}
		if n := count(t, s, table.Name); n != 0 {
			t.Errorf("%s still has %d rows", table.Name, n)
		}
		if !slices.ContainsFunc(goodRows(), func(r row) bool { return r.table == table.Name }) {
			t.Errorf("goodRows has no row of %s, so this test shows nothing about it", table.Name)
		}
	}
}

func TestARowOfAnyTableOfTheRecordMakesTheRecordNotEmpty(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, good := range goodRows() {
		i := slices.IndexFunc(store.RegisteredTables(), func(r store.RegisteredTable) bool { return r.Name == good.table })
		if i < 0 {
			t.Errorf("there are rows of %s, which tables.go does not have", good.table)
			continue
		}
		run(t, s.Pool(), "INSERT INTO instruments VALUES ('WTI', 'price', 'USD') ON CONFLICT DO NOTHING") // which prices need
		run(t, s.Pool(), insert(good, "", ""))
		if empty, err := s.RecordEmpty(t.Context()); err != nil || empty == (store.RegisteredTables()[i].Holds == "record") {
			t.Errorf("with a row of %s the record is empty: %v, %v", good.table, empty, err)
		}
		run(t, s.Pool(), "DELETE FROM "+good.table)
	}
}

// DeleteAll must clear the rows of the desk, and nothing that macrowatch notes about the database. What is expected of the
// desk follows from its rules, and not from its record, and summaries follow from other tables.
func TestOnlyMacrowatchsOwnNotesAreNotTheDesks(t *testing.T) {
	t.Parallel()
	for _, table := range store.RegisteredTables() {
		if table.Holds == "plan" || table.Holds == "summaries" {
			continue
		}
		isNote := strings.HasPrefix(table.Name, "macrowatch_")
		if isTheDesks := table.Holds == "record" || table.Holds == "market"; isTheDesks == isNote {
			t.Errorf("%s holds what tables.go calls %s", table.Name, table.Holds)
		}
	}
}

// desk.UsableTables says which rows of another tool's tables can be used.
func TestEveryAdoptableTableSaysWhichOfItsRowsCanBeUsed(t *testing.T) {
	t.Parallel()
	for _, table := range store.RegisteredTables() {
		i := slices.IndexFunc(desk.UsableTables(), func(u desk.UsableTable) bool { return u.Name == table.Name })
		if table.Adoptable != (i >= 0) {
			t.Errorf("%s: adoptable %v, in desk.UsableTables %v", table.Name, table.Adoptable, i >= 0)
		}
		if i < 0 {
			continue
		}
		for _, c := range desk.UsableTables()[i].Columns {
			if !slices.Contains(table.Columns, strings.Trim(c.Name, `"`)) {
				t.Errorf("%s: desk.UsableTables has the column %s, which tables.go does not have", table.Name, c.Name)
			}
		}
	}
}

// Every table that other tools may fill can be imported, with all its columns, and there is no other kind of import.
func TestEveryAdoptableTableHasAKindOfImportWithItsColumns(t *testing.T) {
	t.Parallel()
	kinds := map[string]string{} // by the columns in order
	for _, kind := range intake.Kinds() {
		kinds[strings.Join(importedColumns(t, kind), " ")] = kind
	}
	for _, table := range store.RegisteredTables() {
		if !table.Adoptable {
			continue
		}
		columns := strings.Join(slices.Sorted(slices.Values(table.Columns)), " ")
		if kinds[columns] == "" {
			t.Errorf("no kind of import has the columns of %s: %s", table.Name, columns)
		}
		delete(kinds, columns)
	}
	for columns, kind := range kinds {
		t.Errorf("the columns of the kind %s are those of no table: %s", kind, columns)
	}
}

// importedColumns returns the columns of a kind of import, in order. It reads them from the error for an
// empty file, which lists them.
func importedColumns(t *testing.T, kind string) []string {
	t.Helper()
	_, err := intake.Import(t.Context(), store.New(nil, nil), kind, strings.NewReader(""), "empty.csv", intake.Options{})
	var bad *desk.BadRowsError
	if !errors.As(err, &bad) {
		t.Fatal(err)
	}
	_, list, found := strings.Cut(bad.Rows[0].Problem, "columns ")
	if !found {
		t.Fatal(err)
	}
	var columns []string
	for c := range strings.SplitSeq(list, ", ") {
		name, _, _ := strings.Cut(c, " ") // without the other name that the column may have
		columns = append(columns, name)
	}
	slices.Sort(columns)
	return columns
}
