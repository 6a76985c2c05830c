package query

// Exported for tests.
var (
	UsualInstant = usualInstant
)

// Forms returns what is remembered of the columns of a statement.
func Forms(r *Runner, sql string) []int16 { return r.forms.get(sql) }
