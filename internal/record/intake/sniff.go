package intake

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"macrowatch/internal/record/dialect"
)

// inOwnFormat reports whether the beginning of a file is in macrowatch's own format. The header decides, or the keys of
// the first object; and the cells of the first rows, if they are written in a form that only package dialect reads. A
// file that is wrong in any dialect counts as one in macrowatch's own, which has the clearer errors for it.
func inOwnFormat(r *bufio.Reader, name string, columns []column) bool {
	raw, _ := r.Peek(readAhead)
	head, whole := raw, len(raw) < readAhead
	if bytes.HasPrefix(raw, []byte("\x1f\x8b")) {
		head, whole = unzippedHead(raw)
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")),
		bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return false
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if end := bytes.LastIndexByte(head, '\n'); !whole && end >= 0 {
		head = head[:end+1]
	}
	begin := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(begin) == 0:
		return true
	case begin[0] == '[':
		return false
	case isJSONLines(bufio.NewReader(bytes.NewReader(head)), name):
		return ownObjects(head, columns)
	}
	return ownTable(head, columns)
}

// unzippedHead returns what the beginning of a gzip file unpacks to, and whether that is all of the file.
func unzippedHead(raw []byte) (head []byte, whole bool) {
	unzipped, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, true
	}
	head, err = io.ReadAll(io.LimitReader(unzipped, readAhead))
	return head, err == nil && len(head) < readAhead
}

// ownTable reports whether a header has only columns as they are written in macrowatch's own format, and whether the
// rows have no cell in a foreign form.
func ownTable(head []byte, columns []column) bool {
	r := csv.NewReader(bytes.NewReader(head))
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	header, err := r.Read()
	if err != nil {
		return false
	}
	columnOf := make([]int, len(header))
	seen := make([]bool, len(columns))
	for n, name := range header {
		i := columnIndex(columns, strings.TrimSpace(name))
		if i < 0 {
			return false
		}
		columnOf[n], seen[i] = i, true
	}
	for i, c := range columns {
		if c.required && !seen[i] {
			return false
		}
	}
	for {
		cells, err := r.Read()
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			continue
		}
		if err != nil {
			return true
		}
		for n, cell := range cells {
			if n < len(columnOf) && foreign(columns[columnOf[n]], cell) {
				return false
			}
		}
	}
}

// foreign reports whether a cell is written in a form that only package dialect reads.
func foreign(c column, cell string) bool {
	return dialect.Foreign(factsOf(c.name).cells, cell)
}

// ownObjects reports whether the first objects have keys as they are written in macrowatch's own format, and no value in
// a foreign form.
func ownObjects(head []byte, columns []column) bool {
	for line := range bytes.Lines(head) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		var object map[string]any
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		if err := d.Decode(&object); err != nil {
			return !errors.Is(err, io.ErrUnexpectedEOF) || len(bytes.TrimSpace(head)) == len(line)
		}
		known := 0
		for key, value := range object {
			i := columnIndex(columns, key)
			if i < 0 {
				continue
			}
			known++
			switch value := value.(type) {
			case string:
				if foreign(columns[i], value) {
					return false
				}
			case json.Number:
				if t := factsOf(columns[i].name).cells; (t == dialect.Day || t == dialect.Time) && foreign(columns[i], value.String()) {
					return false
				}
			}
		}
		if known == 0 && len(object) > 0 {
			return false
		}
	}
	return true
}
