package dialect

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"macrowatch/internal/desk"
)

// record is a row of a file as the file has it.
type record struct {
	line    int64
	cells   []string
	literal []bool // which cells are numbers of JSON, whose form is known; nil means none
}

// source returns the records of a member. A *RowError is a record that can't be read. io.EOF is the end.
type source interface{ next() (record, error) }

// separators are the characters that are tried, and their names for --separator.
var separators = []struct {
	name string
	char rune
}{{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}}

// Separators returns the names of the separators that Options.Separator takes beside a character.
func Separators() []string {
	var names []string
	for _, s := range separators {
		names = append(names, s.name)
	}
	return names
}

// separatorOf returns the character of a separator's name, 0 for "".
func separatorOf(name string) (rune, error) {
	for _, s := range separators {
		if name == s.name {
			return s.char, nil
		}
	}
	char, size := utf8.DecodeRuneInString(name)
	if name == "" {
		return 0, nil
	}
	if size != len(name) || char == utf8.RuneError || strings.ContainsRune("\"\r\n#", char) || char >= '0' && char <= '9' {
		return 0, optionError("--separator %q is neither one of %s nor one character that can separate cells", name, strings.Join(Separators(), ", "))
	}
	return char, nil
}

func separatorName(char rune) string {
	for _, s := range separators {
		if char == s.char {
			return s.name
		}
	}
	return fmt.Sprintf("%q", char)
}

// separatedSource reads CSV with any separator.
type separatedSource struct {
	limit   *limited
	csv     *csv.Reader
	skipped int64
	last    int64
}

var sepLine = newPattern(`(?i)^"?sep=(.)"?\r?\n?$`)

// newSeparated reads records. skipLines is how many lines at the beginning are none.
func newSeparated(text *bufio.Reader, separator rune, skipLines int64) (*separatedSource, error) {
	for range skipLines {
		if _, err := readLine(text); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
	}
	limit := &limited{r: text, left: maxRecordBytes}
	s := &separatedSource{limit: limit, csv: csv.NewReader(limit), skipped: skipLines, last: skipLines + 1}
	s.csv.Comma, s.csv.Comment = separator, '#'
	s.csv.FieldsPerRecord, s.csv.ReuseRecord = -1, true
	return s, nil
}

// readLine reads a line of bounded length.
func readLine(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxRecordBytes {
			return "", errTooLong
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(line), err
		}
	}
}

func (s *separatedSource) next() (record, error) {
	s.limit.left = maxRecordBytes
	cells, err := s.csv.Read()
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse):
		problem := `a quote is left open, or something follows a closed one; quote the whole cell and double any " inside`
		if errors.Is(parse.Err, csv.ErrBareQuote) {
			problem = `a " inside a cell that is not quoted; quote the whole cell and double the " inside`
		}
		return record{}, &RowError{desk.BadRow{Line: int64(parse.StartLine) + s.skipped, Problem: problem}}
	case errors.Is(err, errTooLong):
		return record{}, fmt.Errorf("a row after line %d is longer than %d bytes; is a quote left open?", s.last, maxRecordBytes)
	case err != nil:
		return record{}, err
	}
	line, _ := s.csv.FieldPos(0)
	s.last = int64(line) + s.skipped
	return record{line: s.last, cells: cells}, nil
}

var errTooLong = errors.New("row too long")

// limited fails with errTooLong once it has read left bytes, unless left is set again before.
type limited struct {
	r    io.Reader
	left int
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLong
	}
	n, err := l.r.Read(p)
	l.left -= n
	return n, err
}
