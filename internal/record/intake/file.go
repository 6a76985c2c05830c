package intake

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/dialect"
)

// maxRecordBytes is how long one row may be. Without a limit, a quote that is never closed would take the
// rest of a file into memory.
const maxRecordBytes = 1 << 20

// readAhead is how many bytes are read at once.
const readAhead = 64 << 10

// records reads the rows of one format.
type records interface {
	// next returns the line on which a row begins, and its texts in the order of the kind's columns. A missing
	// value is "". The texts are valid until the next call. A *rowError means that this row can't be read, but
	// the next one may be. io.EOF is the end.
	next() (line int64, texts []string, err error)
}

// rowError is a row that can't be read.
type rowError struct{ fault desk.BadRow }

func (e *rowError) Error() string { return e.fault.String() }

// input is a file, or another input, that is read row by row.
type input[T deskRow] struct {
	kind    rowKind[T]
	records records
	cells   cells
	bad     BadRowsError
	read    *atomic.Int64
	preview *Preview
}

func newInput[T deskRow](kind rowKind[T], records records, opts Options) *input[T] {
	in := &input[T]{kind: kind, records: records, cells: cells{columns: kind.columns, location: opts.Location, words: opts.Words}, read: opts.RowsRead,
		preview: opts.Preview}
	if in.preview != nil {
		in.cells.stored = make([]string, len(kind.columns))
	}
	if in.read == nil {
		in.read = new(atomic.Int64)
	}
	return in
}

// openFile returns an opener that reads the beginning of a file, which tells whether it is in macrowatch's own format.
// Any other file is read by package dialect, and so is every file of which the options say how it is written.
func openFile(r io.Reader, name string, opts Options) opener {
	return func(kind string, columns []column) (records, error) {
		packed := &countedReader{Reader: r}
		raw := bufio.NewReaderSize(packed, readAhead)
		if opts.Dialect.Given() || !inOwnFormat(raw, name, columns) {
			return openDialect(raw, kind, columns, opts)
		}
		buffered, err := unpacked(raw, packed.count)
		if err != nil {
			return nil, err
		}
		skipByteOrderMark(buffered)
		if isJSONLines(buffered, name) {
			return newJSONLines(buffered, columns), nil
		}
		return newCSV(buffered, kind, columns)
	}
}

// skipByteOrderMark skips the mark that spreadsheets write at the beginning of a file.
func skipByteOrderMark(r *bufio.Reader) {
	if head, _ := r.Peek(3); bytes.Equal(head, []byte("\xef\xbb\xbf")) {
		_, _ = r.Discard(len(head))
	}
}

// unpacked returns a reader of a file's contents. If the file is packed with gzip, it unpacks them; `packed` counts the
// bytes that have been read of the file.
func unpacked(buffered *bufio.Reader, packed func() int64) (*bufio.Reader, error) {
	if head, _ := buffered.Peek(2); !bytes.Equal(head, []byte("\x1f\x8b")) {
		return buffered, nil
	}
	unzipped, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, readError(err)
	}
	return bufio.NewReaderSize(dialect.LimitUnpacked(unzipped, packed), readAhead), nil
}

// countedReader counts the bytes that are read.
type countedReader struct {
	io.Reader
	read int64
}

func (c *countedReader) count() int64 { return c.read }

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += int64(n)
	return n, err
}

// readError says why reading failed. It turns gzip's errors into sentences.
func readError(err error) error {
	var corrupt flate.CorruptInputError
	var limit *limitError
	var bad *BadRowsError
	var path *fs.PathError
	switch {
	case errors.As(err, &path): // the caller names the file
		return fmt.Errorf("can't be read: %w", path.Err)
	case errors.As(err, &limit), errors.As(err, &bad), errors.Is(err, dialect.ErrTooMuch):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("the gzip data end in the middle: the file is cut off")
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return errors.New("the gzip data are damaged")
	}
	return fmt.Errorf("read: %w", err)
}

func isJSONLines(r *bufio.Reader, name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	if slices.Contains([]string{".jsonl", ".ndjson", ".json"}, filepath.Ext(name)) {
		return true
	}
	first, _ := r.Peek(1)
	return len(first) == 1 && first[0] == '{'
}

// next returns the rows up to the first fault. After a fault it reads the rest of the file only to collect
// the other faults, and returns them as its error.
func (f *input[T]) next() (int64, T, error) {
	var none T
	for {
		line, texts, err := f.records.next()
		var row *rowError
		switch {
		case errors.As(err, &row):
			f.bad.Add(row.fault)
			continue
		case errors.Is(err, io.EOF) && len(f.bad.Rows) > 0:
			return 0, none, &f.bad
		case errors.Is(err, io.EOF):
			return 0, none, io.EOF
		case err != nil:
			return 0, none, readError(err)
		}
		f.read.Add(1)
		f.cells.line, f.cells.texts, f.cells.faults = line, texts, f.cells.faults[:0]
		parsed := f.kind.parse(&f.cells)
		if !f.cells.bad() {
			f.cells.noteRuleFault(parsed.Validate())
		}
		for _, fault := range f.cells.faults {
			f.bad.Add(f.asInFile(fault))
		}
		if f.preview != nil && !f.cells.bad() {
			f.preview.note(f.placeOf(line), f.kind.columns, f.asRead(texts), f.cells.stored)
		}
		if len(f.bad.Rows) == 0 {
			return line, parsed, nil
		}
	}
}
