package runner

import (
	"strings"
	"unicode/utf8"
)

// messageBytes is how much of the end of standard error is kept.
const messageBytes = 4 << 10

// tail keeps the last bytes written to it.
type tail struct {
	kept []byte
	cut  bool // whether anything before kept is gone
}

// add takes in more.
func (t *tail) add(p []byte) {
	if len(p) >= messageBytes {
		t.cut = t.cut || len(t.kept) > 0 || len(p) > messageBytes
		t.kept = append(t.kept[:0], p[len(p)-messageBytes:]...)
		return
	}
	if over := len(t.kept) + len(p) - messageBytes; over > 0 {
		t.cut = true
		t.kept = t.kept[:copy(t.kept, t.kept[over:])]
	}
	t.kept = append(t.kept, p...)
}

// String gives what is kept, without the rest of a character whose beginning is gone.
func (t *tail) String() string {
	kept := t.kept
	if t.cut {
		for n := 0; n < utf8.UTFMax-1 && len(kept) > 0 && !utf8.RuneStart(kept[0]); n++ {
			kept = kept[1:]
		}
	}
	return string(kept)
}

// message makes of what a command wrote a text that the database takes: valid UTF-8 without NUL, no
// blanks around it, at most its last 4 KiB.
func message(said string) string {
	said = strings.ReplaceAll(strings.ToValidUTF8(said, "\uFFFD"), "\x00", "")
	if over := len(said) - messageBytes; over > 0 { // what was not valid has grown
		for over < len(said) && !utf8.RuneStart(said[over]) {
			over++
		}
		said = said[over:]
	}
	return strings.TrimSpace(said)
}
