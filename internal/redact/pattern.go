package redact

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first used. The program has all patterns, but few of its processes mask
// anything: to compile them all took a third of the processor time of a start.
type pattern func() *regexp.Regexp

// newPattern returns a pattern for an expression, which must be valid.
func newPattern(expression string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
