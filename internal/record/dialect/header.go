package dialect

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// b3Status is the first line of B3's bulletins.
const b3Status = "Status do Arquivo"

// findHeader finds the separator and the header of a CSV file in its beginning.
func (m *member) findHeader(title, head string, columns []Column, o Options) error {
	if len(head) == peekedBytes {
		if i := strings.LastIndexByte(head, '\n'); i > 0 {
			head = head[:i+1]
		} else {
			return fault(1, "", "", "header: longer than a header can be: not CSV with a header")
		}
	}
	chosen, _ := separatorOf(o.Separator)
	first, rest, _ := strings.Cut(head, "\n")
	if found := sepLine().FindStringSubmatch(first); found != nil {
		m.form.skipLines, head = 1, rest
		if chosen == 0 {
			chosen = []rune(found[1])[0]
		}
	}
	if o.Preset == "b3" && strings.HasPrefix(first, b3Status) {
		m.form.skipLines, head = 1, rest
	}
	if chosen == 0 {
		var err error
		if chosen, err = m.findSeparator(head, columns, o); err != nil {
			return err
		}
	}
	m.form.separator = chosen
	m.findings.Separator, m.findings.Comments = separatorName(chosen), m.form.charset.comments
	return m.takeHeader(title, columns, o)
}

// findSeparator returns the separator with which the header has the most columns that are wanted, else the most cells.
func (m *member) findSeparator(head string, columns []Column, o Options) (rune, error) {
	type candidate struct {
		char         rune
		known, cells int
	}
	var all []candidate
	for _, s := range separators {
		first := firstRecords(head, s.char, 1)
		if len(first) == 0 {
			continue
		}
		c := candidate{char: s.char, cells: len(first[0])}
		for _, name := range first[0] {
			if indexOf(columns, strings.TrimSpace(name)) >= 0 {
				c.known++
			}
		}
		for _, p := range o.Columns {
			if headerIndex(first[0], p.Value) != -1 || position(p.Value) >= 0 && position(p.Value) < c.cells {
				c.known++
			}
		}
		c.known += presetNamed(o.Preset).fits(first[0])
		all = append(all, c)
	}
	if len(all) == 0 {
		return ',', nil
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		if a.known != b.known {
			return b.known - a.known
		}
		return b.cells - a.cells
	})
	if len(all) > 1 && all[0].cells > 1 && all[1].known == all[0].known && all[1].cells == all[0].cells {
		return 0, fault(1, "", "", fmt.Sprintf("header: the cells may be separated by %s or by %s; --separator says which", separatorName(all[0].char), separatorName(all[1].char)))
	}
	return all[0].char, nil
}

// firstRecords returns the first records of a text, as far as they can be read.
func firstRecords(text string, separator rune, count int) [][]string {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.Comment, r.FieldsPerRecord, r.LazyQuotes = separator, '#', -1, true
	var records [][]string
	for len(records) < count {
		cells, err := r.Read()
		if err != nil {
			break
		}
		records = append(records, cells)
	}
	return records
}

// takeHeader reads the header. A file whose columns are all named by their position may have none.
func (m *member) takeHeader(title string, columns []Column, o Options) error {
	text, err := m.text(m.form.charset)
	if err != nil {
		return err
	}
	first, err := headerRecords(text, m.form.separator, m.form.skipLines)
	if err != nil {
		return err
	}
	if len(first) == 0 {
		return fault(1, "", "", "header: the file has no header; expected are the columns "+namesOf(columns))
	}
	m.form.header, m.form.headers = first[0], 1
	if _, _, rows := manyHeaders(first); rows > 0 {
		if o.Wide || o.Preset == "yfinance" {
			m.form.headers, m.form.firstRows = rows, first
			return nil
		}
		if indexOf(columns, "price") >= 0 {
			return fault(1, "header", first[0][0], "a header of several rows, as yfinance writes it: --preset yfinance reads it, and --wide with --columns price=…")
		}
	}
	if o.byPosition() && looksLikeData(first[0], columns, o) {
		m.form.headers = 0
		for i := range m.form.header {
			m.form.header[i] = fmt.Sprintf("column %d", i+1)
		}
		return nil
	}
	for _, cell := range first[0] {
		if strings.TrimSpace(cell) != "" && !isValue(cell) {
			return nil
		}
	}
	return fault(m.form.skipLines+1, "", "", fmt.Sprintf("header: this line looks like data; if the file has no header, name the columns by their position: --columns %s=#1,…", columns[0].Name))
}

func headerRecords(text *bufio.Reader, separator rune, skip int64) ([][]string, error) {
	s, err := newSeparated(text, separator, skip)
	if err != nil {
		return nil, err
	}
	var first [][]string
	for len(first) < 3 {
		r, err := s.next()
		var row *RowError
		switch {
		case errors.Is(err, io.EOF):
			return first, nil
		case errors.As(err, &row) && len(first) > 0:
			return first, nil
		case errors.As(err, &row):
			return nil, fault(row.Fault.Line, "", "", "header: "+row.Fault.Problem)
		case err != nil && len(first) == 0:
			return nil, fault(1, "", "", "header: longer than a header can be: not CSV with a header")
		case err != nil:
			return first, nil
		}
		first = append(first, slices.Clone(r.cells))
	}
	return first, nil
}

// isValue reports whether a cell is a number or a day, and so no name of a column.
func isValue(cell string) bool {
	day, _ := split(strings.TrimSpace(cell))
	_, isNumber := readAmount(cell, false)
	return isNumber || readDay(day).form != notADay || isMissing(strings.TrimSpace(cell), nil)
}

// looksLikeData reports whether the first line has values where a column of numbers or days is wanted.
func looksLikeData(first []string, columns []Column, o Options) bool {
	for _, p := range o.Columns {
		i, at := indexOf(columns, p.Name), position(p.Value)
		if at < len(first) && (i < 0 || columns[i].Type != Text) && isValue(first[at]) {
			return true
		}
	}
	return false
}

// isMissing reports whether a cell is a word for a missing value.
func isMissing(text string, words []string) bool {
	if words == nil {
		words = missingWords
	}
	return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, text) })
}

var missingWords = MissingWords()
