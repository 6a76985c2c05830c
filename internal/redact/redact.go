package redact

import (
	"cmp"
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

var detectors = []detector{
	{[]string{"://", "%3a%2f%2f", "@"}, urlPasswords},
	{[]string{"pass", "senha", "contrase", "pw", "secret", "token", "credential", "key", "auth", "x-amz-", "userid", "sig=", "hmac=", "code=", "sid=", "session"}, assignments},
	{[]string{"authorization", "cookie", "bearer", "basic"}, headers},
	{[]string{"password", "identified", "curl", "mysql", "mariadb", "sshpass"}, statements},
	{shapeWords, shapes},
}

// find gives what is secret in a text.
func find(text string) []span {
	found := keyBlocks(text)
	from := 0
	for line := range strings.Lines(text) {
		lower := strings.ToLower(line)
		for _, d := range detectors {
			if !slices.ContainsFunc(d.words, func(word string) bool { return strings.Contains(lower, word) }) {
				continue
			}
			for _, s := range d.find(line) {
				found = append(found, span{from + s.from, from + s.end})
			}
		}
		from += len(line)
	}
	slices.SortFunc(found, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	return found
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
