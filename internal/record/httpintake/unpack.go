package httpintake

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// zstdMemory bounds the window that a body in Zstandard may ask for.
const zstdMemory = 8 << 20

// longestBlank is how many blanks are skipped in search of a first row.
const longestBlank = 1 << 20

// byteOrderMark may stand before a text in UTF-8.
const byteOrderMark = "\xef\xbb\xbf"

// Open reads what the body says, unpacked. It can be called again. If the body can't be unpacked, or unpacks to more
// than the limit, reading returns a *Refusal.
func (b *Body) Open() (io.ReadCloser, error) {
	sent := bufio.NewReaderSize(b.raw(), pieceBytes)
	encoding := b.encoding
	if head, _ := sent.Peek(2); encoding == "" && bytes.Equal(head, []byte("\x1f\x8b")) {
		encoding = "gzip" // no text begins so
	}
	switch encoding {
	case "gzip":
		from, err := gzip.NewReader(sent)
		if err != nil {
			return nil, damaged(encoding)
		}
		return &unpacked{from: from, encoding: encoding, left: b.limits.Unpacked, most: b.limits.Unpacked, close: func() {}}, nil
	case "zstd":
		from, err := zstd.NewReader(sent, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(zstdMemory))
		if err != nil {
			return nil, damaged(encoding)
		}
		return &unpacked{from: from, encoding: encoding, left: b.limits.Unpacked, most: b.limits.Unpacked, close: from.Close}, nil
	}
	return io.NopCloser(sent), nil
}

// blank reports whether the body, unpacked, has nothing but blanks. A body that begins with too many blanks for one row
// is left to those who read rows.
func (b *Body) blank() (bool, error) {
	from, err := b.Open()
	if err != nil {
		return false, err
	}
	defer from.Close()
	text := bufio.NewReader(io.LimitReader(from, longestBlank+int64(len(byteOrderMark))))
	if mark, _ := text.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = text.Discard(len(mark)) // they are in the buffer
	}
	for read := 0; read < longestBlank; read++ {
		c, err := text.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return false, err
		case !strings.ContainsRune(" \t\r\n", rune(c)):
			return false, nil
		}
	}
	return false, nil
}

func damaged(encoding string) *Refusal {
	return refusef(http.StatusBadRequest, "Nothing was written: the body can't be unpacked as %s.", encoding)
}

// unpacked reads a compressed body, and bounds what it unpacks to.
type unpacked struct {
	from       io.Reader
	encoding   string
	left, most int64
	close      func()
}

// Read returns a *Refusal if the body is damaged or unpacks to too much.
func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.from.Read(p)
	u.left -= int64(n)
	if u.left < 0 {
		return 0, refusef(http.StatusRequestEntityTooLarge, "Nothing was written: the body unpacks to more than %d bytes. Send the rows in several requests.", u.most)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, damaged(u.encoding)
	}
	return n, err
}

// Close frees the decoder's memory.
func (u *unpacked) Close() error {
	u.close()
	return nil
}
