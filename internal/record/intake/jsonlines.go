package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"macrowatch/internal/desk"
)

// jsonRecords reads JSON Lines: each line is an object whose values are texts, numbers or null. Empty lines are
// skipped.
type jsonRecords struct {
	r       *bufio.Reader
	columns []column
	line    int64
	buffer  []byte
	texts   []string
	seen    []bool
}

func newJSONLines(r *bufio.Reader, columns []column) *jsonRecords {
	return &jsonRecords{r: r, columns: columns, texts: make([]string, len(columns)), seen: make([]bool, len(columns))}
}

func (j *jsonRecords) next() (int64, []string, error) {
	for {
		line, err := j.readLine()
		if err != nil {
			return 0, nil, err
		}
		if len(line) == 0 {
			continue
		}
		if fault := j.parse(line); fault != nil {
			fault.Line = j.line
			return 0, nil, &rowError{*fault}
		}
		return j.line, j.texts, nil
	}
}

// readLine returns the next line without the blanks around it, or io.EOF.
func (j *jsonRecords) readLine() ([]byte, error) {
	j.buffer = j.buffer[:0]
	j.line++
	for {
		part, err := j.r.ReadSlice('\n')
		j.buffer = append(j.buffer, part...)
		switch {
		case len(j.buffer) > maxRecordBytes:
			return nil, &limitError{ErrRowTooLong, fmt.Sprintf("line %d is longer than %d bytes", j.line, maxRecordBytes)}
		case err == nil, errors.Is(err, io.EOF) && len(j.buffer) > 0:
			return bytes.Trim(j.buffer, " \t\r\n"), nil // the blanks that JSON knows
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// parse takes the texts from one object. If it can't, it returns the fault.
func (j *jsonRecords) parse(line []byte) *desk.BadRow {
	clear(j.texts)
	clear(j.seen)
	if !utf8.Valid(line) {
		return &desk.BadRow{Problem: "not valid UTF-8"}
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return &desk.BadRow{Problem: "not a JSON object; expected is one object on each line"}
	}
	for d.More() {
		key, err := d.Token()
		name, isText := key.(string)
		if err != nil || !isText {
			return notJSON(err)
		}
		i := columnIndex(j.columns, name)
		if i < 0 {
			return &desk.BadRow{Column: "key", Value: name, Problem: "not a column; allowed are " + columnNames(j.columns)}
		}
		if j.seen[i] {
			return &desk.BadRow{Column: "key", Value: name, Problem: "given twice"}
		}
		j.seen[i] = true
		value, err := d.Token()
		if err != nil {
			return notJSON(err)
		}
		switch value := value.(type) {
		case string:
			j.texts[i] = value
		case json.Number:
			j.texts[i] = value.String()
		case nil: // as if the key were missing
		default:
			return &desk.BadRow{Column: name, Value: fmt.Sprint(value), Problem: "not a text, a number or null"}
		}
	}
	if _, err := d.Token(); err != nil {
		return notJSON(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return &desk.BadRow{Problem: "something follows the object; expected is one object on each line"}
	}
	return nil
}

func notJSON(err error) *desk.BadRow {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &desk.BadRow{Problem: "not valid JSON: the object is not complete"}
	}
	return &desk.BadRow{Problem: "not valid JSON: " + err.Error()}
}
