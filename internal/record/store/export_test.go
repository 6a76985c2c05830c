package store

import (
	"context"
	"net"

	"github.com/jackc/pgx/v5/pgxpool"
)

// WhereaboutsAt returns the whereabouts of a database of a name at an address.
func WhereaboutsAt(address net.Addr, database string) Whereabouts {
	return Whereabouts{Address: address, database: database}
}

// RegisteredTable is what the tests need to know of a line of tables.
type RegisteredTable struct {
	Name      string
	Key       []string
	Columns   []string // in the order in which rows are written, without stored_at
	Holds     string   // "record", "market", "notes", "plan", "summaries", "migrators" or "secrets"
	Adoptable bool
}

// RegisteredTables returns the lines of tables.
func RegisteredTables() []RegisteredTable {
	var all []RegisteredTable
	for _, t := range tables() {
		r := RegisteredTable{Name: t.name, Adoptable: t.adoptable, Holds: [...]string{"record", "market", "notes", "plan", "summaries", "migrators", "secrets"}[t.holds]}
		for i, c := range t.columns {
			r.Columns = append(r.Columns, c.name)
			if i < t.keys {
				r.Key = append(r.Key, c.name)
			}
		}
		all = append(all, r)
	}
	return all
}

// Inspect compares a registered table of the database with its line of tables, as if another tool had made it.
func Inspect(ctx context.Context, pool *pgxpool.Pool, name string) (found AdoptedTable, columns []string, err error) {
	for _, t := range tables() {
		if t.name != name {
			continue
		}
		for _, c := range t.allColumns() {
			columns = append(columns, c.name)
		}
		found, _, err = inspect(ctx, pool, t.relation)
	}
	return found, columns, err
}

// NewestRowStatements returns the statement that asks for the newest row of each table, "" for a table without times.
func NewestRowStatements() map[string]string {
	all := map[string]string{}
	for _, t := range tables() {
		if statement := newestRow(t); statement != "" {
			all[t.name] = statement
		}
	}
	return all
}

// EndOfLog is endOfLog, for tests.
func EndOfLog(next, flushed LogPlace) LogPlace { return endOfLog(next, flushed) }
