package redact

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Mask stands where a secret was.
const Mask = "***"

// span is a part of a text: from the first byte up to, and without, the end.
type span struct{ from, end int }

// detector finds a kind of secret in a line. Patterns are slow, so they are tried only on lines that
// hold one of the detector's words, in whatever case.
type detector struct {
	words []string
	find  func(line string) []span
}

// nameWords are in the names of settings that hold secrets, whatever the language.
var nameWords = []string{
	"pass", "pw", "secret", "token", "credential", "creds", "key", "auth", "jwt", "otp", "pin",
	"wort", "geheimnis", "schl", "senha", "segredo", "chave", "contrase", "secreto", "clave", "llave", "mdp", "jeton", "clé", "clef", "cle_",
}

var detectors = []detector{
	{[]string{"://", "%3a%2f%2f", "@"}, urlPasswords},
	{append([]string{"x-amz-", "x-goog-", "x-oss-", "userid", "sig=", "signature=", "hmac=", "code=", "sid=", "session"}, nameWords...), assignments},
	{nameWords, announcements},
	{[]string{"auth"}, logins},
	{[]string{"authorization", "cookie", "bearer", "basic"}, headers},
	{[]string{"password", "identified"}, statements},
	{commandWords, commands},
	{oracleWords, oracle},
	{[]string{":"}, passwordFile},
	{shapeWords, shapes},
}

// find gives what is secret in a text.
func find(text string) []span {
	found := slices.Concat(keyBlocks(text), pairs(text), nextLines(text))
	from := 0
	for line := range lines(text) {
		lower := strings.ToLower(line)
		for _, d := range detectors {
			if !holdsAny(lower, d.words) {
				continue
			}
			for _, s := range d.find(strings.TrimRight(line, "\r\n")) {
				found = append(found, span{from + s.from, from + s.end})
			}
		}
		from += len(line)
	}
	slices.SortFunc(found, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	return found
}

// holdsAny reports whether a text in small letters holds one of some words.
func holdsAny(lower string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(lower, word) })
}

// lines gives the lines of a text with their ends, which a carriage return is too: progress bars have it.
func lines(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for text != "" {
			end := strings.IndexAny(text, "\r\n") + 1
			if end == 0 {
				end = len(text)
			}
			if !yield(text[:end]) {
				return
			}
			text = text[end:]
		}
	}
}

// Secrets gives the text with a Mask in the place of each secret. What it has masked stays as it is
// when it goes through again.
func Secrets(text string) string { return After("", text) }

// After is Secrets of a text that goes on after another, which it leaves out: a secret may begin there.
func After(before, text string) string {
	whole := before + text
	var masked strings.Builder
	done := len(before) // what has been dealt with
	masks := false      // whether a mask stands at the end of it
	for _, s := range find(whole) {
		if s.end <= done {
			continue
		}
		if s.from > done || !masks {
			masked.WriteString(whole[done:max(s.from, done)])
			masked.WriteString(Mask)
		}
		done, masks = s.end, true
	}
	masked.WriteString(whole[done:])
	return masked.String()
}
