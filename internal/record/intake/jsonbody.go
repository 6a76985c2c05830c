package intake

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"macrowatch/internal/desk"
)

// ErrRowTooLong marks the error for a row that is longer than a row may be.
var ErrRowTooLong = errors.New("a row is too long")

// ErrTooManyRows marks the error for a text with more rows than Options.MostRows.
var ErrTooManyRows = errors.New("too many rows")

// limitError is an error with a sentence that is also an ErrRowTooLong or an ErrTooManyRows.
type limitError struct {
	limit    error
	sentence string
}

func (e *limitError) Error() string        { return e.sentence }
func (e *limitError) Is(target error) bool { return target == e.limit }

// openJSON returns an opener of a text in JSON.
func openJSON(r io.Reader, lines bool, mostRows int64) opener {
	return func(_ string, columns []column) (records, error) {
		limit := &limitedReader{r: r, left: maxRecordBytes}
		buffered := bufio.NewReaderSize(limit, readAhead)
		skipByteOrderMark(buffered)
		objects := newJSONLines(buffered, columns)
		first, err := firstCharacter(buffered)
		if err != nil {
			return nil, failedBegin(err)
		}
		if lines && first != '[' {
			limit.left = math.MaxInt // readLine has its own limit
			return &countedRecords{records: objects, most: mostRows}, nil
		}
		values := &jsonValues{limit: limit, decoder: json.NewDecoder(buffered), object: objects, inArray: first == '['}
		return &countedRecords{records: values, most: mostRows}, nil
	}
}

// firstCharacter returns the first character that is not a blank, and leaves it unread. It returns 0 at the end.
func firstCharacter(r *bufio.Reader) (byte, error) {
	for {
		c, err := r.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return 0, nil
		case err != nil:
			return 0, err
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			return c, r.UnreadByte()
		}
	}
}

// failedBegin says why the beginning could not be read.
func failedBegin(err error) error {
	if errors.Is(err, errTooLong) {
		return tooLong()
	}
	return readError(err)
}

// countedRecords numbers records by their place, and bounds how many there are.
type countedRecords struct {
	records
	count, most int64
}

func (c *countedRecords) next() (int64, []string, error) {
	_, texts, err := c.records.next()
	if errors.Is(err, io.EOF) {
		return 0, nil, err
	}
	c.count++
	if c.most > 0 && c.count > c.most {
		return 0, nil, &limitError{ErrTooManyRows, fmt.Sprintf("there are more than %d rows", c.most)}
	}
	var row *rowError
	if errors.As(err, &row) {
		row.fault.Line = c.count
	}
	return c.count, texts, err
}

// jsonValues reads the objects of an array, or objects that stand one after the other. It can't go on behind something
// that is not JSON.
type jsonValues struct {
	limit          *limitedReader
	decoder        *json.Decoder
	object         *jsonRecords // takes the texts from one object
	begun, inArray bool
	ended          bool
}

func (j *jsonValues) next() (int64, []string, error) {
	j.limit.left = maxRecordBytes
	if j.ended {
		return 0, nil, io.EOF
	}
	if !j.begun {
		j.begun = true
		if j.inArray {
			if _, err := j.decoder.Token(); err != nil {
				return 0, nil, j.failed(err)
			}
		}
	}
	if j.inArray && !j.decoder.More() {
		return 0, nil, j.end()
	}
	var object json.RawMessage
	if err := j.decoder.Decode(&object); err != nil {
		if errors.Is(err, io.EOF) && !j.inArray {
			return 0, nil, io.EOF
		}
		return 0, nil, j.failed(err)
	}
	if len(object) > maxRecordBytes {
		return 0, nil, j.failed(errTooLong)
	}
	if fault := j.object.parse(object); fault != nil {
		return 0, nil, &rowError{*fault}
	}
	return 0, j.object.texts, nil
}

// end reads the end of an array. Nothing may follow it.
func (j *jsonValues) end() error {
	if _, err := j.decoder.Token(); err != nil {
		return j.failed(err)
	}
	j.ended = true
	if _, err := j.decoder.Token(); err == nil || isSyntax(err) {
		return &rowError{desk.BadRow{Problem: "something follows the end of the array"}}
	} else if !errors.Is(err, io.EOF) {
		return j.failed(err)
	}
	return io.EOF
}

// failed says why nothing more can be read.
func (j *jsonValues) failed(err error) error {
	j.ended = true
	switch {
	case errors.Is(err, errTooLong):
		return tooLong()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &rowError{desk.BadRow{Problem: "not valid JSON: the text ends in the middle"}}
	case isSyntax(err):
		return &rowError{desk.BadRow{Problem: "not valid JSON: " + err.Error()}}
	}
	return err
}

func tooLong() error {
	return &limitError{ErrRowTooLong, fmt.Sprintf("a row is longer than %d bytes", maxRecordBytes)}
}

func isSyntax(err error) bool {
	var syntax *json.SyntaxError
	return errors.As(err, &syntax)
}
