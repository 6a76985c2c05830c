package dialect

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The names of the encodings.
const (
	utf8Name    = "utf-8"
	utf16LE     = "utf-16le"
	utf16BE     = "utf-16be"
	windows1252 = "windows-1252"
	latin1      = "latin-1"
)

// Encodings returns the names of the encodings that a file may have.
func Encodings() []string { return []string{utf8Name, utf16LE, utf16BE, windows1252, latin1} }

func encodingOf(name string) encoding.Encoding {
	switch name {
	case utf16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case utf16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case windows1252:
		return charmap.Windows1252
	case latin1:
		return charmap.ISO8859_1
	}
	return unicode.UTF8BOM
}

// charset is how the bytes of a member become text.
type charset struct {
	name   string
	settle string // what settled it, in words
	crOnly bool   // lines end with a carriage return alone
	// comments is how many lines begin with #. They are comments in CSV.
	comments int64
	// badLine is the first line that is not UTF-8. 0 means that all are.
	badLine int64
	badByte byte
}

// findCharset finds the encoding of a member. If the bytes are not UTF-8 and nothing says what they are, the charset is
// Windows-1252 with a badLine: the caller decides whether that is settled.
func (m *member) findCharset(option string) (charset, error) {
	in, err := m.begin()
	if err != nil {
		return charset{}, err
	}
	head, _ := in.Peek(peekedBytes)
	c := charset{name: utf8Name, settle: "all of it is valid UTF-8"}
	switch {
	case option != "":
		c.name, c.settle = option, "as --encoding says"
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		c.name, c.settle = utf16LE, "by its byte order mark"
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		c.name, c.settle = utf16BE, "by its byte order mark"
	default:
		if name := zeroBytes(head); name != "" {
			c.name, c.settle = name, "by the zero bytes in its text"
		}
	}
	if c.name == utf8Name {
		if c.badLine, c.badByte, err = firstBadLine(in); err != nil {
			return c, err
		}
		if c.badLine > 0 && option != "" {
			return c, fault(c.badLine, "", "", fmt.Sprintf("not valid UTF-8: byte 0x%02X", c.badByte))
		}
		if c.badLine > 0 {
			c.name, c.settle = windows1252, ""
		}
	}
	return c, m.seeLines(&c)
}

// zeroBytes recognizes UTF-16 without a byte order mark: half of the bytes of plain text are then zero.
func zeroBytes(head []byte) string {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case half > 1 && zeros[1] > half/2 && zeros[0] == 0:
		return utf16LE
	case half > 1 && zeros[0] > half/2 && zeros[1] == 0:
		return utf16BE
	}
	return ""
}

// firstBadLine returns the first line that is not UTF-8, and the byte that is not.
func firstBadLine(in *bufio.Reader) (int64, byte, error) {
	for line := int64(1); ; {
		r, size, err := in.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return 0, 0, nil
		case err != nil:
			return 0, 0, err
		case r == utf8.RuneError && size == 1:
			if err := in.UnreadRune(); err != nil {
				return 0, 0, err
			}
			b, err := in.ReadByte()
			return line, b, err
		case r == '\n':
			line++
		}
	}
}

// seeLines finds out whether lines end with a carriage return alone, and counts the lines that are comments.
func (m *member) seeLines(c *charset) error {
	text, err := m.text(*c)
	if err != nil {
		return err
	}
	var feeds, returns int64
	before := byte('\n')
	buffer := make([]byte, 32<<10)
	for {
		n, err := text.Read(buffer)
		for _, b := range buffer[:n] {
			switch {
			case b == '\n':
				feeds++
			case b == '\r':
				returns++
			case b == '#' && (before == '\n' || before == '\r'):
				c.comments++
			}
			before = b
		}
		if errors.Is(err, io.EOF) {
			c.crOnly = returns > 0 && feeds == 0
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// text returns the member's text in UTF-8 from its beginning.
func (m *member) text(c charset) (*bufio.Reader, error) {
	in, err := m.begin()
	if err != nil {
		return nil, err
	}
	var out io.Reader = transform.NewReader(in, encodingOf(c.name).NewDecoder())
	if c.crOnly {
		out = lineFeeds{out}
	}
	return bufio.NewReaderSize(out, readAhead), nil
}

// lineFeeds turns carriage returns into line feeds.
type lineFeeds struct{ io.Reader }

func (l lineFeeds) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	for i := range p[:n] {
		if p[i] == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
