package httpintake

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

// pieceBytes is how much of a body is read at once.
const pieceBytes = 64 << 10

// Body is the body of a request, as it was sent. It is in memory, so that a request that must begin anew can be read
// again, and so that a sender who pauses holds no connection to the database.
type Body struct {
	pieces   [][]byte
	size     int64
	asked    hash.Hash // of the call, its parameters and the body
	encoding string
	lines    bool // its content type says that each line is an object
	limits   Limits
	room     *room
	held     int64
}

// digest stands for everything that was asked.
func (b *Body) digest() []byte { return b.asked.Sum(nil) }

// release gives the memory of the body back.
func (b *Body) release() {
	b.pieces = nil
	b.room.letGo(b.held)
	b.held = 0
}

// raw reads the body as it was sent.
func (b *Body) raw() io.Reader { return &piecesReader{pieces: b.pieces} }

// piecesReader reads pieces one after the other. It does not change them.
type piecesReader struct {
	pieces [][]byte
	read   int // of the first piece
}

// Read reads the next bytes.
func (r *piecesReader) Read(p []byte) (int, error) {
	for len(r.pieces) > 0 && r.read == len(r.pieces[0]) {
		r.pieces, r.read = r.pieces[1:], 0
	}
	if len(r.pieces) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.pieces[0][r.read:])
	r.read += n
	return n, nil
}

// readBody reads the body of a request. The caller must release it.
func (in *Intake) readBody(w http.ResponseWriter, r *http.Request, o Operation) (*Body, error) {
	limits := in.cfg.Limits
	b := &Body{limits: limits, room: in.room, asked: sha256.New()}
	fmt.Fprintf(b.asked, "%s %s\n", r.URL.Path, r.URL.RawQuery)
	var err error
	if b.lines, err = contentType(r, o); err != nil {
		return nil, err
	}
	if b.encoding, err = contentEncoding(r); err != nil {
		return nil, err
	}
	if r.ContentLength > limits.Body {
		return nil, tooLarge(limits.Body)
	}
	if err := b.read(w, r); err != nil {
		b.release()
		return nil, err
	}
	return b, nil
}

func tooLarge(most int64) *Refusal {
	return refusef(http.StatusRequestEntityTooLarge, "Nothing was written: the body has more than %d bytes. Send the rows in several requests, or compress them.", most)
}

// read reads the body piece by piece. A sender may pause for a while, but not again and again.
func (b *Body) read(w http.ResponseWriter, r *http.Request) error {
	control := http.NewResponseController(w)
	end := time.Now().Add(b.limits.BodyTime)
	for {
		if !b.room.hold(pieceBytes) {
			return tooBusy("other requests fill the memory for bodies")
		}
		b.held += pieceBytes
		piece := make([]byte, pieceBytes)
		n, err := b.fill(piece, r.Body, func() {
			next := time.Now().Add(b.limits.BodyPause)
			if next.After(end) {
				next = end
			}
			_ = control.SetReadDeadline(next) // fails only for the recorders of tests, which have no deadlines
		})
		b.size += int64(n)
		if b.size > b.limits.Body {
			return tooLarge(b.limits.Body)
		}
		b.asked.Write(piece[:n])
		b.pieces = append(b.pieces, piece[:n:n])
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			return refusef(http.StatusRequestTimeout, "Nothing was written: the body did not arrive in time. A sender may pause for %s, and the whole body may take %s.", b.limits.BodyPause, b.limits.BodyTime)
		case err != nil:
			return refusef(http.StatusBadRequest, "Nothing was written: the body did not arrive as a whole.")
		}
	}
}

// fill reads until a piece is full or the body ends. It calls before ahead of each read.
func (b *Body) fill(piece []byte, from io.Reader, before func()) (n int, err error) {
	for n < len(piece) && err == nil {
		before()
		var more int
		more, err = from.Read(piece[n:])
		n += more
	}
	return n, err
}

// contentType reports whether the type of the body says that each line is an object. It refuses types that the
// operation does not take. A request without a type is looked at.
func contentType(r *http.Request, o Operation) (lines bool, err error) {
	text := r.Header.Get("Content-Type")
	if o.ContentTypes == nil || text == "" {
		return false, nil
	}
	name, parameters, err := mime.ParseMediaType(text)
	if err != nil || !slices.Contains(o.ContentTypes, name) {
		hint := ""
		if name == "application/x-www-form-urlencoded" {
			hint = " (curl sends this type unless you pass -H 'Content-Type: application/json')"
		}
		return false, refusef(http.StatusUnsupportedMediaType, "The Content-Type %q%s is not taken here; send %s.", text, hint, strings.Join(o.ContentTypes, ", "))
	}
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return false, refusef(http.StatusUnsupportedMediaType, "The charset %q is not taken here; send UTF-8.", charset)
	}
	return slices.Contains(lineTypes(), name), nil
}

// contentEncoding returns how the body is compressed: "", "gzip" or "zstd".
func contentEncoding(r *http.Request) (string, error) {
	switch name := strings.ToLower(strings.TrimSpace(strings.Join(r.Header.Values("Content-Encoding"), ","))); name {
	case "", "identity":
		return "", nil
	case "gzip", "x-gzip":
		return "gzip", nil
	case "zstd":
		return "zstd", nil
	default:
		return "", refusef(http.StatusUnsupportedMediaType, "The Content-Encoding %q is not taken here; send gzip, zstd or none.", name)
	}
}
