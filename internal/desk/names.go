package desk

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName is how many characters a name may have. A longer one fits neither a dashboard nor an index.
const longestName = 200

// ValidateStep returns what is wrong with the name of a pipeline step in one sentence, or nil.
func ValidateStep(name string) error { return validateName("step_name", name) }

// validateName checks a name by the rules of NameProblem. The name must not be empty.
func validateName(column, name string) error {
	if name == "" {
		return &Fault{column, "is empty"}
	}
	if problem := NameProblem(name); problem != "" {
		return &Fault{column, problem}
	}
	return nil
}

// validateNames checks several names. The arguments alternate: the name of a column, then the name in it.
func validateNames(columnsAndNames ...string) error {
	for n := 0; n < len(columnsAndNames); n += 2 {
		if err := validateName(columnsAndNames[n], columnsAndNames[n+1]); err != nil {
			return err
		}
	}
	return nil
}

// NameProblem says what is wrong with a name of any kind (of a step, run, strategy, instrument, scenario
// or limit), such as "is longer than 200 characters". It returns "" where nothing is wrong. Two names that
// look the same must be the same, so a name has no characters that cannot be seen, that change the direction
// of the text, or that stand for something that could not be read.
func NameProblem(name string) string {
	if isPlainName(name) {
		return ""
	}
	switch {
	case !utf8.ValidString(name):
		return "is not valid UTF-8"
	case utf8.RuneCountInString(name) > longestName:
		return fmt.Sprintf("is longer than %d characters", longestName)
	case strings.TrimSpace(name) != name:
		return "begins or ends with white space"
	}
	afterLetter := false
	for _, r := range name {
		if problem := runeProblem(r); problem != "" {
			return problem
		}
		if unicode.Is(unicode.M, r) && !afterLetter {
			return fmt.Sprintf("holds %U, an accent without a letter before it", r)
		}
		afterLetter = r != ' '
	}
	return ""
}

// isPlainName reports whether a name has nothing but visible characters of ASCII and spaces between them. Nearly every name
// is like that, and a file may have millions.
func isPlainName(name string) bool {
	if len(name) > longestName || strings.HasPrefix(name, " ") || strings.HasSuffix(name, " ") {
		return false
	}
	for i := range len(name) {
		if name[i] < ' ' || name[i] > '~' {
			return false
		}
	}
	return true
}

// runeProblem says why a character can't be part of a name, "" where it can.
func runeProblem(r rune) string {
	switch {
	case unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp):
		return "holds a line break or another control character"
	case unicode.Is(unicode.Bidi_Control, r):
		return fmt.Sprintf("holds %U, which changes the direction of the text", r)
	case r == utf8.RuneError:
		return fmt.Sprintf("holds %U, which stands for a character that could not be read, such as an unpaired surrogate", r)
	case isBlank(r):
		return fmt.Sprintf("holds %U, which cannot be seen or looks like a space", r)
	case unicode.In(r, unicode.Co, unicode.Noncharacter_Code_Point):
		return fmt.Sprintf("holds %U, which is no character that others can read", r)
	}
	return ""
}

// brailleBlank has the category of a symbol and shows nothing.
const brailleBlank = '\u2800'

// isBlank reports whether a character other than the ordinary space leaves no mark.
func isBlank(r rune) bool {
	return r == brailleBlank || r != ' ' && unicode.Is(unicode.Zs, r) ||
		unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
