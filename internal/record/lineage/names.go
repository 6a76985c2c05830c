package lineage

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"macrowatch/internal/desk"
)

// longestName is how many characters a name of the desk may have.
const longestName = 200

// DeskName makes a name that the desk takes of any text. A name that must change gets a digest at its end, so that two
// different texts stay two different names.
func DeskName(text string) string {
	if text != "" && desk.NameProblem(text) == "" {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	mark := "~" + hex.EncodeToString(sum[:4])
	name := strings.TrimSpace(replaced(text, func(r rune) bool { return desk.NameProblem("a"+string(r)+"a") == "" }))
	name = firstRunes(name, longestName-len(mark)) + mark
	if desk.NameProblem(name) != "" {
		name = replaced(name, func(r rune) bool { return r > ' ' && r < utf8.RuneSelf-1 })
	}
	return name
}

// replaced returns a text in which each character that is not good is a question mark.
func replaced(text string, good func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !good(r) {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

// firstRunes returns the beginning of a text.
func firstRunes(text string, most int) string {
	n := 0
	for i := range text {
		if n == most {
			return text[:i]
		}
		n++
	}
	return text
}
