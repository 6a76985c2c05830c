package dialect

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"macrowatch/internal/desk"
)

// rows turns the records of a member into rows of texts.
type rows struct {
	source      source
	form        *form
	columns     []Column
	texts, raws []string
	names       []string // for each column, the column of the file
	wide        int      // the next instrument of the record, in a wide file
	record      record
	leftOut     int64
	price       int // the column of prices, or -1
	instrument  int // the column of instruments in a wide file
}

// open begins to read the rows of a member.
func (m *member) open(columns []Column) (*rows, error) {
	s, err := m.source()
	if err != nil {
		return nil, err
	}
	r := &rows{source: s, form: &m.form, columns: columns, texts: make([]string, len(columns)), raws: make([]string, len(columns)),
		names: make([]string, len(columns)), wide: len(m.form.layout.wide)}
	r.price = slices.IndexFunc(columns, func(c Column) bool { return c.Type == Price })
	r.instrument = slices.IndexFunc(columns, func(c Column) bool { return c.Name == "instrument" })
	for i, o := range m.form.layout.from {
		r.names[i] = o.name
	}
	return r, nil
}

func (r *rows) next() (int64, []string, error) {
	for {
		if r.wide < len(r.form.layout.wide) {
			row, err := r.instrumentOf(r.form.layout.wide[r.wide])
			r.wide++
			if row || err != nil {
				return r.record.line, r.texts, err
			}
			continue
		}
		line, err := r.take()
		if err != nil {
			return line, nil, err
		}
		if r.form.layout.wide != nil {
			continue
		}
		left, err := r.long()
		if left {
			r.leftOut++
			continue
		}
		return line, r.texts, err
	}
}

// take reads the next record that has a cell.
func (r *rows) take() (int64, error) {
	for {
		record, err := r.source.next()
		if err != nil {
			return 0, err
		}
		if strings.TrimSpace(strings.Join(record.cells, "")) == "" && r.form.format == csvFormat {
			continue // a spreadsheet writes such lines below its last row
		}
		if problem := r.form.layout.widthProblem(record.cells, r.form.format); problem != "" {
			return 0, &RowError{desk.BadRow{Line: record.line, Problem: problem}}
		}
		r.record, r.wide = record, 0
		return record.line, nil
	}
}

// widthProblem says what is wrong with how many cells a record has. Empty cells more at the end do no harm.
func (l layout) widthProblem(cells []string, format string) string {
	if format != csvFormat {
		return ""
	}
	full := len(cells)
	for full > l.width && strings.TrimSpace(cells[full-1]) == "" {
		full--
	}
	if full > l.width || len(cells) < l.used {
		return fmt.Sprintf("has %d cells where the header has %d", full, l.width)
	}
	return ""
}

func (r *rows) cell(index int) (string, bool) {
	if index < 0 || index >= len(r.record.cells) {
		return "", false
	}
	return r.record.cells[index], r.record.literal != nil && index < len(r.record.literal) && r.record.literal[index]
}

// long fills the texts of a record that is one row. left reports that it has no price.
func (r *rows) long() (left bool, err error) {
	for i, o := range r.form.layout.from {
		if o.index < 0 {
			r.texts[i], r.raws[i] = o.constant, o.constant
			continue
		}
		text, literal := r.cell(o.index)
		r.raws[i] = text
		word := r.missing(i, text)
		if word || strings.TrimSpace(text) == "" && r.columns[i].Type != Text {
			if i == r.price && (word || r.series()) {
				return true, nil
			}
			r.texts[i] = ""
			continue
		}
		var problem string
		if r.texts[i], problem = r.convert(i, text, literal); problem != "" {
			return false, r.fault(i, problem)
		}
		for _, at := range o.join {
			more, _ := r.cell(at)
			day, problem := r.form.cells.day(strings.TrimSpace(more))
			if problem != "" {
				return false, &RowError{desk.BadRow{Line: r.record.line, Column: r.form.header[at], Value: more, Problem: problem}}
			}
			r.texts[i] += " " + day
		}
	}
	if extra := r.namelessCell(); extra != "" {
		return false, &RowError{desk.BadRow{Line: r.record.line, Value: extra, Problem: fmt.Sprintf("the cell %q stands in a column without a name; --columns says which columns are read", extra)}}
	}
	return false, nil
}

// series reports whether the rows are the values of series, where an empty cell means that a day has no value.
func (r *rows) series() bool {
	return r.form.options.Preset != "" || slices.ContainsFunc(r.form.options.Set, func(p Pair) bool { return indexOf(r.columns, p.Name) == r.instrument })
}

// namelessCell returns a cell that is not empty in a column without a name, in a file all of whose columns are read.
func (r *rows) namelessCell() string {
	if r.form.format != csvFormat || len(r.form.options.Columns) > 0 || r.form.options.Preset != "" {
		return ""
	}
	for at, cell := range r.record.cells {
		if at < len(r.form.header) && strings.TrimSpace(r.form.header[at]) == "" && strings.TrimSpace(cell) != "" {
			return cell
		}
	}
	return ""
}

// instrumentOf fills the texts of one instrument of a wide record. It reports whether there is a row.
func (r *rows) instrumentOf(w instrument) (bool, error) {
	for i, o := range r.form.layout.from {
		r.texts[i], r.raws[i], r.names[i] = "", "", o.name
		if o.index < 0 {
			continue
		}
		text, literal := r.cell(o.index)
		r.raws[i] = text
		if r.missing(i, text) {
			continue
		}
		var problem string
		if r.texts[i], problem = r.convert(i, text, literal); problem != "" {
			r.wide = len(r.form.layout.wide)
			return false, r.fault(i, problem)
		}
	}
	r.texts[r.instrument], r.raws[r.instrument], r.names[r.instrument] = w.name, w.column, r.columns[r.instrument].Name
	text, literal := r.cell(w.index)
	r.raws[r.price], r.names[r.price] = text, w.column
	if strings.TrimSpace(text) == "" || r.missing(r.price, text) {
		r.leftOut++
		return false, nil
	}
	var problem string
	if r.texts[r.price], problem = r.convert(r.price, text, literal); problem != "" {
		return false, r.fault(r.price, problem)
	}
	return true, nil
}

// missing reports whether a cell has a word for a missing value. The usual words do not count in texts.
func (r *rows) missing(column int, text string) bool {
	if r.form.options.Missing == nil && r.columns[column].Type == Text {
		return false
	}
	return isMissing(strings.TrimSpace(text), r.form.options.Missing)
}

func (r *rows) convert(column int, text string, literal bool) (string, string) {
	t := r.columns[column].Type
	if t == Text {
		return text, ""
	}
	return r.form.cells.convert(t, strings.TrimSpace(text), literal)
}

func (r *rows) fault(column int, problem string) error {
	return &RowError{desk.BadRow{Line: r.record.line, Column: r.names[column], Value: r.raws[column], Problem: problem}}
}

// survey reads all records, to see what they say about numbers and dates.
func (m *member) survey(columns []Column) error {
	r, err := m.open(columns)
	if err != nil {
		return err
	}
	s := survey{epoch: map[string]place{}, suffixes: m.form.cells.suffixes}
	see := func(column, index int) {
		text, literal := r.cell(index)
		if text = strings.TrimSpace(text); text == "" || r.missing(column, text) {
			return
		}
		s.see(columns[column].Type, r.record.line, m.form.nameOf(index), text, literal)
	}
	for {
		line, err := r.take()
		var row *RowError
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.As(err, &row) {
			return err
		}
		if err != nil {
			m.lines = max(m.lines, row.Fault.Line)
			continue
		}
		m.lines = max(m.lines, line)
		for i, o := range m.form.layout.from {
			if o.index >= 0 {
				see(i, o.index)
			}
		}
		for _, w := range m.form.layout.wide {
			see(r.price, w.index)
		}
	}
	m.form.cells, err = s.conclude(m.form.options, &m.findings)
	return err
}

func (f *form) nameOf(index int) string {
	if index < len(f.header) && strings.TrimSpace(f.header[index]) != "" {
		return strings.TrimSpace(f.header[index])
	}
	return fmt.Sprintf("column %d", index+1)
}
