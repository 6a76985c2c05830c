package store

import (
	"fmt"
	"slices"
	"strings"
)

// stageName is the temporary table that rows are copied into first. It is the transaction's own.
const stageName = "macrowatch_stage"

// bulkSQL is what bulkWrite sends for one table.
type bulkSQL struct {
	key          []string
	stageColumns []string
	createStage  string
	// anyDuplicates says whether a key is in the stage twice.
	anyDuplicates string
	// contradictions gives the first $1 pairs of lines of one key that differ: the first line, the
	// other, the key, and how many pairs there are in all.
	contradictions string
	// dropDuplicates leaves the winner of each key.
	dropDuplicates string
	// write moves the stage into the table and gives the keys inserted, updated and staged. Rows
	// that are stored alike already are left out first: ON CONFLICT would lock each of them.
	write string
}

func bulkStatements(table string, columns []bulkColumn, key []string, rank, replaces string) bulkSQL {
	var names, types, values, assign []string
	for _, c := range columns {
		names = append(names, c.name)
		types = append(types, c.name+" "+c.sqlType)
		if !slices.Contains(key, c.name) {
			values = append(values, c.name)
			assign = append(assign, c.name+" = excluded."+c.name)
		}
	}
	if rank == "" {
		rank = "false"
	}
	if replaces == "" {
		replaces = "true"
	}
	fill := strings.NewReplacer(
		"{table}", table, "{stage}", "pg_temp."+stageName,
		"{names}", strings.Join(names, ", "), "{types}", strings.Join(types, ", "), "{assign}", strings.Join(assign, ", "),
		"{key}", strings.Join(key, ", "), "{rank}", rank, "{replaces}", replaces,
		"{key text}", strings.Join(key, "::text, ")+"::text",
		"{same key}", pairs("s", "o", key),
		"{s values}", row("s", values), "{o values}", row("o", values),
		"{t values}", row("t", values), "{excluded values}", row("excluded", values),
	)
	return bulkSQL{
		key:           key,
		stageColumns:  append(names[:len(names):len(names)], "line"),
		createStage:   fill.Replace(`CREATE TEMP TABLE ` + stageName + ` ({types}, line bigint NOT NULL) ON COMMIT DROP`),
		anyDuplicates: fill.Replace(`SELECT EXISTS (SELECT FROM {stage} GROUP BY {key} HAVING count(*) > 1)`),
		contradictions: fill.Replace(`WITH ranked AS (
    SELECT *, {rank} AS rank FROM {stage} WHERE ({key}) IN (SELECT {key} FROM {stage} GROUP BY {key} HAVING count(*) > 1)
),
firsts AS (
    SELECT DISTINCT ON ({key}, rank) * FROM ranked ORDER BY {key}, rank, line
),
differing AS (
    SELECT o.line AS first, min(s.line) AS second
    FROM firsts o JOIN ranked s ON {same key} AND s.rank = o.rank AND {s values} IS DISTINCT FROM {o values}
    GROUP BY o.line
)
SELECT d.first, d.second, (SELECT ARRAY[{key text}] FROM {stage} WHERE line = d.first LIMIT 1), count(*) OVER ()
FROM differing d ORDER BY d.second LIMIT $1`),
		dropDuplicates: fill.Replace(`DELETE FROM {stage} d USING (
    SELECT line, row_number() OVER (PARTITION BY {key} ORDER BY {rank}, line) AS place FROM {stage}
) p WHERE d.line = p.line AND p.place > 1`),
		write: fill.Replace(`WITH written AS (
    INSERT INTO {table} AS t ({names})
    SELECT {names} FROM {stage} s
    WHERE NOT EXISTS (SELECT FROM {table} o WHERE {same key} AND {o values} IS NOT DISTINCT FROM {s values})
    ON CONFLICT ({key}) DO UPDATE SET {assign}
    WHERE {replaces} AND {t values} IS DISTINCT FROM {excluded values}
    RETURNING t.xmax = 0 AS inserted
)
SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted), (SELECT count(*) FROM {stage}) FROM written`),
	}
}

// row makes ROW(t.a, t.b).
func row(alias string, columns []string) string {
	return "ROW(" + alias + "." + strings.Join(columns, ", "+alias+".") + ")"
}

// pairs makes s.a = o.a AND s.b = o.b.
func pairs(one, other string, columns []string) string {
	var all []string
	for _, c := range columns {
		all = append(all, fmt.Sprintf("%s.%s = %s.%s", one, c, other, c))
	}
	return strings.Join(all, " AND ")
}
