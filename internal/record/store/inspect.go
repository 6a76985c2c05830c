package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

const (
	// The name is looked up in the search path, as in every other query.
	inspectRelation = `SELECT c.oid, format('%I.%I', n.nspname, c.relname), c.relkind::text, pg_get_userbyid(c.relowner),
    has_table_privilege(c.oid, 'SELECT'), has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass($1)`

	// A domain counts as its base type. If the type is an enum, the query also returns its labels.
	inspectColumns = `WITH RECURSIVE below AS (
    SELECT a.attnum, a.atttypid AS type FROM pg_attribute a WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT b.attnum, t.typbasetype FROM below b JOIN pg_type t ON t.oid = b.type WHERE t.typtype = 'd'
)
SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), t.typname::text, t.typtype = 'e',
    ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
    a.attgenerated <> '' OR a.attidentity = 'a',
    a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = ''
FROM pg_attribute a JOIN below b ON b.attnum = a.attnum JOIN pg_type t ON t.oid = b.type AND t.typtype <> 'd'
WHERE a.attrelid = $1
ORDER BY a.attnum`

	// The unique keys that ON CONFLICT can use: of plain columns, over all rows, and not deferred.
	inspectKeys = `SELECT ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1]))
FROM pg_index i
WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL`
)

// noRightToWrite is why macrowatch does not write into a table whose form would allow it.
const noRightToWrite = "this login may not INSERT and UPDATE"

// foundColumn is a column of a table that another tool made.
type foundColumn struct {
	name, sqlType, baseType string
	isEnum                  bool
	labels                  []string
	computed                bool // only the server fills it
	mustBeGiven             bool // NOT NULL without a default
}

// inspect compares a table of the database with the table of the same name that macrowatch needs. found reports
// whether the database has such a table.
func inspect(ctx context.Context, q queryer, wanted relation) (t AdoptedTable, found bool, err error) {
	var oid uint32
	var kind string
	var mayRead, mayWrite bool
	t = AdoptedTable{Name: wanted.name, types: map[string]string{}}
	err = q.QueryRow(ctx, inspectRelation, wanted.name).Scan(&oid, &t.Relation, &kind, &t.Owner, &mayRead, &mayWrite)
	if errors.Is(err, pgx.ErrNoRows) {
		return t, false, nil
	}
	if err != nil {
		return t, false, err
	}
	if !strings.Contains("rpfvm", kind) {
		t.Problems = []string{"it is neither a table nor a view"}
		return t, true, nil
	}
	columns, err := inspectedColumns(ctx, q, oid)
	if err != nil {
		return t, false, err
	}
	for _, c := range columns {
		// Only columns of these types need a cast from text. A cast to another type could do harm: a cast to
		// varchar(40) cuts a longer text silently, and without the cast the server refuses the text.
		if c.isEnum || c.baseType == "uuid" {
			t.types[c.name] = c.sqlType
		}
	}
	t.Problems = misfits(wanted, columns)
	if !mayRead {
		t.Problems = append(t.Problems, fmt.Sprintf("it belongs to %s, and this login may not read it: GRANT SELECT ON %s", t.Owner, t.Relation))
	}
	rows, err := q.Query(ctx, inspectKeys, oid)
	if err != nil {
		return t, false, err
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[[]string])
	if err != nil {
		return t, false, err
	}
	t.ReadOnly = whyReadOnly(wanted, kind, columns, keys)
	if t.ReadOnly == "" && !mayWrite {
		t.ReadOnly = noRightToWrite
	}
	return t, true, nil
}

func inspectedColumns(ctx context.Context, q queryer, oid uint32) ([]foundColumn, error) {
	rows, err := q.Query(ctx, inspectColumns, oid)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (foundColumn, error) {
		var c foundColumn
		err := row.Scan(&c.name, &c.sqlType, &c.baseType, &c.isEnum, &c.labels, &c.computed, &c.mustBeGiven)
		return c, err
	})
}

// misfits returns a sentence for each column that is missing or has a wrong type.
func misfits(wanted relation, columns []foundColumn) []string {
	var found []string
	for _, w := range wanted.allColumns() {
		types := w.family.types()
		i := slices.IndexFunc(columns, func(c foundColumn) bool { return c.name == w.name })
		if i < 0 {
			if !w.neverRead {
				found = append(found, fmt.Sprintf("column %s is missing (%s)", w.name, types.wanted))
			}
			continue
		}
		c := columns[i]
		switch {
		case w.family == textual && c.isEnum:
			for _, label := range w.labels {
				if !slices.Contains(c.labels, label) {
					found = append(found, fmt.Sprintf("column %s is the enum %s, which does not know %s", w.name, c.sqlType, label))
				}
			}
		case w.family == word && c.isEnum: // wordsNotTaken looks at its labels
		case slices.Contains(types.taken, c.baseType):
		case c.baseType == "timestamp":
			found = append(found, fmt.Sprintf("column %s is %s, whose zone would have to be guessed: it must be %s", w.name, c.sqlType, types.wanted))
		default:
			found = append(found, fmt.Sprintf("column %s is %s: it must be %s", w.name, c.sqlType, types.wanted))
		}
	}
	return found
}

// whyReadOnly says why macrowatch can't write into a table safely, or returns "" if it can.
func whyReadOnly(wanted relation, kind string, columns []foundColumn, keys [][]string) string {
	switch kind {
	case "v", "m":
		return "it is a view"
	case "f":
		return "it is a foreign table"
	}
	all := wanted.allColumns()
	for _, w := range all {
		if w.neverRead && !slices.ContainsFunc(columns, func(c foundColumn) bool { return c.name == w.name }) {
			return fmt.Sprintf("it lacks the column %s", w.name)
		}
	}
	for _, c := range columns {
		if c.name == "run_date" && c.baseType == "date" {
			return "its column run_date is a date, and macrowatch writes the time of a run"
		}
		known := slices.ContainsFunc(all, func(w column) bool { return w.name == c.name })
		switch {
		case known && c.computed:
			return fmt.Sprintf("the database computes its column %s", c.name)
		case !known && c.mustBeGiven:
			return fmt.Sprintf("its column %s must be filled, and macrowatch knows no value for it", c.name)
		}
	}
	if why := wordsNotTaken(wanted, columns); why != "" {
		return why
	}
	var key []string
	for _, c := range wanted.key() {
		key = append(key, c.name)
	}
	for _, k := range keys {
		if sameColumns(k, key) {
			return ""
		}
	}
	return fmt.Sprintf("it has no unique key on (%s)", strings.Join(key, ", "))
}

// wordsNotTaken says which column does not take the words that macrowatch writes, or returns "" if every column
// takes them.
func wordsNotTaken(wanted relation, columns []foundColumn) string {
	for _, c := range columns {
		i := slices.IndexFunc(wanted.columns, func(w column) bool { return w.name == c.name && w.family == word })
		if i < 0 {
			continue
		}
		own := wanted.columns[i].labels
		if !c.isEnum && !slices.Contains([]string{"text", "varchar", "bpchar"}, c.baseType) {
			return fmt.Sprintf("its column %s is %s, and macrowatch writes %s", c.name, c.sqlType, strings.Join(own, ", "))
		}
		for _, label := range own {
			if c.isEnum && !slices.Contains(c.labels, label) {
				return fmt.Sprintf("its column %s is the enum %s, which does not know %s", c.name, c.sqlType, label)
			}
		}
	}
	return ""
}

func sameColumns(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
