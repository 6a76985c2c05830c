package redact

import (
	"strings"
)

var (
	noSecret = newPattern(`(?i)^(?:null|none|nil|true|false|undefined|unset|missing|required|invalid|empty|expired)(?:[\s,;.:)}\]]|$)`)
	// statusWord matches words with which a sentence says something about a secret: "password: wrong", "api_key: must be …".
	statusWord = newPattern(`(?i)^["']?(?:` +
		`not?|wrong|invalid|incorrect|bad|illegal|disabled|enabled|required|mandatory|optional|missing|must|should|shall|may|can|cannot|can't|could|` +
		`couldn't|do|does|doesn't|did|didn't|is|isn't|was|has|have|had|will|won't|to|for|from|in|on|at|of|by|the|an?|this|that|it|too|only|please|` +
		`unknown|unexpected|unauthorized|unauthorised|unsupported|unavailable|denied|fail(?:s|ed|ure)?|error|expired|revoked|rejected|refused|` +
		`mismatch|malformed|empty|blank|eof|end|ok|yes|off|unset|ignored|redacted|hidden|masked|removed|absent|present|changed|unchanged|updated|` +
		`rotated|accepted|forbidden|exists|found|string|number|integer|identifier|value|length|minimum|maximum|at least|more|less|two|permission|access|` +
		`não|nao|inválid[ao]|invalid[ao]|incorret[ao]|ausente|obrigatóri[ao]|expirad[ao]|errad[ao]|` +
		`incorrect[ao]|obligatori[ao]|falta|requerid[ao]|caducad[ao]|` +
		`requis|manquant|invalide|expiré|refusé|` +
		`falsch|ungültig|fehlt|erforderlich|abgelaufen|nicht` +
		`)(?:[\s,;.:!?)}\]"']|$)`)
	// sentence matches the first two words of a sentence.
	sentence    = newPattern(`^[a-z]{2,14} (?:be|a|an|the|not|to|is|was|are|in|on|of|for|from|with|by|and|or|at|has|have|does|must|failed|found)\b`)
	plainWord   = newPattern(`^(?:[a-z]{1,11}[.,;:!?]?|[A-Z_]{1,20}|[^\sA-Za-z0-9]+)(?:\s|$)`)
	wholeNumber = newPattern(`^[0-9]{1,4}(?:[\s,;.)&}\]]|$)`)
	anyNumber   = newPattern(`^[0-9]+(?:[\s,;.)&}\]]|$)`)
	// proseWord matches words that follow the name of a flag in a sentence about the flag.
	proseWord = newPattern(`(?i)^(?:is|was|are|must|may|can|cannot|can't|and|or|not|needs?|requires?|required|has|have|flag|option|to|for|in|on|of|with|without|given|set|if|but|when|value)(?:[\s,;.:)]|$)`)

	// expression matches code that gets the secret from elsewhere: os.environ["X"], session.fetch_token(url).
	expression = newPattern(`^(?:await )?(?:[A-Za-z_]+|[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)+)[(\[].*[)\]]`)
	// variable matches a name in code: password, self.password, args.db_password.
	variable     = newPattern(`^(?:[A-Za-z_]+\.)*[A-Za-z_]+$`)
	variableName = newPattern(`(?i)(?:[._]|^)(?:` + secretWord + `)$`)
	attribute    = newPattern(`^(?:self|cls|this|args|cfg|config|conf|settings|options|opts|env|params|os|secrets)\.[A-Za-z_.]+$`)
	// placeholder matches a mark that a template has in place of a secret, such as ${PASSWORD}.
	placeholder = newPattern(`^(?:\$?\{[A-Za-z_][\w.]*(?:![rsa])?\}|\$[A-Z_][A-Z_0-9]*|\{\{[^{}]*\}\}|%\([A-Za-z_]\w*\)s|%[sqv]|<[a-z_ -]+>|\$\([^()]*\)|[*xX.•]{3,})[,;)}\]]*$`)
	template    = newPattern(`^\{\{[^{}]*\}\}["',;)}\]\s]`)
	blockMark   = newPattern(`^[|>][+-]?[0-9]?[+-]?[ \t]*$`)

	knownTerm = newPattern(`(?i)^(?:scram-)?(?:sha-?[0-9]{1,3}(?:-[0-9]+)?|md5|base64|base32|utf-?(?:8|16|32)|aes-?[0-9]+(?:-\w+)?|rsa-?[0-9]+|ed25519|oauth2?|latin-?1|rs256|hs256|es256|pbkdf2\w*|bcrypt|argon2\w*|rfc ?-?[0-9]+|http/[0-9.]+|tlsv?[0-9.]+|python[0-9.]+|ipv[46])$`)
	errorCode = newPattern(`^[A-Z]{2,}[-_]?[0-9]{3,5}$`)
	dateTime  = newPattern(`^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}:[0-9]{2}|[0-9.,]+(?:ms|s|m|h|d|%|st|nd|rd|th|bytes?|chars?|kb|mb)?$)`)
)

// looksSecret reports whether a word of a sentence looks like a secret. A secret has at least six characters, letters and
// digits among them.
func looksSecret(word string) bool {
	if len(word) < 6 || len(word) > longestReal || knownTerm().MatchString(word) || errorCode().MatchString(word) || dateTime().MatchString(word) {
		return false
	}
	if word[0] == '/' || word[0] == '-' || strings.Contains(word, "://") || strings.HasSuffix(word, "()") || placeholder().MatchString(word) {
		return false
	}
	if strings.ContainsAny(strings.TrimRight(word, "="), "=<>\"'") { // a setting, or an element of XML
		return false
	}
	letters, digits := false, false
	for _, c := range word {
		letters = letters || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		digits = digits || c >= '0' && c <= '9'
	}
	return letters && digits
}

// longestReal bounds the words that looksSecret examines. A longer word never counts as a secret in a
// sentence.
const longestReal = 4096

// firstWord returns the word that a text begins with, without quotes and punctuation.
func firstWord(text string) string {
	text = strings.TrimLeft(text, "\"'`(")
	if end := strings.IndexFunc(text, func(c rune) bool { return isSpace(c) || strings.ContainsRune("\"'`", c) }); end >= 0 {
		text = text[:end]
	}
	return strings.TrimRight(text, ".,;:!?)]|")
}

// longestCode bounds how much of a text is read to find out whether it is code or a secret.
const longestCode = 256

// fromElsewhere reports whether the text in a secret's place is only a variable, a call or a placeholder, from which the
// program gets the secret.
func fromElsewhere(text string) bool {
	text = text[:min(len(text), longestCode)]
	word := text
	if end := strings.IndexFunc(text, isSpace); end >= 0 {
		word = text[:end]
	}
	if placeholder().MatchString(strings.Trim(word, "\"'`,;)}]")) || placeholder().MatchString(word) || template().MatchString(text+" ") || blockMark().MatchString(text) {
		return true
	}
	inner := strings.TrimRight(word, ",;)}]")
	switch {
	case !variable().MatchString(inner):
	case attribute().MatchString(inner):
		return true
	case variableName().MatchString(inner):
		return inner != word || strings.ContainsAny(inner, "._")
	}
	return expression().MatchString(text)
}
