package redact

import (
	"strings"
)

var (
	// announced matches the name of a secret in a sentence.
	announced = newPattern(`(?i)(?:^|[^\pL\w])(` + secretWord + `)["'` + "`" + `)]*[ \t]+`)
	// beforeOther matches words that announce something else than the secret, as in "for user desk".
	beforeOther = newPattern(`(?i)^(?:for|user|username|role|of|from|by|login|account|host|server|database|on|at|in|to|with|line|column|file|path|version|port|step|run|since|until|after|before|` +
		`para|usuario|usuário|conta|do|da|de|del|por|utilisateur|pour|compte|für|fuer|benutzer|von)$`)
	// beforeSecret matches words before the secret itself, as in "is tiger1".
	beforeSecret = newPattern(`(?i)^(?:is|was|are|be|being|as|value|provided|supplied|given|used|received|sent|tried|entered|got|invalid|incorrect|wrong|bad|` +
		`é|era|foi|es|fue|est|était|ist|war|lautet|inválid[ao]|incorret[ao]|incorrect[ao]|errad[ao]|informad[ao]|falsch|ungültig)$`)
)

// wordsBetween bounds how many words may be between the name of a secret and the secret.
const wordsBetween = 7

// announcements finds secrets that a sentence announces: "password is x", "Password for desk: x", "API key x is invalid".
// It takes only words that look like a secret, so that other sentences stay readable.
func announcements(line string) []span {
	var found []span
	done := 0
	for _, m := range announced().FindAllStringSubmatchIndex(line, -1) {
		if m[2] < done {
			continue
		}
		if secrets := announcedSecrets(line, m[1], standsAlone(line[m[2]:m[3]])); len(secrets) > 0 {
			found = append(found, secrets...)
			done = secrets[len(secrets)-1].end
		}
	}
	return found
}

// announcedSecrets finds the secrets among the words after the name of a secret. The argument `expected` says whether the
// first word may already be one. It reads on after a secret, since that may have been the name of a user: "Password desk01:
// tiger1".
func announcedSecrets(line string, from int, expected bool) []span {
	var found []span
	other := false // whether the word before announced something else
	for range wordsBetween {
		for from < len(line) && (line[from] == ' ' || line[from] == '\t') {
			from++
		}
		end := from
		for end < len(line) && line[end] > ' ' {
			if end-from > longestReal {
				return found
			}
			end++
		}
		word := line[from:end]
		bare := strings.Trim(word, "\"'`()[]{}<>.,;:!?")
		if bare == "" && strings.Trim(word, ":=") != "" || word == "" {
			return found
		}
		at := from + strings.Index(word, bare)
		if expected && !other && looksSecret(bare) && !fromElsewhere(bare) && !fromElsewhere(line[at:]) {
			found = append(found, span{at, at + len(bare)})
			bare = Mask // so that the words after it are read as they will be once it is masked
		}
		ends := strings.HasSuffix(word, ":") || strings.HasSuffix(word, "=")
		if strings.HasSuffix(word, ".") || strings.HasSuffix(word, ";") || strings.HasSuffix(word, ",") || strings.ContainsAny(strings.TrimRight(bare, "="), "=/") {
			return found
		}
		expected = ends || beforeSecret().MatchString(bare)
		other = !ends && beforeOther().MatchString(bare)
		from = end
	}
	return found
}
