package redact

import (
	"strings"
)

const (
	quoted   = `(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')`
	inQuotes = `(?:[bBuUrRfF]{0,2})(?:"((?:[^"\\\n]|\\.)+)"|'((?:[^'\\\n]|\\.)+)')`
	// secretName matches the beginning of a name that secretWord ends.
	secretName = `[\w.\- ]*`
)

// loginPatterns match a user and a password that are a pair: auth=('desk', 'x'), HTTPBasicAuth('desk', 'x').
var loginPatterns = []pattern{
	newPattern(`(?i)auth\w*["']?[ \t]*(?:[=:][ \t]*)?[(\[][ \t]*(?:\w+[ \t]*=[ \t]*)?(?:[a-z]?` + quoted + `|[\w.]+)[ \t]*,[ \t]*(?:\w+[ \t]*=[ \t]*)?` + inQuotes),
	// Docker's configuration has base64 of user:password.
	newPattern(`(?i)["']auth\\?["'][ \t]*:[ \t]*\\?["']([A-Za-z0-9+/=_-]{6,})`),
}

func logins(line string) []span { return matchedGroups(loginPatterns, line) }

var (
	// named matches a field whose value is the name of a secret, as in {"name": "password", "value": "x"}.
	named = newPattern(`(?i)(?:\b(?:name|key|field|param|parameter|header|variable|option|property|setting|label|nome|nombre|nom)\\?["']?[ \t]*[:=>][ \t]*\\?["']?|<(?:\w+:)?(?:name|key)>\s*)` +
		`(` + secretName + secretWord + `|[\w.\-]*authorization)(?:\\?["']|\s*</(?:\w+:)?(?:name|key)>|[ \t]*(?:$|[\r\n,;}]))`)
	// thenValue matches the text between the name and its value. There may be a few other fields in it.
	thenValue = newPattern(`(?i)^[^{}<>\[\]]{0,80}?\b(?:value|val|default|content|valor|valeur|wert)\\?["']?[ \t]*[:=][ \t]*|^\s*<(?:\w+:)?value>`)
	// valueThenName matches the value before the name.
	valueThenName = newPattern(`(?i)\b(?:value|val)\\?["']?[ \t]*[:=][ \t]*\\?` + inQuotes + `[\s,]*\\?["']?(?:name|key)\\?["']?[ \t]*[:=][ \t]*\\?["'](?:` + secretName + secretWord + `)\\?["']`)
	// tuple matches ('password', 'x') and ["password", "x"], also in the arguments of a call.
	tuple = newPattern(`(?i)\\?["'](` + secretName + secretWord + `)\\?["'][ \t]*,\s*` + inQuotes)
	// element matches <password>x</password>, whose text may have lines of its own.
	element = newPattern(`(?i)<[\w:.\-]*` + secretWord + `(?:\s[^<>]*)?>\s*([^<\s](?:[^<]*[^<\s])?)`)
	// elementValue matches <apiKey value="x"/>.
	elementValue = newPattern(`(?i)<[\w:.\-]*` + secretWord + `\s[^<>]*?\bvalue[ \t]*=[ \t]*` + inQuotes)
)

// pairs finds values whose names are in a field of their own. Name and value may be on different lines.
func pairs(text string) []span {
	if !holdsAny(strings.ToLower(text), nameWords) {
		return nil
	}
	var found []span
	for _, m := range named().FindAllStringSubmatchIndex(text, -1) {
		if !standsAlone(text[m[2]:m[3]]) {
			continue
		}
		rest := text[m[1]:min(len(text), m[1]+200)]
		if v := thenValue().FindStringIndex(rest); v != nil {
			from := m[1] + v[1]
			line := lineAt(text, from)
			opening := openingQuote().FindString(line)
			if s, ok := value(line, 0, ",}<"); ok && !fromElsewhere(line[len(opening):]) {
				found = append(found, span{from + s.from, from + s.end})
			}
		}
	}
	if strings.ContainsAny(text, `"'`) && strings.Contains(text, ",") {
		found = append(found, matchedGroups([]pattern{valueThenName}, text)...)
		for _, m := range tuple().FindAllStringSubmatchIndex(text, -1) {
			for group := 4; group < len(m); group += 2 {
				if from, end := m[group], m[group+1]; from < end && standsAlone(text[m[2]:m[3]]) && !isName(text[from:end]) {
					found = append(found, span{from, end})
				}
			}
		}
	}
	if strings.Contains(text, "<") {
		found = append(found, matchedGroups([]pattern{element, elementValue}, text)...)
	}
	return found
}

var onlyName = newPattern(`^[A-Za-z_]+$`)

// isName reports whether a text is a name, as "host" is in the list ["user", "password", "host"], and not a secret.
func isName(text string) bool {
	return len(text) < longestCode && (onlyName().MatchString(text) && (len(text) < 6 || knownField[strings.ToLower(text)] || variableName().MatchString(text)))
}

// knownField has names that stand beside the name of a password in such lists.
var knownField = map[string]bool{
	"username": true, "hostname": true, "dbname": true, "database": true, "schema": true, "server": true, "account": true, "timeout": true,
	"sslmode": true, "region": true, "options": true, "driver": true, "charset": true, "client_id": true, "endpoint": true, "base_url": true,
}

// lineAt returns the text from a place to the end of its line, but no more than the longest value has.
func lineAt(text string, from int) string {
	line := text[from:min(len(text), from+longestReal)]
	if end := strings.IndexAny(line, "\r\n"); end >= 0 {
		line = line[:end]
	}
	return line
}
