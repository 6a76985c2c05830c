package redact

import (
	"strings"
)

var (
	authorization = newPattern(`(?i)authorization(?:` + quote + `)?` + colour + `[ \t]*(?::|=>?)[ \t]*` + colour + `\[?(?:[bBfFrRuU]{0,2}` + quote + `)?`)
	// authScheme matches the scheme, such as Bearer, which is no secret. After a scheme that manyPartAuth matches, the
	// secret reaches to the end of the line.
	authScheme   = newPattern(`^([A-Za-z][\w-]*)[ \t]+`)
	manyPartAuth = newPattern(`(?i)^(?:digest|oauth|aws4-hmac-sha256|hawk|signature|mac|scram-\S+)[ \t]`)
	cookie       = newPattern(`(?i)\b(?:set-)?cookie(?:` + quote + `)?[ \t]*:[ \t]*(?:` + quote + `)?([^\r\n"'` + "`" + `]+)`)
	bearer       = newPattern(`(?i)\b(?:bearer|basic)[ \t]+([A-Za-z0-9._~+/=:-]{6,})`)
)

// headers finds the secrets that HTTP headers carry.
func headers(text string) []span {
	var found []span
	done := 0
	for _, m := range authorization().FindAllStringIndex(text, -1) {
		if m[0] < done {
			continue
		}
		line := text[m[1]:]
		if statusWord().MatchString(line) {
			continue
		}
		if !manyPartAuth().MatchString(line) {
			if end := strings.IndexAny(line, "\"'`\\"); end >= 0 {
				line = line[:end]
			}
		}
		from := 0
		if scheme := authScheme().FindStringIndex(line); scheme != nil && strings.TrimSpace(line[scheme[1]:]) != "" {
			from = scheme[1]
		}
		secret := strings.TrimRight(line[from:], " \t")
		if done = m[1] + len(line); secret != "" && !placeholder().MatchString(secret) {
			found = append(found, span{m[1] + from, m[1] + from + len(secret)})
		}
	}
	for _, s := range groups(bearer, text) {
		if looksRandom(text[s.from:s.end]) {
			found = append(found, s)
		}
	}
	for _, s := range groups(cookie, text) {
		if !statusWord().MatchString(text[s.from:s.end]) {
			found = append(found, s)
		}
	}
	return found
}

// looksRandom tells a token from a word of a sentence. A token has a digit, a capital letter after a small one, or a mark
// that no word has.
func looksRandom(word string) bool {
	word = strings.TrimRight(word, ".:")
	small := false
	for _, c := range word {
		switch {
		case c >= '0' && c <= '9', c == '+', c == '~', c == '_', c == '/':
			return true
		case c >= 'a' && c <= 'z':
			small = true
		case c >= 'A' && c <= 'Z' && small:
			return true
		}
	}
	return false
}
