package redact

import (
	"strings"
)

// secretWord matches the end of the name of a setting that holds a secret. People name settings in their own languages.
var secretWord = `(?:` + strings.Join([]string{
	`passwords?|passwd|passphrases?|passcodes?|pwd|pw|pass|secrets?|tokens?|credentials?|creds|jwts?|t?otp|pin`,
	keyWord,
	`x-auth|_auth|x-(?:amz|goog|oss)-(?:signature|credential)|key[_-]data`,
	`passwort|passwörter|kennwort|kennwörter|geheimnis|schlüssel|schluessel`,                       // German
	`senhas?|segredos?|chaves?(?:_(?:de_)?(?:acesso|secreta|privada|assinatura))?`,                 // Portuguese
	`contrase(?:ñ|n|ny)as?|secretos?|(?:clave|llave)s?(?:_(?:de_)?(?:acceso|secreta|privada))?`,    // Spanish
	`mots?[_ -]?de[_ -]?passe|mdp|jetons?|cl(?:é|e|ef)s?_(?:secr[eè]te|priv[eé]e|d_?acc[eè]s)|clé`, // French
	`cle_api|clef_api`,
}, "|") + `)(?:[_.-](?:b64|base64|hex|enc|encrypted|plain|text|value|prod|dev|test|uat|staging|live|old|new|db|api|banco))*`

// keyWord matches the names of keys that are secret. A primary key or a public key is not.
const keyWord = `(?:api|app|application|access|secret|private|auth|account|encryption|signing|signature|subscription|registration|license|master|` +
	`ssh|consumer|client|service|storage|shared|deploy|admin|root|hmac|aes|fernet|webhook)[_. -]?keys?`

var (
	// shortWord matches names that ordinary words end with too: "spin" ends with "pin".
	shortWord = newPattern(`(?i)(?:t?otp|pin|jwts?|mdp|creds|clé|jetons?)$`)
	// bareKey matches names that often mean the key of a table, which is no secret.
	bareKey = newPattern(`(?i)^(?:chaves?|claves?|llaves?|clé|schlüssel|schluessel|pin|t?otp|segredos?|secretos?|jetons?)$`)
	// codeNumber matches the numbers that people log in with: a PIN, or a code from a phone.
	codeNumber = newPattern(`^[0-9]{4,10}(?:\D|$)`)
	// counted matches names whose numbers may be counts: page_token, or the tokens of a language model.
	counted = newPattern(`(?i)(?:token|s)$`)
)

// standsAlone reports whether a short word at the end of a name is a word of its own, as in db_pin and dbPin, but not in
// spin.
func standsAlone(name string) bool {
	at := shortWord().FindStringIndex(name)
	if at == nil || at[0] == 0 {
		return true
	}
	before, first := name[at[0]-1], name[at[0]]
	small := before >= 'a' && before <= 'z'
	return strings.IndexByte("_.-", before) >= 0 || before >= '0' && before <= '9' || small && first >= 'A' && first <= 'Z'
}
