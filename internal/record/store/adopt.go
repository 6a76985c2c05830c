package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	adoptedTable = `CREATE TABLE IF NOT EXISTS macrowatch_adopted (
    table_name text        NOT NULL,
    adopted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT macrowatch_adopted_pkey PRIMARY KEY (table_name)
)`

	adoptedTableThere = `SELECT to_regclass('macrowatch_adopted') IS NOT NULL`

	adoptedList = `SELECT table_name FROM macrowatch_adopted ORDER BY table_name`

	adoptedRecord = `INSERT INTO macrowatch_adopted (table_name) VALUES ($1) ON CONFLICT DO NOTHING`
)

// AdoptedTable is a table of the desk that another tool made and that macrowatch uses. macrowatch never alters
// it.
type AdoptedTable struct {
	Name string
	// Relation is the name with its schema.
	Relation string
	Owner    string
	// Problems say why the table does not fit, each as a sentence without its full stop. There are none if it
	// fits.
	Problems []string
	// ReadOnly says why macrowatch does not write into the table. It is "" if macrowatch does.
	ReadOnly string

	types map[string]string // the SQL types of the columns to which a text must be cast
}

// AdoptedTables returns the desk's tables in this database that macrowatch did not make, by name. These are the
// adopted tables, and the tables that the next migration would adopt or refuse. It changes nothing.
func AdoptedTables(ctx context.Context, pool *pgxpool.Pool) ([]AdoptedTable, error) {
	all, err := migrations()
	if err != nil {
		return nil, err
	}
	done, err := appliedMigrations(ctx, pool, all)
	if err != nil {
		return nil, err
	}
	return foreignTables(ctx, pool, all[len(done):])
}

// foreignTables returns the tables that are recorded as adopted. It also returns those that are there already
// although a migration to come would make them.
func foreignTables(ctx context.Context, q queryer, toCome []migration) ([]AdoptedTable, error) {
	names, err := recordedAsAdopted(ctx, q)
	if err != nil {
		return nil, err
	}
	recorded := len(names)
	for _, m := range toCome {
		for _, name := range m.tablesMade() {
			if _, may := adoptableTable(name); may && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	var found []AdoptedTable
	for i, name := range names {
		wanted, _ := adoptableTable(name)
		table, there, err := inspect(ctx, q, wanted)
		if err != nil {
			return nil, fmt.Errorf("look at table %s: %w", name, translate(err))
		}
		switch {
		case there:
			found = append(found, table)
		case i < recorded:
			found = append(found, AdoptedTable{Name: name, Relation: name,
				Problems: []string{"it was adopted and is missing now: restore it, or start with an empty schema"}})
		}
	}
	slices.SortFunc(found, func(a, b AdoptedTable) int { return strings.Compare(a.Name, b.Name) })
	return found, nil
}

func recordedAsAdopted(ctx context.Context, q queryer) ([]string, error) {
	var there bool
	if err := q.QueryRow(ctx, adoptedTableThere).Scan(&there); err != nil || !there {
		return nil, translate(err)
	}
	rows, err := q.Query(ctx, adoptedList)
	if err != nil {
		return nil, fmt.Errorf("read which tables were adopted: %w", translate(err))
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("read which tables were adopted: %w", translate(err))
	}
	return names, nil
}

// refuseMisfits returns an error that names every table and column that does not fit, or nil if all fit.
func refuseMisfits(tables []AdoptedTable) error {
	var all []string
	for _, t := range tables {
		for _, p := range t.Problems {
			all = append(all, fmt.Sprintf("table %s: %s", t.Relation, p))
		}
	}
	if len(all) == 0 {
		return nil
	}
	return &Error{Kind: ForeignData, Sentence: fmt.Sprintf(
		"the database holds tables that macrowatch did not make and can't use; nothing was changed: %s. "+
			"Change them, or give macrowatch a schema of its own, the only one in its login's search_path",
		strings.Join(all, "; "))}
}

// adopt records as adopted those tables that a migration would make and that another tool made before. It
// returns the names of all adopted tables.
func adopt(ctx context.Context, tx pgx.Tx, m migration, found []AdoptedTable) ([]string, error) {
	var names []string
	for _, t := range found {
		names = append(names, t.Name)
		if !slices.Contains(m.tablesMade(), t.Name) {
			continue
		}
		for _, step := range []struct {
			sql  string
			args []any
		}{{adoptedTable, nil}, {adoptedRecord, []any{t.Name}}} {
			if _, err := tx.Exec(ctx, step.sql, step.args...); err != nil {
				return nil, fmt.Errorf("record that table %s is adopted: %w", t.Name, translate(err))
			}
		}
	}
	return names, nil
}
