package dialect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"macrowatch/internal/desk"
)

// maxDocument is how long a JSON document may be that has to be read as a whole: a table as pandas writes it with
// orient="split" or "columns", or an object around a list.
const maxDocument = 256 << 20

// jsonSource reads the objects of JSON Lines or of an array.
type jsonSource struct {
	limit   *limited
	lines   *lineCounter
	decoder *json.Decoder
	keys    []string
	array   bool
	objects bool // records are numbered as objects, since the file has them all on one line
	begun   bool
	count   int64
}

func newJSON(text io.Reader, keys []string, objects bool) *jsonSource {
	limit := &limited{r: text, left: maxRecordBytes}
	lines := &lineCounter{r: limit}
	s := &jsonSource{limit: limit, lines: lines, decoder: json.NewDecoder(lines), keys: keys, objects: objects}
	s.decoder.UseNumber()
	return s
}

// next returns the values of an object in the order of the keys. A key that is not among them is added.
func (s *jsonSource) next() (record, error) {
	s.limit.left = maxRecordBytes
	if !s.begun {
		s.begun = true
		if s.array = s.lines.beginsWith('['); s.array {
			if _, err := s.decoder.Token(); err != nil {
				return record{}, s.failed(err)
			}
		}
	}
	if !s.decoder.More() {
		return record{}, s.end()
	}
	s.count++
	var object json.RawMessage
	if err := s.decoder.Decode(&object); err != nil {
		return record{}, s.failed(err)
	}
	line := s.lines.at(s.decoder.InputOffset() - int64(len(object)))
	if s.objects {
		line = s.count
	}
	return s.record(line, object)
}

func (s *jsonSource) end() error {
	if s.array {
		if _, err := s.decoder.Token(); err != nil {
			return s.failed(err)
		}
		s.array = false
	}
	if _, err := s.decoder.Token(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = errors.New("something follows the end of the array")
		}
		return s.failed(err)
	}
	return io.EOF
}

// failed ends the reading at a fault of JSON, after which nothing can be read.
func (s *jsonSource) failed(err error) error {
	var syntax *json.SyntaxError
	line := s.lines.at(s.decoder.InputOffset())
	switch {
	case errors.Is(err, errTooLong):
		return fmt.Errorf("an object after line %d is longer than %d bytes", line, maxRecordBytes)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fault(line, "", "", "not valid JSON: the file ends in the middle of an object or an array")
	case errors.As(err, &syntax):
		return fault(s.lines.at(syntax.Offset), "", "", "not valid JSON: "+syntax.Error())
	}
	return fault(line, "", "", "not valid JSON: "+err.Error())
}

// record takes the values from an object.
func (s *jsonSource) record(line int64, object json.RawMessage) (record, error) {
	names, values, problem := members(object)
	if problem != "" {
		return record{}, &RowError{desk.BadRow{Line: line, Problem: problem}}
	}
	for _, name := range names {
		if !slices.Contains(s.keys, name) {
			s.keys = append(s.keys, name)
		}
	}
	r := record{line: line, cells: make([]string, len(s.keys)), literal: make([]bool, len(s.keys))}
	for i, name := range names {
		at := slices.Index(s.keys, name)
		r.cells[at], r.literal[at] = scalar(values[i])
	}
	return r, nil
}

// members returns the keys and values of an object, or what is wrong with it.
func members(object json.RawMessage) (names []string, values []any, problem string) {
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, nil, "not a JSON object; expected is one object for each row"
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, nil, "not valid JSON: " + err.Error()
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return nil, nil, "not valid JSON: " + err.Error()
		}
		name, _ := key.(string)
		if slices.Contains(names, name) {
			return nil, nil, fmt.Sprintf("the key %q is given twice", name)
		}
		names, values = append(names, name), append(values, value)
	}
	return names, values, ""
}

// scalar returns a value of JSON as a cell, and whether it is a number. Lists and objects come as JSON, which no column
// takes.
func scalar(value any) (string, bool) {
	switch value := value.(type) {
	case nil:
		return "", false
	case string:
		return value, false
	case json.Number:
		return value.String(), true
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value), false
	}
	return string(text), false
}

// lineCounter knows the lines on which bytes stand.
type lineCounter struct {
	r       io.Reader
	read    int64
	ends    []int64 // where the lines end that were read but not asked for yet
	passed  int64   // how many lines ended before
	head    []byte  // what was read ahead by beginsWith
	waiting error
}

func (l *lineCounter) Read(p []byte) (int, error) {
	if len(l.head) > 0 {
		n := copy(p, l.head)
		l.head = l.head[n:]
		return n, nil
	}
	if l.waiting != nil {
		return 0, l.waiting
	}
	return l.take(p)
}

func (l *lineCounter) take(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			l.ends = append(l.ends, l.read+int64(i))
		}
	}
	l.read += int64(n)
	return n, err
}

// beginsWith reports whether the first byte that is no blank is the given one.
func (l *lineCounter) beginsWith(want byte) bool {
	for {
		if text := bytes.TrimLeft(l.head, " \t\r\n"); len(text) > 0 {
			return text[0] == want
		}
		buffer := make([]byte, 4096)
		n, err := l.take(buffer)
		l.head = append(l.head, buffer[:n]...)
		if err != nil {
			l.waiting = err
			text := bytes.TrimLeft(l.head, " \t\r\n")
			return len(text) > 0 && text[0] == want
		}
	}
}

// at returns the line of an offset that is not before the last one asked for.
func (l *lineCounter) at(offset int64) int64 {
	n := 0
	for n < len(l.ends) && l.ends[n] < offset {
		n++
	}
	l.ends, l.passed = l.ends[n:], l.passed+int64(n)
	return l.passed + 1
}

// tableSource returns the rows of a table that was read as a whole.
type tableSource struct {
	rows []record
	at   int
}

func (t *tableSource) next() (record, error) {
	if t.at == len(t.rows) {
		return record{}, io.EOF
	}
	t.at++
	return t.rows[t.at-1], nil
}

// document reads a JSON object that holds a table: {"columns": [...], "index": [...], "data": [[...]]},
// {"COLUMN": {"INDEX": value}}, or an object with one list of objects, as many APIs answer. It returns no header if the
// object holds none of these.
func document(text io.Reader) (header []string, rows []record, err error) {
	content, err := io.ReadAll(io.LimitReader(text, maxDocument+1))
	if err != nil {
		return nil, nil, err
	}
	if len(content) > maxDocument {
		return nil, nil, fmt.Errorf("a JSON document of more than %d bytes; write it as an array of objects", maxDocument)
	}
	names, values, problem := members(content)
	if problem != "" || len(names) == 0 {
		return nil, nil, nil
	}
	columns, split := find(names, values, "columns").([]any)
	data, hasData := find(names, values, "data").([]any)
	if split && hasData {
		index, _ := find(names, values, "index").([]any)
		header, rows, err = splitTable(columns, index, data)
		return header, rows, err
	}
	lists := 0
	for _, value := range values {
		list, ok := value.([]any)
		if ok && len(list) > 0 && isObject(list[0]) {
			lists++
			header, rows = listTable(list)
		}
	}
	if lists == 1 {
		return header, rows, nil
	}
	for _, value := range values {
		if !isObject(value) {
			return nil, nil, nil
		}
	}
	header, rows = columnsTable(content)
	return header, rows, nil
}

func isObject(value any) bool {
	_, ok := value.(map[string]any)
	return ok
}

func find(names []string, values []any, name string) any {
	if i := slices.Index(names, name); i >= 0 {
		return values[i]
	}
	return nil
}

// splitTable returns the table of orient="split". The index is a first column without a name.
func splitTable(columns, index, data []any) ([]string, []record, error) {
	header := []string{}
	if len(index) > 0 {
		header = append(header, "")
	}
	for _, c := range columns {
		name, _ := scalar(c)
		header = append(header, name)
	}
	var rows []record
	for n, values := range data {
		list, ok := values.([]any)
		if !ok || len(list) != len(columns) || len(index) > 0 && n >= len(index) {
			return nil, nil, objectFault(int64(n+1), fmt.Sprintf("not a list of %d values, as many as there are columns", len(columns)))
		}
		if len(index) > 0 {
			list = append([]any{index[n]}, list...)
		}
		rows = append(rows, tableRow(int64(n+1), list))
	}
	return header, rows, nil
}

func tableRow(line int64, values []any) record {
	r := record{line: line}
	for _, v := range values {
		text, isNumber := scalar(v)
		r.cells, r.literal = append(r.cells, text), append(r.literal, isNumber)
	}
	return r
}

// listTable returns the table of a list of objects.
func listTable(list []any) ([]string, []record) {
	var header []string
	for _, value := range list {
		object, _ := value.(map[string]any)
		var names []string
		for name := range object {
			if !slices.Contains(header, name) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		header = append(header, names...)
	}
	var rows []record
	for n, value := range list {
		object, _ := value.(map[string]any)
		values := make([]any, len(header))
		for i, name := range header {
			values[i] = object[name]
		}
		rows = append(rows, tableRow(int64(n+1), values))
	}
	return header, rows
}

// columnsTable returns the table of orient="columns", the default of pandas. The index is a first column without a name.
func columnsTable(content json.RawMessage) ([]string, []record) {
	names, _, _ := members(content)
	header := append([]string{""}, names...)
	var columns map[string]map[string]any
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	if d.Decode(&columns) != nil {
		return nil, nil
	}
	var index []string
	seen := map[string]bool{}
	for _, name := range names {
		var keys []string
		for key := range columns[name] {
			if !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
		slices.SortFunc(keys, func(a, b string) int {
			if len(a) != len(b) && strings.Trim(a+b, "0123456789") == "" {
				return len(a) - len(b)
			}
			return strings.Compare(a, b)
		})
		index = append(index, keys...)
	}
	var rows []record
	for n, key := range index {
		values := []any{key}
		for _, name := range names {
			values = append(values, columns[name][key])
		}
		rows = append(rows, tableRow(int64(n+1), values))
	}
	return header, rows
}
