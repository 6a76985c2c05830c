package redact

import (
	"regexp"
	"strings"
)

const (
	// secretWord ends the name of a setting that holds a secret.
	secretWord = `password|passwd|passphrase|passcode|passwort|senha|contrase[nñ]a|pwd|pw|pass|secret|token|credentials?|x-auth|` +
		`(?:api|access|secret|private|auth|account|encryption|signing|subscription|registration|license|master)[_. -]?key|` +
		`_auth|x-amz-signature|x-amz-credential`
	colour = `(?:\x1b\[[0-9;]*m)*`
	quote  = "\\\\*[\"'`]"
)

var (
	// name = value, "name": "value", name => value, --name value, Key (name)=(value): the first group
	// is the name, the second what stands between.
	assignment = regexp.MustCompile(`(?i)([\w.\-]*(?:` + secretWord + `)[0-9]*)` +
		`((?:` + quote + `)?\]?\)?` + colour + `[ \t]*(?::=|=>|={1,3}|:)[ \t]*` + colour + `|[ \t]+)`)
	// Parameters whose names mean a secret only in a URL's query.
	queryParameter = regexp.MustCompile(`(?i)[?&;](?:key|auth|sig|signature|hmac|code|session(?:id)?|sid|userid|registrationkey)=([^\s&#"'<>` + "`" + `]{8,})`)
	encodedPair    = regexp.MustCompile(`(?i)(?:` + secretWord + `)%3d([^\s&#"'<>]+?)(?:%26|[\s&#"'<>]|$)`)
	element        = regexp.MustCompile(`(?i)<[\w:.\-]*(?:` + secretWord + `)(?:\s[^<>]*)?>([^<]+)`)
	openingQuote   = regexp.MustCompile("^(?:[bBuUrRfF]{0,2})(\\\\*)([\"'`])")
	noSecret       = regexp.MustCompile(`(?i)^(?:null|none|nil|true|false|undefined|unset|missing|required|invalid|empty|expired)(?:[\s,;.:)}\]]|$)`)
	plainWord      = regexp.MustCompile(`^(?:[a-z]{1,11}[.,;:!?]?|[^\sA-Za-z0-9]+)(?:\s|$)`)
	wholeNumber    = regexp.MustCompile(`^[0-9]{1,4}(?:[\s,;.)]|$)`)
	// What follows the name of a flag in a sentence about the flag.
	proseWord = regexp.MustCompile(`(?i)^(?:is|was|are|must|may|can|cannot|can't|and|or|not|needs?|requires?|required|has|have|flag|option|to|for|in|on|of|with|without|given|set|if|but|when|value)(?:[\s,;.:)]|$)`)
)

// assignments finds the values of settings whose names say that they are secret.
func assignments(text string) []span {
	var found []span
	for _, m := range assignment.FindAllStringSubmatchIndex(text, -1) {
		name, between := text[m[2]:m[3]], text[m[4]:m[5]]
		ends := "" // of a word
		switch {
		case m[2] > 0 && (text[m[2]-1] == '?' || text[m[2]-1] == '&'):
			ends = "&#"
		case strings.ContainsAny(between, "\"'`"): // a number in JSON
			ends = ",}]"
		}
		if s, ok := value(text, m[5], ends); ok && tells(name, between, text[s.from:]) {
			found = append(found, s)
		}
	}
	if strings.ContainsAny(text, "?&;") {
		found = append(found, groups(queryParameter, text)...)
	}
	if strings.Contains(text, "%3") {
		found = append(found, groups(encodedPair, text)...)
	}
	if strings.Contains(text, "<") {
		found = append(found, groups(element, text)...)
	}
	return found
}

// tells reports whether such a name, and what stands between it and the value, announce a secret.
func tells(name, between, value string) bool {
	flag := strings.HasPrefix(name, "-")
	if strings.Trim(between, " \t") == "" {
		return flag && !strings.HasPrefix(value, "-") && !proseWord.MatchString(value)
	}
	if noSecret.MatchString(value) {
		return false
	}
	bare := strings.ToLower(strings.TrimLeft(name, "-."))
	prose := strings.HasSuffix(between, ": ") && plainWord.MatchString(value)
	switch {
	case name == "PWD" || name == "OLDPWD": // the shell's directory
		return !strings.HasPrefix(value, "/")
	case bare == "pass":
		return !prose && !wholeNumber.MatchString(value)
	case strings.HasSuffix(bare, "pass") && !flag: // db_pass and dbPass, not bypass
		before := name[:len(name)-len("pass")]
		return strings.HasSuffix(name, "Pass") || strings.HasSuffix(name, "PASS") || strings.TrimRight(before, "_.-") != before
	case bare == "token": // unexpected token: identifier
		return !prose
	}
	return true
}

// value gives the value that begins at from: what the quotes hold, or a word, which ends at a blank or
// before one of the characters of ends.
func value(text string, from int, ends string) (span, bool) {
	line := text[from:]
	if end := strings.IndexAny(line, "\r\n"); end >= 0 {
		line = line[:end]
	}
	if m := openingQuote.FindStringSubmatchIndex(line); m != nil {
		end := closing(line[m[1]:], line[m[2]:m[3]], line[m[4]])
		return span{from + m[1], from + m[1] + end}, end > 0
	}
	if strings.HasPrefix(line, "(") || strings.HasPrefix(line, "[") {
		end := strings.IndexAny(line, ")]")
		if end < 0 {
			end = len(line)
		}
		return span{from + 1, from + end}, end > 1
	}
	end := wordEnd(line, ends)
	return span{from, from + end}, end > 0 && line[0] != '{'
}

// closing gives where the text of a quoted value ends; without a closing quote that is the line's end.
func closing(line, backslashes string, mark byte) int {
	if backslashes != "" { // quotes within quotes, as JSON in JSON has them
		if end := strings.Index(line, backslashes+string(mark)); end >= 0 {
			return end
		}
		return len(line)
	}
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\':
			i++
		case line[i] == mark && i+1 < len(line) && line[i+1] == mark && mark == '\'':
			i++ // SQL's way to write a quote
		case line[i] == mark:
			return i
		}
	}
	return len(line)
}

// wordEnd gives where a value without quotes ends: at a blank, or at a quote that closes one opened
// before the name. Other marks may belong to a password.
func wordEnd(line, ends string) int {
	for i, c := range line {
		switch {
		case isSpace(c) && c != '\x1b', c == '<', strings.ContainsRune(ends, c):
			return i
		case c == '"' || c == '\'' || c == '`':
			if rest := line[i+1:]; rest == "" || strings.ContainsAny(rest[:1], " \t,;:)}]>") {
				return i
			}
		}
	}
	return len(line)
}
