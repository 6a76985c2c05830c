package redact

import (
	"strings"
)

const (
	colour = `(?:\x1b\[[0-9;]*m)*`
	quote  = "\\\\*[\"'`]"
)

var (
	// assignment matches the name of a secret (the first group) and what is between it and its value (the second), in
	// name = value, "name": "value", name => value, name -> value, | name | value |, --name value and Key (name)=(value).
	assignment = newPattern(`(?i)([\pL\w.\-]*` + secretWord + `[0-9]*)` +
		`((?:` + quote + `)?\]?\)?` + colour + `[ \t]*(?::=|[=-]>|[→⇒↦]|={1,3}|:|[|│])[ \t]*` + colour + `|[ \t]+)`)
	// queryParameter matches parameters whose names mean a secret only in the query of a URL.
	queryParameter = newPattern(`(?i)[?&;](?:key|auth|sig|signature|hmac|code|session(?:id)?|sid|userid|registrationkey)=([^\s&#"'<>` + "`" + `]{8,})`)
	encodedPair    = newPattern(`(?i)` + secretWord + `%3d([^\s&#"'<>]+?)(?:%26|[\s&#"'<>]|$)`)
	openingQuote   = newPattern("^(?:[bBuUrRfF]{0,2}|\\$)(\\\\*)([\"'`])")
)

// assignments finds the values of settings whose names say that they are secret.
func assignments(text string) []span {
	var found []span
	done := 0 // where the last value ends: the text of a value is not searched for further names
	for _, m := range assignment().FindAllStringSubmatchIndex(text, -1) {
		if m[2] < done {
			continue
		}
		name, between := text[m[2]:m[3]], text[m[4]:m[5]]
		rest := text[m[5]:]
		if opening := openingQuote().FindString(rest); !announcesSecret(text[:m[2]], name, between, rest) || fromElsewhere(rest[len(opening):]) {
			continue
		}
		ends := "" // of a word
		switch {
		case m[2] > 0 && (text[m[2]-1] == '?' || text[m[2]-1] == '&'):
			ends = "&#"
		case strings.ContainsAny(between, "\"'`"): // a number in JSON
			ends = ",}]"
		case strings.ContainsAny(between, "|│"): // a table's cell
			ends = "|│"
		}
		if s, ok := value(text, m[5], ends); ok {
			found = append(found, s)
			done = s.end
		}
	}
	if strings.ContainsAny(text, "?&;") {
		found = append(found, groups(queryParameter, text)...)
	}
	if strings.Contains(text, "%3") {
		found = append(found, groups(encodedPair, text)...)
	}
	return found
}

// announcesSecret reports whether the name of a setting announces a secret, given the text before the name, the text
// between the name and the value, and the text from the value on.
func announcesSecret(before, name, between, value string) bool {
	if !standsAlone(name) {
		return false
	}
	flag := strings.HasPrefix(name, "-")
	if strings.Trim(between, " \t") == "" {
		column := (strings.Contains(between, "\t") || len(between) > 1) && looksSecret(firstWord(boundedWord(value)))
		return column || flag && !strings.HasPrefix(value, "-") && !proseWord().MatchString(value)
	}
	if strings.ContainsAny(between, "|│") {
		return inTable(before) && value != "" && !strings.HasPrefix(value, "-") && looksSecret(firstWord(boundedWord(value)))
	}
	if noSecret().MatchString(value) {
		return false
	}
	bare := strings.ToLower(strings.TrimLeft(name, "-."))
	said := strings.HasSuffix(between, ": ")
	prose := said && plainWord().MatchString(value)
	if said && (statusWord().MatchString(value) || sentence().MatchString(value)) {
		return false
	}
	switch {
	case name == "PWD" || name == "OLDPWD": // the shell's directory
		return !strings.HasPrefix(value, "/")
	case bareKey().MatchString(bare) && !flag:
		return strings.ContainsAny(value[:min(len(value), 2)], "\"'`") || looksSecret(firstWord(boundedWord(value))) || shortWord().MatchString(bare) && codeNumber().MatchString(value)
	case bare == "pass":
		return !prose && !wholeNumber().MatchString(value)
	case strings.HasSuffix(bare, "pass") && !flag: // db_pass and dbPass, not bypass
		prefix := name[:len(name)-len("pass")]
		return strings.HasSuffix(name, "Pass") || strings.HasSuffix(name, "PASS") || strings.TrimRight(prefix, "_.-") != prefix
	case bare == "token": // unexpected token: identifier
		return !prose && !wholeNumber().MatchString(value)
	case strings.HasSuffix(bare, "tokens"):
		return !anyNumber().MatchString(value)
	case counted().MatchString(bare) && !strings.HasSuffix(bare, "pass"): // page_token=2
		return !wholeNumber().MatchString(value)
	}
	return true
}

// inTable reports whether a name is in a cell of a table. This is so if, by the text before it, the cell begins the row or
// follows another cell.
func inTable(before string) bool {
	before = strings.TrimRight(before[max(0, len(before)-longestCode):], " \t*_`")
	return before == "" || strings.HasSuffix(before, "|") || strings.HasSuffix(before, "│")
}

// boundedWord returns the beginning of a text: at most as much as a word of a sentence may have.
func boundedWord(text string) string { return text[:min(len(text), longestReal)] }

// value returns the value that begins at from. That is the text between quotes, or a list in brackets, or a word. A word
// ends at a blank or at one of the characters of ends.
func value(text string, from int, ends string) (span, bool) {
	line := text[from:]
	if m := openingQuote().FindStringSubmatchIndex(line); m != nil {
		end := closing(line[m[1]:], line[m[2]:m[3]], line[m[4]])
		return span{from + m[1], from + m[1] + end}, end > 0
	}
	if strings.HasPrefix(line, "(") || strings.HasPrefix(line, "[") {
		end := closingBracket(line)
		return span{from + 1, from + end}, end > 1
	}
	end := wordEnd(line, ends)
	return span{from, from + end}, end > 0 && line[0] != '{'
}

// closingBracket returns where a list ends. Brackets within quotes do not end it.
func closingBracket(line string) int {
	open := byte(0) // the quote that is open
	for i := 1; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\':
			i++
		case open != 0:
			if c == open {
				open = 0
			}
		case c == '"' || c == '\'':
			open = c
		case c == ')' || c == ']':
			return i
		}
	}
	return len(line)
}

// closing returns where the text of a quoted value ends. Without a closing quote that is the end of the line.
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
			i++ // two quotes are one in SQL
		case line[i] == mark:
			return i
		}
	}
	return len(line)
}

// wordEnd returns where a value without quotes ends: at a blank, or at a quote that was opened before the name. Other marks
// may be part of a password.
func wordEnd(line, ends string) int {
	for i, c := range line {
		switch {
		case isSpace(c) && c != '\x1b', c == '<' && closesElement(line[i:]), strings.ContainsRune(ends, c):
			return i
		case c == '"' || c == '\'' || c == '`':
			if rest := line[i+1:]; rest == "" || strings.ContainsAny(rest[:1], " \t,;:)}]>") {
				return i
			}
		}
	}
	return len(line)
}

// closesElement reports whether < begins a tag. If it does not, it may be part of a password.
func closesElement(rest string) bool {
	return len(rest) == 1 || strings.HasPrefix(rest, "</") || strings.HasPrefix(rest, "<br")
}
