package dashboard

import (
	"fmt"
	"strings"

	"macrowatch/internal/desk"
)

// classByPrefix writes rules as SQL: an expression for the asset class of the name in a column. Its value is
// the same as the result of desk.Rules in Go.
func classByPrefix(rules []desk.ClassRule, column string) string {
	if len(rules) == 0 {
		return literal(desk.OtherClass)
	}
	var s strings.Builder
	s.WriteString("CASE")
	for _, rule := range rules {
		var fits []string
		for _, prefix := range rule.Prefixes {
			fits = append(fits, column+"::text LIKE "+beginsWith(prefix))
		}
		fmt.Fprintf(&s, "\n    WHEN %s THEN %s", strings.Join(fits, " OR "), literal(rule.Class))
	}
	fmt.Fprintf(&s, "\n    ELSE %s\n  END", literal(desk.OtherClass))
	return s.String()
}

// classRank writes as SQL the place of the class in a column: the desk's classes in their order, then
// classes that only the table instruments names, then Other.
func classRank(classes []string, column string) string {
	return fmt.Sprintf("coalesce(array_position(ARRAY[%s], %s), CASE %[2]s WHEN %[3]s THEN %[4]d ELSE %[5]d END)",
		literals(classes), column, literal(desk.OtherClass), len(classes)+2, len(classes)+1)
}

// beginsWith is the pattern of LIKE for texts that begin with a prefix.
func beginsWith(prefix string) string {
	return literal(strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(prefix) + "%")
}
