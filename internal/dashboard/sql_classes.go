package dashboard

import (
	"fmt"

	"macrowatch/internal/desk"
)

// classRank writes as SQL the place of the class in a column: the desk's classes in their order, then
// classes that only the table instruments names, then Other.
func classRank(classes []string, column string) string {
	return fmt.Sprintf("coalesce(array_position(ARRAY[%s], %s), CASE %[2]s WHEN %[3]s THEN %[4]d ELSE %[5]d END)",
		literals(classes), column, literal(desk.OtherClass), len(classes)+2, len(classes)+1)
}
