package desk

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Rows returns the next row of a stream with the line on which it stands in the input. Rows that come from no
// file are numbered from 1. After the last row Rows returns io.EOF. Any other error ends the stream too.
type Rows[T any] func() (line int64, row T, err error)

// RowsOf returns a list as a stream of rows. The first row has the line 1.
func RowsOf[T any](list ...T) Rows[T] {
	next := 0
	return func() (int64, T, error) {
		if next == len(list) {
			var none T
			return 0, none, io.EOF
		}
		next++
		return int64(next), list[next-1], nil
	}
}

// Counts says what writing rows changed. Equal rows of one key count once.
type Counts struct {
	Inserted  int64 // keys that were not there
	Updated   int64 // keys that were there with another value
	Unchanged int64 // keys that were there with the same value, or with a value that must not be replaced
	Removed   int64 // keys that were deleted, for example because their snapshot was replaced as a whole
}

// BadRow is one fault in an input.
type BadRow struct {
	Line   int64  // counted from 1
	Unit   string // what Line counts; "" means lines
	Member string // the file in an archive that has the line; "" where there is only one file
	Column string // "" where the whole row is at fault
	Value  string // as the input has it
	// Problem says what is wrong and what is allowed.
	Problem string
}

// String returns the fault as one line: line 7, price "1,5": not a number such as 1.5.
func (b BadRow) String() string {
	var s strings.Builder
	s.WriteString(b.Place())
	if b.Column != "" {
		fmt.Fprintf(&s, ", %s %q", b.Column, shorten(b.Value))
	}
	return s.String() + ": " + b.Problem
}

// Place names the row: line 7, or january.csv line 7 in an archive.
func (b BadRow) Place() string {
	unit := b.Unit
	if unit == "" {
		unit = "line"
	}
	if b.Member != "" {
		unit = b.Member + " " + unit
	}
	return fmt.Sprintf("%s %d", unit, b.Line)
}

// shorten cuts a long value, so that a message stays readable.
func shorten(value string) string {
	const limit = 80
	if utf8.RuneCountInString(value) <= limit {
		return value
	}
	return string([]rune(value)[:limit]) + "…"
}

// MaxBadRows is how many faults of an input are reported one by one.
const MaxBadRows = 20

// BadRowsError says why an input was refused. Nothing of it was written.
type BadRowsError struct {
	Input string   // the file's name, "" where there is none
	Rows  []BadRow // the first MaxBadRows, by line
	More  int64    // how many more there are
}

// Add keeps a fault. Once there are MaxBadRows faults, it only counts further ones.
func (e *BadRowsError) Add(b BadRow) {
	if len(e.Rows) < MaxBadRows {
		e.Rows = append(e.Rows, b)
		return
	}
	e.More++
}

// Error returns a heading and a line for each fault.
func (e *BadRowsError) Error() string {
	var s strings.Builder
	if e.Input != "" {
		fmt.Fprintf(&s, "%s: ", e.Input)
	}
	faults := int64(len(e.Rows)) + e.More
	if faults == 1 {
		s.WriteString("nothing written, for 1 fault:")
	} else {
		fmt.Fprintf(&s, "nothing written, for %d faults:", faults)
	}
	for _, row := range e.Rows {
		s.WriteString("\n  " + row.String())
	}
	if e.More > 0 {
		fmt.Fprintf(&s, "\n  and %d more", e.More)
	}
	return s.String()
}
