package dialect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"macrowatch/internal/desk"
)

// otherLine is where a fault names another line.
var otherLine = newPattern(`from line \d+`)

// form is how a member is read.
type form struct {
	charset   charset
	format    string // csvFormat, jsonFormat or cotahistFormat
	separator rune
	skipLines int64 // lines before the header
	headers   int   // rows of the header
	header    []string
	firstRows [][]string // of a header of several rows
	objects   bool       // rows are counted as objects of JSON, not as lines
	table     []record   // of a JSON document
	layout    layout
	cells     cellForm
	options   Options // with what the preset knows
}

const (
	csvFormat      = "CSV"
	jsonFormat     = "JSON"
	cotahistFormat = "COTAHIST"
)

func (m *member) unit() string {
	if m.form.objects {
		return "object"
	}
	return ""
}

// fault returns one fault of a file as an error.
func fault(line int64, column, value, problem string) error {
	return &desk.BadRowsError{Rows: []desk.BadRow{{Line: line, Column: column, Value: value, Problem: problem}}}
}

func objectFault(object int64, problem string) error {
	return &desk.BadRowsError{Rows: []desk.BadRow{{Line: object, Unit: "object", Problem: problem}}}
}

// conclude finds out how a member is written, from all of it.
func (m *member) conclude(title string, columns []Column, o Options) error {
	var err error
	if m.form.charset, err = m.findCharset(o.Encoding); err != nil {
		return err
	}
	m.findings.Encoding, m.findings.EncodingBy = m.form.charset.name, m.form.charset.settle
	if m.form.charset.name == utf8Name && o.Encoding == "" {
		m.findings.EncodingBy = "" // the usual case
	}
	if err := m.findFormat(title, columns, o); err != nil {
		return err
	}
	m.findings.Format = m.form.format
	r := resolver{title: title, columns: columns, header: m.form.header, options: o, line: max(1, m.form.skipLines+1)}
	if err := m.findLayout(r); err != nil {
		return m.named(err)
	}
	if err := m.settleCharset(o); err != nil {
		return err
	}
	return m.named(m.survey(columns))
}

// named gives the faults of a member the unit in which its rows are counted.
func (m *member) named(err error) error {
	var bad *desk.BadRowsError
	if errors.As(err, &bad) && m.form.objects {
		for i := range bad.Rows {
			bad.Rows[i].Unit = "object"
		}
	}
	return err
}

// settleCharset refuses a text that is not UTF-8 unless something says what it is: an option, a source that is known, or
// a column that has a known name only in Windows-1252.
func (m *member) settleCharset(o Options) error {
	c := &m.form.charset
	if c.badLine == 0 {
		return nil
	}
	for _, mapped := range m.findings.Columns {
		if strings.ContainsFunc(mapped.From, func(r rune) bool { return r > 0x7f }) {
			c.settle = fmt.Sprintf("a column is called %q in it", mapped.From)
		}
	}
	if o.Preset != "" {
		c.settle = "as this source writes"
	}
	if c.settle == "" {
		return fault(c.badLine, "", "", fmt.Sprintf("not valid UTF-8: byte 0x%02X. --encoding windows-1252 reads it as a Western Windows or Latin-1 text, which most such files are", c.badByte))
	}
	m.findings.EncodingBy = c.settle
	return nil
}

// findFormat tells JSON, COTAHIST and CSV apart, and finds the header.
func (m *member) findFormat(title string, columns []Column, o Options) error {
	text, err := m.text(m.form.charset)
	if err != nil {
		return err
	}
	head, _ := text.Peek(peekedBytes)
	switch begin := bytes.TrimLeft(head, " \t\r\n"); {
	case len(begin) == 0:
		return fault(1, "", "", "header: the file is empty; expected is a header with the columns "+namesOf(columns))
	case bytes.IndexByte(head, 0) >= 0:
		return fault(1, "", "", "header: not text: expected is CSV or JSON")
	case begin[0] == '{', begin[0] == '[':
		m.form.format = jsonFormat
		return m.findKeys(begin[0])
	case bytes.HasPrefix(head, []byte(cotahistBegins)):
		m.form.format, m.form.header = cotahistFormat, cotahistHeader()
		if o.Preset != "b3" {
			return fault(1, "", "", "a COTAHIST file of B3: --preset b3 reads it")
		}
		return nil
	}
	m.form.format = csvFormat
	return m.findHeader(title, string(head), columns, o)
}

// findKeys reads the keys of all objects of a JSON file, or its table.
func (m *member) findKeys(first byte) error {
	text, err := m.text(m.form.charset)
	if err != nil {
		return err
	}
	if first == '{' {
		header, rows, err := document(text)
		if err != nil {
			return err
		}
		if header != nil {
			m.form.header, m.form.table, m.form.objects = header, rows, true
			return nil
		}
		if text, err = m.text(m.form.charset); err != nil {
			return err
		}
	}
	s := newJSON(text, nil, false)
	var lines, objects int64
	for {
		r, err := s.next()
		var row *RowError
		switch {
		case errors.Is(err, io.EOF):
			m.form.header, m.form.objects = s.keys, objects > 1 && lines <= 1
			return nil
		case err != nil && !errors.As(err, &row):
			return err
		}
		if row != nil {
			r.line = row.Fault.Line
		}
		objects++
		lines = max(lines, r.line)
	}
}

// source returns the member's records from the first one after the header.
func (m *member) source() (source, error) {
	if m.form.table != nil {
		return &tableSource{rows: m.form.table}, nil
	}
	text, err := m.text(m.form.charset)
	if err != nil {
		return nil, err
	}
	switch m.form.format {
	case jsonFormat:
		return newJSON(text, append([]string(nil), m.form.header...), m.form.objects), nil
	case cotahistFormat:
		m.findings.OtherMarkets = 0
		return &cotahistSource{text: text, skipped: &m.findings.OtherMarkets}, nil
	}
	s, err := newSeparated(text, m.form.separator, m.form.skipLines)
	if err != nil {
		return nil, err
	}
	for range m.form.headers {
		if _, err := s.next(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// findLayout says which cell belongs to which column.
func (m *member) findLayout(r resolver) error {
	m.form.options = r.options
	if m.form.format == jsonFormat && len(r.header) == 0 { // an array without an object has no row
		m.form.layout = layout{from: make([]origin, len(r.columns))}
		for i := range m.form.layout.from {
			m.form.layout.from[i] = origin{index: -1, name: r.columns[i].Name}
		}
		return nil
	}
	var err error
	if m.form.headers > 1 {
		fields, tickers, _ := manyHeaders(m.form.firstRows)
		if r.options.Preset == "yfinance" && !hasPrice(r) {
			r.options.Columns = append([]Pair{{"price", "Close"}}, r.options.Columns...)
		}
		if r.options.Preset == "yfinance" {
			m.form.options.Decimal, m.form.options.DateOrder = "point", "ymd"
		}
		m.form.layout, err = r.resolveFields(fields, tickers, &m.findings)
		return err
	}
	var v variant
	if r.options.Preset != "" {
		if v, m.form.options, err = presetNamed(r.options.Preset).apply(r, m.form.separator, m.form.format == jsonFormat); err != nil {
			return err
		}
		r.options = m.form.options
		m.form.cells.suffixes = v.suffixes
	}
	if r.options.Wide {
		m.form.layout, err = r.resolveWide(&m.findings)
		return err
	}
	if len(v.join) > 0 {
		return m.joined(r, v)
	}
	m.form.layout, err = r.resolve(&m.findings)
	return err
}

func hasPrice(r resolver) bool {
	for _, p := range r.options.Columns {
		if i := indexOf(r.columns, p.Name); i >= 0 && r.columns[i].Type == Price {
			return true
		}
	}
	return false
}

// joined resolves a layout whose instruments are named by several columns.
func (m *member) joined(r resolver, v variant) error {
	name := indexOf(r.columns, "instrument")
	given := func(p Pair) bool { return indexOf(r.columns, p.Name) == name }
	for _, p := range append(append([]Pair{}, r.options.Columns...), r.options.Set...) {
		if given(p) {
			var err error
			m.form.layout, err = r.resolve(&m.findings)
			return err
		}
	}
	r.options.Columns = append(r.options.Columns, Pair{r.columns[name].Name, v.join[0]})
	for _, more := range v.join[1:] {
		r.joined = append(r.joined, headerIndex(r.header, more))
	}
	l, err := r.resolve(&m.findings)
	if err != nil {
		return err
	}
	l.from[name].join = r.joined
	for _, at := range r.joined {
		l.used = max(l.used, at+1)
	}
	l.from[name].name = strings.Join(v.join, " + ")
	m.form.layout = l
	return nil
}
