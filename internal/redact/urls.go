package redact

import (
	"regexp"
	"strings"
)

var (
	scheme = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://`)
	// A port and what follows it in a URL without a user.
	portOnly = regexp.MustCompile(`^[0-9]{1,5}(?:$|[/?#"'<>` + "`" + `\\),;\]}])`)
	// A URL that stands percent-encoded in another one.
	encodedPassword = regexp.MustCompile(`(?i)%3a%2f%2f[^\s%]*%3a(\S+?)%40`)
	// scott:tiger@host:1521, and Go's MySQL driver's user:password@tcp(host).
	withoutScheme = regexp.MustCompile(`[\w.%+-]+:([^\s@/]+(?:@[^\s@/]+)*)@(?:[\w.-]+:[0-9]{2,5}\b|(?:tcp|unix|udp)\d?\()`)
)

// urlPasswords finds the passwords of URLs, and of addresses that are written like them. People write
// passwords that hold @ and / unencoded, so a password ends at the last @ of its word.
func urlPasswords(text string) []span {
	var found []span
	for _, m := range scheme.FindAllStringIndex(text, -1) {
		web := strings.HasPrefix(strings.ToLower(text[m[0]:m[1]]), "http")
		if s, ok := userinfo(text, m[1], web); ok {
			found = append(found, s)
		}
	}
	found = append(found, groups(encodedPassword, text)...)
	return append(found, groups(withoutScheme, text)...)
}

// longestUser bounds a user name that is no secret where there is no password: longer ones are the
// tokens that some services take in its place.
const longestUser = 19

// userinfo gives what is secret in the user's part of a URL that follows its scheme at from. On the
// web an @ may stand in the path too, after a host and its port.
func userinfo(text string, from int, web bool) (span, bool) {
	word := text[from:]
	if end := strings.IndexFunc(word, isSpace); end >= 0 {
		word = word[:end]
	}
	quoted := strings.IndexAny(word, "\"'`<>")
	at := strings.LastIndexByte(word, '@')
	if quoted >= 0 && strings.LastIndexByte(word[:quoted], '@') >= 0 {
		at = strings.LastIndexByte(word[:quoted], '@')
	} else if quoted >= 0 { // perhaps the password itself holds the quote
		at = strings.IndexByte(word, '@')
	}
	if at < 0 {
		return span{}, false
	}
	user := word[:at]
	colon := strings.IndexByte(user, ':')
	path := strings.IndexAny(user, "/?#\"'")
	switch {
	case colon >= 0 && (path < 0 || colon < path):
		if web && path >= 0 && !strings.Contains(user[:path], "@") && portOnly.MatchString(user[colon+1:]) {
			return span{}, false // host:port/path@version
		}
		if colon+1 == at { // a token as the user, and no password
			return span{from, from + colon}, colon > longestUser
		}
		return span{from + colon + 1, from + at}, true
	case path < 0 && len(user) > longestUser:
		return span{from, from + at}, true
	}
	return span{}, false
}

func isSpace(c rune) bool { return c <= ' ' || c == '\u00a0' || c == '\x7f' }

// groups gives what the first group of a pattern matches.
func groups(pattern *regexp.Regexp, text string) []span {
	var found []span
	for _, m := range pattern.FindAllStringSubmatchIndex(text, -1) {
		if m[2] >= 0 && m[2] < m[3] {
			found = append(found, span{m[2], m[3]})
		}
	}
	return found
}
