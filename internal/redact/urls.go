package redact

import (
	"strings"
)

var (
	scheme = newPattern(`[A-Za-z][A-Za-z0-9+.-]*://`)
	// portOnly matches a port, and what follows it, in a URL without a user.
	portOnly = newPattern(`^[0-9]{1,5}(?:$|[/?#"'<>` + "`" + `\\),;\]}])`)
	// encodedPassword matches the password in a URL that is percent-encoded within another URL.
	encodedPassword = newPattern(`(?i)%3a%2f%2f[^\s%]*%3a(\S+?)%40`)
	// withoutScheme matches scott:tiger@host:1521, and user:password@tcp(host) of Go's MySQL driver.
	withoutScheme = newPattern(`[\w.%+-]+:([^\s@/]+(?:@[^\s@/]+)*)@(?:[\w.-]+:[0-9]{2,5}\b|(?:tcp|unix|udp)\d?\()`)
)

// urlPasswords finds the passwords in URLs, and in addresses that are written like URLs. People often forget to encode @
// and / in passwords, so a password ends at the last @ of its word.
func urlPasswords(text string) []span {
	var found []span
	if strings.Contains(text, "%3") {
		found = groups(encodedPassword, text)
	}
	if !strings.Contains(text, "@") {
		return found
	}
	var w word
	for _, m := range scheme().FindAllStringIndex(text, -1) {
		if m[1] >= w.end {
			w = wordAt(text, m[1])
		}
		if m[0] < w.done {
			continue
		}
		web := strings.HasPrefix(strings.ToLower(text[m[0]:m[1]]), "http")
		if s, ok := w.userinfo(m[1], web); ok {
			found = append(found, s)
			w.done = s.end
		}
	}
	for _, m := range withoutScheme().FindAllStringSubmatchIndex(text, -1) {
		user, password, host := text[m[0]:m[2]-1], text[m[2]:m[3]], text[m[3]+1:m[1]]
		if !isTimeOrPrice(user, password, host) {
			found = append(found, span{m[2], m[3]})
		}
	}
	return found
}

var (
	digits = newPattern(`^[0-9]+$`)
	price  = newPattern(`^[0-9]+(?:[.,][0-9]+)?$`)
)

// isTimeOrPrice reports whether a text is a time (12:30@desk:8080) or a price (USDBRL:5.41@10:20) and not a
// user and a password.
func isTimeOrPrice(user, password, host string) bool {
	name, _, _ := strings.Cut(host, ":")
	return price().MatchString(password) && (digits().MatchString(user) || digits().MatchString(name) || !digits().MatchString(password))
}

// longestUser is the length of the longest user name. If a URL has a longer user name and no password, the name is a
// token, which some services accept in place of a user.
const longestUser = 19

// word is a part of a text without blanks. It may have many URLs, so it keeps what it has found for the next URL. Otherwise
// the whole word would be read again for each URL.
type word struct {
	text               string // of the line up to the word's end
	end                int
	done               int // where the last secret that was found ends
	lastAt             int // the place of the last @, -1 if there is none
	quoted, lastQuoted int // the places of a quote and of the last @ before it
	quotes, ats, marks cursor
	colons             cursor
}

func wordAt(text string, from int) word {
	end := len(text)
	if blank := strings.IndexFunc(text[from:], isSpace); blank >= 0 {
		end = from + blank
	}
	text = text[:end]
	w := word{text: text, end: end, lastAt: from + strings.LastIndexByte(text[from:], '@')}
	if w.lastAt < from {
		w.lastAt = -1
	}
	w.quotes, w.ats = newCursor(text, "\"'`<>"), newCursor(text, "@")
	w.marks, w.colons = newCursor(text, "/?#\"'"), newCursor(text, ":")
	return w
}

// cursor finds the next of some marks in a text. The places that it is asked for must only go forward.
type cursor struct {
	text, marks string
	at          int
}

func newCursor(text, marks string) cursor { return cursor{text, marks, -1} }

// next returns the place of the first mark from a place on, or the length of the text.
func (c *cursor) next(from int) int {
	if c.at < from {
		c.at = len(c.text)
		if at := strings.IndexAny(c.text[from:], c.marks); at >= 0 {
			c.at = from + at
		}
	}
	return c.at
}

// userinfo returns the secret in the user's part of a URL, which begins at from. In a web address (http), an @ may also be
// part of the path, after a host and its port.
func (w *word) userinfo(from int, web bool) (span, bool) {
	if w.lastAt < from {
		return span{}, false
	}
	at := w.lastAt
	if quoted := w.quotes.next(from); quoted < w.end {
		first := w.ats.next(from)
		at = first // perhaps the password itself holds the quote
		if first < quoted {
			if w.quoted != quoted {
				w.quoted, w.lastQuoted = quoted, first+strings.LastIndexByte(w.text[first:quoted], '@')
			}
			at = w.lastQuoted
		}
	}
	return w.secret(from, at, web)
}

// secret does the same as userinfo, for a user's part that ends at the given @.
func (w *word) secret(from, at int, web bool) (span, bool) {
	colon, path := w.colons.next(from), w.marks.next(from)
	switch {
	case colon < at && colon < path:
		if web && path < at && w.ats.next(from) >= path && portOnly().MatchString(w.text[colon+1:at]) {
			return span{}, false // host:port/path@version
		}
		if colon+1 == at { // a token as the user, and no password
			return span{from, colon}, colon-from > longestUser
		}
		return span{colon + 1, at}, true
	case path >= at && at-from > longestUser:
		return span{from, at}, true
	}
	return span{}, false
}

func isSpace(c rune) bool { return c <= ' ' || c == '\u00a0' || c == '\x7f' }

// groups returns what the first group of a pattern matches.
func groups(pattern pattern, text string) []span {
	var found []span
	for _, m := range pattern().FindAllStringSubmatchIndex(text, -1) {
		if m[2] >= 0 && m[2] < m[3] {
			found = append(found, span{m[2], m[3]})
		}
	}
	return found
}
