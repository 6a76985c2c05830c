package store

import "github.com/jackc/pgx/v5"

// column is a column of a table.
type column struct {
	name   string
	family family
	// labels are the only values that macrowatch writes into the column, if there are only a few. An enum of
	// another tool must know them.
	labels []string
	// neverRead marks a column that macrowatch writes and never reads. A table of another tool without this
	// column can be read, but macrowatch writes nothing into that table.
	neverRead bool
}

// quoted returns the column's name as SQL needs it: timestamp is also the name of a type.
func (c column) quoted() string { return pgx.Identifier{c.name}.Sanitize() }

// quotedNames returns the names of columns as SQL needs them.
func quotedNames(columns []column) []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.quoted())
	}
	return names
}

// family is a group of SQL types. It says which types a column may have in a table that another tool made.
type family int

const (
	textual  family = iota // a name or an identifier
	prose                  // a text for people
	word                   // what desk.Words reads
	number                 // any kind of number
	instant                // a time with its zone: the zone of a time without one would be a guess
	day                    // a date
	bookTime               // the time, or only the day, that risk was computed for
	document               // JSON
)

// familyTypes are the types of a family.
type familyTypes struct {
	own    string   // the type in the tables that macrowatch makes
	taken  []string // the types, as pg_type names them, that a column may have; enums aside
	wanted string   // the same in words, for an error
}

func (f family) types() familyTypes {
	return [...]familyTypes{
		textual: {"text", []string{"text", "varchar", "uuid"}, "text, varchar, uuid or an enum"},
		prose:   {"text", []string{"text", "varchar"}, "text or varchar"},
		word: {"text", []string{"text", "varchar", "bpchar", "bool", "int2", "int4", "int8", "numeric", "float4", "float8"},
			"a text, a number, a boolean or an enum"},
		number:   {"float8", []string{"int2", "int4", "int8", "numeric", "float4", "float8"}, "a number"},
		instant:  {"timestamptz", []string{"timestamptz"}, "timestamp with time zone"},
		day:      {"date", []string{"date"}, "date"},
		bookTime: {"timestamptz", []string{"timestamptz", "date"}, "timestamp with time zone or date"},
		document: {"jsonb", []string{"jsonb"}, "jsonb"},
	}[f]
}
