package redact

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Mask replaces each secret.
const Mask = "***"

// span is the part text[from:end] of a text.
type span struct{ from, end int }

// detector finds a kind of secret in a line. Patterns are slow, so a detector reads only lines that contain one of its
// words, in upper or lower case.
type detector struct {
	words []string
	find  func(line string) []span
}

// nameWords are parts of the names of settings that hold secrets, in several languages.
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

// find returns the secrets in a text, in their order.
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

// holdsAny reports whether a text in lower case contains one of some words.
func holdsAny(lower string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(lower, word) })
}

// lines returns the lines of a text with their ends. A carriage return ends a line too, because progress bars use it so.
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

// Secrets returns the text with a Mask in place of each secret. If Secrets gets a text that it has returned,
// it does not change it.
func Secrets(text string) string { return After("", text) }

// After does the same as Secrets, for a text that follows the text `before`. It needs that text because a
// secret may begin there.
func After(before, text string) string {
	for range mostRounds {
		maskedBefore, masked := maskOnce(before, text)
		if maskedBefore == before && masked == text {
			break
		}
		before, text = maskedBefore, masked
	}
	return text
}

// mostRounds bounds how often a text is searched. A mask can bring to light a secret that the words in its place hid, so a
// text is searched until nothing is found. That takes two rounds, or three; a text that somebody makes up could need more.
const mostRounds = 12

// maskOnce searches a text, and the text before it, once. A secret that begins before the text is masked at the text's
// beginning.
func maskOnce(before, text string) (maskedBefore, masked string) {
	whole, split := before+text, len(before)
	found := find(whole)
	for _, s := range found {
		if s.from < len(before) && s.end > len(before) {
			split = min(split, s.from)
		}
	}
	return maskPart(whole, span{0, split}, found), maskPart(whole, span{len(before), len(whole)}, found)
}

// maskPart returns a part of a text with a Mask in place of each secret that is found in it.
func maskPart(whole string, part span, found []span) string {
	var masked strings.Builder
	done := part.from // what lies before has been copied or masked
	masks := false    // whether masked ends with a mask
	for _, s := range found {
		if s.end <= done || s.from >= part.end {
			continue
		}
		if s.from > done || !masks {
			masked.WriteString(whole[done:max(s.from, done)])
			masked.WriteString(Mask)
		}
		done, masks = s.end, true
	}
	if done < part.end {
		masked.WriteString(whole[done:part.end])
	}
	return masked.String()
}
