package sanitize

import (
	"strings"
	"unicode"
)

// mostMarks is how many accents one letter may have. More of them are drawn over the lines above and below.
const mostMarks = 4

// Text removes from a text the characters that nobody sees and that change how a page reads: control characters other than
// line breaks and tabs, and characters that turn the direction of what follows. It also removes bytes that are not UTF-8.
func Text(text string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
			if marks++; marks > mostMarks {
				return -1
			}
			return r
		}
		marks = 0
		if r == unicode.ReplacementChar || turns(r) || unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// Line does the same as Text for a text that is shown in one line, such as a title. It also removes blanks that have no
// width, so that two titles that look the same are the same. Every other blank becomes a plain one.
func Line(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r == '\u200b' || r == '\u2060' || r == '\ufeff' || r == '\u00ad' || r == '\u180e':
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, Text(text))), " ")
}

// turns reports whether a character turns the direction of the text after it: the embeddings, overrides and isolates.
func turns(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }
