package desk

import (
	"fmt"
	"strings"
)

// ClassSQL writes rules as SQL: an expression for the asset class of the name in a column. Its value is the same as what
// StrategyClass and AssetClass return of a name.
func ClassSQL(rules []ClassRule, column string) string {
	if len(rules) == 0 {
		return quoted(OtherClass)
	}
	var s strings.Builder
	s.WriteString("CASE")
	for _, rule := range rules {
		var fits []string
		for _, prefix := range rule.Prefixes {
			fits = append(fits, column+"::text LIKE "+beginsWith(prefix))
		}
		fmt.Fprintf(&s, "\n    WHEN %s THEN %s", strings.Join(fits, " OR "), quoted(rule.Class))
	}
	fmt.Fprintf(&s, "\n    ELSE %s\n  END", quoted(OtherClass))
	return s.String()
}

// beginsWith is the pattern of LIKE for texts that begin with a prefix.
func beginsWith(prefix string) string {
	return quoted(strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(prefix) + "%")
}

// quoted quotes a text for SQL, with standard_conforming_strings as PostgreSQL has it.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
