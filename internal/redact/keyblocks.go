package redact

import (
	"strings"
)

var (
	keyBegin = newPattern(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----`)
	keyEnd   = newPattern(`-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----`)
	// keyLines matches the lines of a key, whose ends may be written as \n or \r.
	keyLines = newPattern(`[A-Za-z0-9+/=](?:[A-Za-z0-9+/=]|\\[nr]|\s)*$`)
)

// keyBlocks finds private keys in PEM form. It also finds the beginning of a key whose end is not in the text, and the end
// of a key whose beginning is not.
func keyBlocks(text string) []span {
	var found []span
	if !strings.Contains(text, "PRIVATE KEY") {
		return nil
	}
	done := 0
	for _, begin := range keyBegin().FindAllStringIndex(text, -1) {
		if begin[0] < done {
			continue
		}
		done = len(text)
		if end := keyEnd().FindStringIndex(text[begin[1]:]); end != nil {
			done = begin[1] + end[1]
		}
		found = append(found, span{begin[0], done})
	}
	if end := keyEnd().FindStringIndex(text); end != nil && (len(found) == 0 || end[0] < found[0].from) {
		from := end[0]
		if lines := keyLines().FindStringIndex(text[:from]); lines != nil {
			from = lines[0]
		}
		found = append(found, span{from, end[1]})
	}
	return found
}
