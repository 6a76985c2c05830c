package dialect

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first used: every process of the program has these expressions, but
// only import uses them.
type pattern func() *regexp.Regexp

// newPattern returns a pattern for an expression, which must be valid.
func newPattern(expression string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
