package query

// Exported for tests.
var (
	UsualInstant = usualInstant
)
