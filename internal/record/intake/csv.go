package intake

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"macrowatch/internal/desk"
)

// csvRecords reads CSV as RFC 4180 defines it: with a header, and separated by commas.
type csvRecords struct {
	limit       *limitedReader
	csv         *csv.Reader
	columnOf    []int    // for each cell of a row, the index of its column
	texts       []string // in the order of the columns
	headerCells int      // how many cells the header has
	lastLine    int64    // the line on which the row before this one began
}

func newCSV(r io.Reader, kind string, columns []column) (*csvRecords, error) {
	limit := &limitedReader{r: r, left: maxRecordBytes}
	c := &csvRecords{limit: limit, csv: csv.NewReader(limit), lastLine: 1, texts: make([]string, len(columns))}
	c.csv.ReuseRecord = true
	c.csv.FieldsPerRecord = -1 // next counts the cells, for a better message
	header, err := c.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, headerFault("", "the file is empty; expected is a header with the columns "+columnNames(columns))
	case errors.Is(err, errTooLong):
		return nil, headerFault("", "longer than a header can be: not CSV with a header")
	case err != nil:
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			return nil, headerFault("", parse.Err.Error())
		}
		return nil, readError(err)
	}
	c.headerCells = len(header)
	seen := make([]bool, len(columns))
	for _, cell := range header {
		if !utf8.ValidString(cell) || strings.ContainsRune(cell, 0) {
			return nil, headerFault("", "not text: expected is CSV or JSON Lines in UTF-8")
		}
		name := strings.TrimSpace(cell)
		i := columnIndex(columns, name)
		if i < 0 {
			return nil, headerFault(name, fmt.Sprintf("not a column of %s; allowed are %s, separated by commas", kind, columnNames(columns)))
		}
		if seen[i] {
			return nil, headerFault(name, "a second column for "+columns[i].name)
		}
		seen[i] = true
		c.columnOf = append(c.columnOf, i)
	}
	for i, column := range columns {
		if column.required && !seen[i] {
			return nil, headerFault(columnNames(columns[i:i+1]), "this column is missing")
		}
	}
	return c, nil
}

func headerFault(name, problem string) error {
	fault := desk.BadRow{Line: 1, Problem: "header: " + problem}
	if name != "" {
		fault.Column, fault.Value, fault.Problem = "header", name, problem
	}
	return &BadRowsError{Rows: []desk.BadRow{fault}}
}

func (c *csvRecords) next() (int64, []string, error) {
	c.limit.left = maxRecordBytes
	record, err := c.csv.Read()
	if err != nil {
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			return 0, nil, &rowError{desk.BadRow{Line: int64(parse.StartLine), Problem: csvProblem(parse)}}
		}
		if errors.Is(err, errTooLong) {
			return 0, nil, fmt.Errorf("a row after line %d is longer than %d bytes; is a quote left open?", c.lastLine, maxRecordBytes)
		}
		return 0, nil, err
	}
	row, _ := c.csv.FieldPos(0)
	line := int64(row)
	c.lastLine = line
	if len(record) != c.headerCells {
		return 0, nil, &rowError{desk.BadRow{Line: line, Problem: fmt.Sprintf("has %d cells where the header has %d", len(record), c.headerCells)}}
	}
	for i, cell := range record {
		c.texts[c.columnOf[i]] = cell
	}
	return line, c.texts, nil
}

func csvProblem(parse *csv.ParseError) string {
	if errors.Is(parse.Err, csv.ErrBareQuote) {
		return `a " inside a cell that is not quoted; quote the whole cell and double the " inside`
	}
	return `a quote is left open, or something follows a closed one; quote the whole cell and double any " inside`
}

var errTooLong = errors.New("row too long")

// limitedReader fails with errTooLong once it has read left bytes, unless left is set again before. The CSV
// reader reads ahead a little, so the limit is not exact.
type limitedReader struct {
	r    io.Reader
	left int
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLong
	}
	n, err := l.r.Read(p)
	l.left -= n
	return n, err
}
