package lineage

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// LongestEvent is how many bytes one event may have.
const LongestEvent = 4 << 20

// ErrTooMuch marks the error for an event that is too long or a text with too many events.
var ErrTooMuch = errors.New("too much")

// Read reads events: one, a list of them, or one after the other. It calls found for each with its place, counted from
// 0. After a fault of JSON nothing more is read, because nobody can tell where the next event begins; found gets this
// fault as well. There may be most events; 0 allows any number. The error is that of the reader, or an ErrTooMuch.
func Read(r io.Reader, most int64, found func(place int64, e Event, faults []Fault)) error {
	v, err := newValues(r)
	if err != nil {
		return err
	}
	for place := int64(0); ; place++ {
		text, err := v.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case isSyntax(err):
			found(place, Event{}, []Fault{{Problem: "not valid JSON, or it ends too early"}})
			return nil
		case err != nil:
			return err
		case most > 0 && place == most:
			return fmt.Errorf("there are more than %d events: %w", most, ErrTooMuch)
		}
		e, faults := Parse(text)
		found(place, e, faults)
	}
}

// values reads the values of a list, or values that stand one after the other.
type values struct {
	limit   *limitedReader
	decoder *json.Decoder
	inList  bool
}

func newValues(r io.Reader) (*values, error) {
	limit := &limitedReader{r: r, left: LongestEvent}
	buffered := bufio.NewReader(limit)
	if head, _ := buffered.Peek(3); bytes.Equal(head, []byte("\xef\xbb\xbf")) {
		_, _ = buffered.Discard(3) // the byte order mark that was just seen
	}
	first, err := firstCharacter(buffered)
	if err != nil {
		return nil, err
	}
	v := &values{limit: limit, decoder: json.NewDecoder(buffered), inList: first == '['}
	if v.inList {
		_, err = v.decoder.Token()
	}
	return v, err
}

// next returns the next value, or io.EOF behind the last one.
func (v *values) next() (json.RawMessage, error) {
	v.limit.left = LongestEvent
	if v.inList && !v.decoder.More() {
		return nil, v.end()
	}
	var text json.RawMessage
	err := v.decoder.Decode(&text)
	switch {
	case v.inList && errors.Is(err, io.EOF):
		return nil, io.ErrUnexpectedEOF
	case err == nil && len(text) > LongestEvent:
		return nil, tooLong()
	}
	return text, err
}

// end reads the end of a list. Nothing may follow it.
func (v *values) end() error {
	if _, err := v.decoder.Token(); errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	} else if err != nil {
		return err
	}
	if _, err := v.decoder.Token(); err != nil {
		return err
	}
	return io.ErrUnexpectedEOF
}

func tooLong() error {
	return fmt.Errorf("an event is longer than %d bytes: %w", LongestEvent, ErrTooMuch)
}

func isSyntax(err error) bool {
	var syntax *json.SyntaxError
	return errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF)
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

// limitedReader fails after a number of bytes, which its user sets again for each event.
type limitedReader struct {
	r    io.Reader
	left int
}

// Read reads the next bytes.
func (l *limitedReader) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, tooLong()
	}
	n, err := l.r.Read(p)
	l.left -= n
	return n, err
}
