package store

import (
	"fmt"
	"strings"
)

// stageName and trailName are the temporary tables of bulkImport. They belong to the transaction.
const (
	stageName = "macrowatch_stage"
	trailName = "macrowatch_trail"
)

// stageSettings prepare the transaction for work on a stage of many rows. Sorts and hash tables of a million keys then fit
// into memory. The planner needs no better statistics of the stage than a tenth of the usual ones, and compiling a
// statement takes longer than running it.
const stageSettings = `SELECT set_config('jit', 'off', true), set_config('default_statistics_target', '10', true),
    set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')), 64 * 1024 * 1024) / 1024 || 'kB', true)`

// bulkSQL are the statements for one table.
type bulkSQL struct {
	keyText     string // the key's columns, as a fault names them
	createTrail string
	createStage string
	copyTable   string
	copyTrail   string
	copyStage   string
	// analyse and analyseTrail make the planner count the stage and the trail. Autovacuum does not see
	// temporary tables.
	analyse, analyseTrail string
	// takeBack moves rows that went straight into the table back into the stage, if the stage has a row of
	// the same key or group. It affects as many rows as it moves.
	takeBack string
	// anyDuplicates tells whether the stage has a key twice.
	anyDuplicates string
	// contradictions returns the first $1 pairs of lines that have the same key but differ: the first line,
	// the other line, the key, and how many pairs there are in all.
	contradictions string
	// dropDuplicates leaves the row of each key that wins; see table.rank.
	dropDuplicates string
	// removeOthers deletes rows of the table whose group is in the stage but whose key is not.
	removeOthers string
	// write moves the stage into the table. It returns how many keys it inserted and updated, and how many
	// the stage has. It leaves out rows that are stored with the same values already, because ON CONFLICT
	// would lock each of them.
	write string
}

// bulkStatements returns a table's statements. types are the columns' types if another tool made the table. COPY has its
// binary format if macrowatch made the table.
func bulkStatements[T any](t table[T], types map[string]string) bulkSQL {
	names := quotedNames(t.columns)
	var definitions, assign, key []string
	for i, c := range t.columns {
		definitions = append(definitions, names[i]+" "+orDefault(types[c.name], c.family.types().own))
		if i >= t.keys {
			assign = append(assign, names[i]+" = excluded."+names[i])
		} else {
			key = append(key, c.name)
		}
	}
	stamp, now := "", ""
	if t.stamped { // written here, since the column of another tool's table may have no default
		stamp, now = ", stored_at", ", now()"
		assign = append(assign, "stored_at = excluded.stored_at")
	}
	format := ""
	if types == nil {
		format = " (FORMAT binary)"
	}
	keyNames, values := names[:t.keys], names[t.keys:]
	group := keyNames
	if t.group > 0 {
		group = keyNames[:t.group]
	}
	fill := strings.NewReplacer(
		"{table}", t.name, "{stage}", "pg_temp."+stageName, "{trail}", "pg_temp."+trailName,
		"{names}", strings.Join(names, ", "), "{types}", strings.Join(definitions, ", "), "{assign}", strings.Join(assign, ", "),
		"{format}", format, "{stamp}", stamp, "{now}", now,
		"{t names}", "t."+strings.Join(names, ", t."),
		"{key}", strings.Join(keyNames, ", "), "{key types}", strings.Join(definitions[:t.keys], ", "),
		"{group}", strings.Join(group, ", "), "{t group}", "t."+strings.Join(group, ", t."),
		"{rank}", orDefault(t.rank, "false"), "{replaces}", orDefault(t.replaces, "true"),
		"{key text}", strings.Join(keyNames, "::text, ")+"::text",
		"{same key}", equalColumnsSQL("s", "o", keyNames), "{t same key}", equalColumnsSQL("t", "o", keyNames),
		"{t same key as s}", equalColumnsSQL("t", "s", keyNames),
		"{row}", "ROW("+strings.Join(values, ", ")+")", "{s values}", rowSQL("s", values), "{o values}", rowSQL("o", values),
		"{t values}", rowSQL("t", values), "{excluded values}", rowSQL("excluded", values),
	)
	return bulkSQL{
		keyText:      strings.Join(key, ", "),
		createTrail:  fill.Replace(`CREATE TEMP TABLE ` + trailName + ` ({key types}, line bigint NOT NULL) ON COMMIT DROP`),
		createStage:  fill.Replace(`CREATE TEMP TABLE ` + stageName + ` ({types}, line bigint NOT NULL) ON COMMIT DROP`),
		copyTable:    fill.Replace(`COPY {table} ({names}) FROM STDIN{format}`),
		copyTrail:    fill.Replace(`COPY {trail} FROM STDIN{format}`),
		copyStage:    fill.Replace(`COPY {stage} FROM STDIN{format}`),
		analyse:      fill.Replace(`ANALYZE {stage}`),
		analyseTrail: fill.Replace(`ANALYZE {trail}`),
		// MATERIALIZED, because the planner would otherwise expect one row from a join of all three tables. The
		// join would then take a time that grows with the square of the rows.
		takeBack: fill.Replace(`WITH again AS MATERIALIZED (
    SELECT * FROM {trail} WHERE ({group}) IN (SELECT {group} FROM {stage})
),
taken AS (
    DELETE FROM {table} t USING again o WHERE {t same key} RETURNING {t names}, o.line
)
INSERT INTO {stage} SELECT * FROM taken`),
		anyDuplicates: fill.Replace(`SELECT EXISTS (SELECT FROM {stage} GROUP BY {key} HAVING count(*) > 1)`),
		// One sort and no join, because the planner knows too little of rows just loaded to choose a join well.
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
