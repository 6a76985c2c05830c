package runner

import (
	"strings"
	"unicode/utf8"

	"macrowatch/internal/redact"
)

const (
	// messageBytes is how much of the end of standard error is kept.
	messageBytes = 4 << 10
	// contextBytes is how much of what precedes the message is looked at. A secret may begin there, and without
	// its beginning it could not be recognised. No secret is longer than this.
	contextBytes = 16 << 10
	tailBytes    = contextBytes + 16<<10
)

// tail keeps the last bytes written to it.
type tail struct {
	kept []byte
	cut  bool // whether anything before kept is gone
}

// add adds what was written next.
func (t *tail) add(p []byte) {
	if len(p) > tailBytes {
		t.cut = true
		p = p[len(p)-tailBytes:]
	}
	// To make room, all that is kept must be moved. So room is made for many bytes at once.
	if len(t.kept)+len(p) > 2*tailBytes {
		t.cut = true
		t.kept = t.kept[:copy(t.kept, t.kept[len(t.kept)-(tailBytes-len(p)):])]
	}
	t.kept = append(t.kept, p...)
}

// message returns the end of what was written, without secrets, as a text that the database accepts.
func (t *tail) message() string {
	kept, context := t.kept, 0
	if over := len(kept) - tailBytes; over > 0 {
		kept, context = kept[over:], contextBytes
	}
	if t.cut {
		context = contextBytes
	}
	return message(string(kept), context)
}

// message turns what a command wrote into a text that the database takes: valid UTF-8, without NUL, secrets and
// surrounding blanks, and at most the last 4 KiB. The first bytes, as many as context says, serve only to find
// secrets that begin in them.
func message(said string, context int) string {
	before, said := said[:context], said[context:]
	for len(said) > 0 && context > 0 && !utf8.RuneStart(said[0]) {
		before, said = before+said[:1], said[1:]
	}
	said = redact.After(asText(before), asText(said))
	return strings.TrimSpace(lastBytes(said, messageBytes))
}

// asText returns a text in valid UTF-8 and without NUL.
func asText(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// lastBytes returns the end of a text: at most `most` bytes, beginning with a whole character.
func lastBytes(text string, most int) string {
	over := len(text) - most
	if over <= 0 {
		return text
	}
	for over < len(text) && !utf8.RuneStart(text[over]) {
		over++
	}
	return text[over:]
}
