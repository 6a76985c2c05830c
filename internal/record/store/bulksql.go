package store

import (
	"fmt"
	"strings"
)

// stageName is the temporary table that rows are copied into from the first conflict on, and
// trailName that of the keys of rows that went straight into their table before it. Both are the
// transaction's own.
const (
	stageName = "macrowatch_stage"
	trailName = "macrowatch_trail"
)

// bulkSQL is what is sent for one table.
type bulkSQL struct {
	keyText     string // the key's columns, as a fault names them
	createTrail string
	createStage string
	copyTable   string
	copyTrail   string
	copyStage   string
	// analyse and analyseTrail tell the planner about the two, since nobody else looks at temporary
	// tables.
	analyse, analyseTrail string
	// takeBack moves the rows that were written straight, and whose key or group is in the stage
	// too, back out of the table into the stage. It affects as many rows as it moves.
	takeBack string
	// anyDuplicates says whether a key is in the stage twice.
	anyDuplicates string
	// contradictions gives the first $1 pairs of lines of one key that differ: the first line, the
	// other, the key, and how many pairs there are in all.
	contradictions string
	// dropDuplicates leaves the winner of each key.
	dropDuplicates string
	// removeOthers deletes what the table has of the stage's groups and the stage has not.
	removeOthers string
	// write moves the stage into the table and gives the keys inserted, updated and staged. Rows
	// that are stored alike already are left out first: ON CONFLICT would lock each of them.
	write string
}

func bulkStatements[T any](t bulkTable[T]) bulkSQL {
	var names, types, assign []string
	for i, c := range t.columns {
		names = append(names, c.name)
		types = append(types, c.name+" "+c.sqlType)
		if i >= t.keys {
			assign = append(assign, c.name+" = excluded."+c.name)
		}
	}
	stamp, now := "", ""
	if t.stamped { // not left to a default, which another tool's table may lack
		stamp, now = ", stored_at", ", now()"
		assign = append(assign, "stored_at = excluded.stored_at")
	}
	key, values := names[:t.keys], names[t.keys:]
	group := key
	if t.group > 0 {
		group = key[:t.group]
	}
	fill := strings.NewReplacer(
		"{table}", t.name, "{stage}", "pg_temp."+stageName, "{trail}", "pg_temp."+trailName,
		"{names}", strings.Join(names, ", "), "{types}", strings.Join(types, ", "), "{assign}", strings.Join(assign, ", "),
		"{stamp}", stamp, "{now}", now,
		"{t names}", "t."+strings.Join(names, ", t."),
		"{key}", strings.Join(key, ", "), "{key types}", strings.Join(types[:t.keys], ", "),
		"{group}", strings.Join(group, ", "), "{t group}", "t."+strings.Join(group, ", t."),
		"{rank}", orDefault(t.rank, "false"), "{replaces}", orDefault(t.replaces, "true"),
		"{key text}", strings.Join(key, "::text, ")+"::text",
		"{same key}", equalColumnsSQL("s", "o", key), "{t same key}", equalColumnsSQL("t", "o", key), "{t same key as s}", equalColumnsSQL("t", "s", key),
		"{row}", "ROW("+strings.Join(values, ", ")+")", "{s values}", rowSQL("s", values), "{o values}", rowSQL("o", values),
		"{t values}", rowSQL("t", values), "{excluded values}", rowSQL("excluded", values),
	)
	return bulkSQL{
		keyText:      strings.ReplaceAll(strings.Join(key, ", "), `"`, ""),
		createTrail:  fill.Replace(`CREATE TEMP TABLE ` + trailName + ` ({key types}, line bigint NOT NULL) ON COMMIT DROP`),
		createStage:  fill.Replace(`CREATE TEMP TABLE ` + stageName + ` ({types}, line bigint NOT NULL) ON COMMIT DROP`),
		copyTable:    fill.Replace(`COPY {table} ({names}) FROM STDIN`),
		copyTrail:    fill.Replace(`COPY {trail} FROM STDIN`),
		copyStage:    fill.Replace(`COPY {stage} FROM STDIN`),
		analyse:      fill.Replace(`ANALYZE {stage}`),
		analyseTrail: fill.Replace(`ANALYZE {trail}`),
		// Materialized, or a join of all three is planned for one row and takes the square of them.
		takeBack: fill.Replace(`WITH again AS MATERIALIZED (
    SELECT * FROM {trail} WHERE ({group}) IN (SELECT {group} FROM {stage})
),
taken AS (
    DELETE FROM {table} t USING again o WHERE {t same key} RETURNING {t names}, o.line
)
INSERT INTO {stage} SELECT * FROM taken`),
		anyDuplicates: fill.Replace(`SELECT EXISTS (SELECT FROM {stage} GROUP BY {key} HAVING count(*) > 1)`),
		// One sort and no join: of rows just loaded the planner knows too little to choose a join well.
		contradictions: fill.Replace(`WITH compared AS (
    SELECT line, first_value(line) OVER same AS first, {row} IS DISTINCT FROM first_value({row}) OVER same AS differs
    FROM {stage} WINDOW same AS (PARTITION BY {key}, {rank} ORDER BY line)
),
told AS (
    SELECT first, min(line) AS second, count(*) OVER () AS total FROM compared WHERE differs GROUP BY first ORDER BY second LIMIT $1
)
SELECT first, second, (SELECT ARRAY[{key text}] FROM {stage} WHERE line = first), total FROM told ORDER BY second`),
		dropDuplicates: fill.Replace(`DELETE FROM {stage} d USING (
    SELECT line, row_number() OVER (PARTITION BY {key} ORDER BY {rank}, line) AS place FROM {stage}
) p WHERE d.line = p.line AND p.place > 1`),
		removeOthers: fill.Replace(`DELETE FROM {table} t
WHERE ({t group}) IN (SELECT {group} FROM {stage}) AND NOT EXISTS (SELECT FROM {stage} s WHERE {t same key as s})`),
		write: fill.Replace(`WITH written AS (
    INSERT INTO {table} AS t ({names}{stamp})
    SELECT {names}{now} FROM {stage} s
    WHERE NOT EXISTS (SELECT FROM {table} o WHERE {same key} AND {o values} IS NOT DISTINCT FROM {s values})
    ON CONFLICT ({key}) DO UPDATE SET {assign}
    WHERE {replaces} AND {t values} IS DISTINCT FROM {excluded values}
    RETURNING t.xmax = 0 AS inserted
)
SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted), (SELECT count(*) FROM {stage}) FROM written`),
	}
}

// rowSQL makes ROW(t.a, t.b).
func rowSQL(alias string, columns []string) string {
	return "ROW(" + alias + "." + strings.Join(columns, ", "+alias+".") + ")"
}

// equalColumnsSQL makes s.a = o.a AND s.b = o.b.
func equalColumnsSQL(one, other string, columns []string) string {
	var all []string
	for _, c := range columns {
		all = append(all, fmt.Sprintf("%s.%s = %s.%s", one, c, other, c))
	}
	return strings.Join(all, " AND ")
}
