package desk

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName is the most characters of a step's name or a run's ID: more fits neither a dashboard
// nor an index.
const longestName = 200

// ValidateStep says in a sentence what is wrong with the name of a pipeline step, or nothing.
func ValidateStep(name string) error { return validateName("step_name", name) }

func validateName(what, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%s is empty", what)
	case !utf8.ValidString(name):
		return fmt.Errorf("%s is not valid UTF-8", what)
	case utf8.RuneCountInString(name) > longestName:
		return fmt.Errorf("%s is longer than %d characters", what, longestName)
	case strings.TrimSpace(name) != name:
		return errors.New(what + " begins or ends with white space")
	case strings.ContainsFunc(name, unicode.IsControl):
		return errors.New(what + " holds a line break or another control character")
	}
	return nil
}
