package dashboard

import (
	"fmt"
	"strings"

	"macrowatch/internal/desk"
)

// record names a column with the times of the records of one table.
type record struct{ table, time string }

// beginningOf returns a statement that returns the time of the first record of some tables, null if they have none.
// It reads one row of each table, at the beginning of an index.
func beginningOf(records ...record) string {
	firsts := make([]string, len(records))
	for i, r := range records {
		firsts[i] = fmt.Sprintf("(SELECT min(r.%s) FROM %s r)", r.time, desk.UsableRows(r.table))
	}
	return "SELECT least(" + strings.Join(firsts, ", ") + ") AS beginning"
}
