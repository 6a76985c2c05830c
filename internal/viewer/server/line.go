package server

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/crc32"
	"hash/fnv"
	"net/http"
	"strconv"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/flate"
	"golang.org/x/net/http/httpguts"
)

// line is a panel as a line of JSON, ready to be sent.
type line struct {
	plain []byte
	// deflated returns the line as a sequence of deflate blocks that refers to nothing before it and ends at a whole
	// byte. Such sequences in a row are one deflate stream, so a line is compressed once for all answers that contain
	// it. It compresses when it is first called.
	deflated func() []byte
	// tag changes with the text.
	tag uint64
}

// newLine makes a line that the deflater compresses.
func newLine(plain []byte, by *deflater) *line {
	return &line{plain: plain, deflated: sync.OnceValue(func() []byte { return by.deflate(plain) }), tag: xxhash.Sum64(plain)}
}

// bytes is about the memory that the line takes: JSON of panels shrinks to a quarter or less.
func (l *line) bytes() int { return len(l.plain) + len(l.plain)/4 }

// deflater compresses lines. It reuses its writers, because each has tables of hundreds of kilobytes.
type deflater struct {
	level   int // 0 means the usual one
	writers sync.Pool
}

func (d *deflater) deflate(plain []byte) []byte {
	w, reused := d.writers.Get().(*flate.Writer)
	if !reused {
		w, _ = flate.NewWriter(nil, cmp.Or(d.level, flate.DefaultCompression)) // fails only for a level that does not exist
	}
	defer d.writers.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	_, _ = w.Write(plain) // a bytes.Buffer takes everything
	_ = w.Flush()
	return bytes.Clone(out.Bytes())
}

// gzipHeader begins a gzip stream with deflate inside, without a name, a time or an operating system (RFC 1952).
func gzipHeader() []byte { return []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255} }

// gzipEnd is how many bytes follow the last line: an empty block, a checksum and a length.
const gzipEnd = 2 + 4 + 4

// lineWriter writes lines to a reader, compressed if the reader takes gzip.
type lineWriter struct {
	out     http.ResponseWriter
	gzip    bool
	started bool
	sum     uint32 // of the plain text, as in the end of a gzip stream
	size    uint32
}

// newLineWriter makes the writer of an answer and sets its headers. Readers that take no gzip, or that say so with weights,
// get plain lines; the server's compressor looks after the latter.
func newLineWriter(w http.ResponseWriter, r *http.Request) *lineWriter {
	l := &lineWriter{out: w, gzip: r.Method == http.MethodGet && httpguts.HeaderValuesContainsToken(r.Header["Accept-Encoding"], "gzip")}
	w.Header().Add("Vary", "Accept-Encoding")
	if l.gzip {
		w.Header().Set("Content-Encoding", "gzip")
	}
	return l
}

// announce says how long the answer is. It is called if all lines of the answer are known before the first is sent.
func (w *lineWriter) announce(lines ...*line) {
	length := 0
	for _, l := range lines {
		if w.gzip {
			length += len(l.deflated())
		} else {
			length += len(l.plain)
		}
	}
	if w.gzip {
		length += len(gzipHeader()) + gzipEnd
	}
	w.out.Header().Set("Content-Length", strconv.Itoa(length))
}

// write sends a line.
func (w *lineWriter) write(l *line) error {
	if !w.gzip {
		_, err := w.out.Write(l.plain)
		return err
	}
	w.sum = crc32.Update(w.sum, crc32.IEEETable, l.plain)
	w.size += uint32(len(l.plain))
	block := l.deflated()
	if !w.started {
		w.started = true
		block = append(gzipHeader(), block...)
	}
	_, err := w.out.Write(block)
	return err
}

// end ends the gzip stream.
func (w *lineWriter) end() error {
	if !w.gzip {
		return nil
	}
	var last []byte
	if !w.started {
		last = gzipHeader()
	}
	last = append(last, 0x03, 0x00) // a final block without content
	last = binary.LittleEndian.AppendUint32(last, w.sum)
	last = binary.LittleEndian.AppendUint32(last, w.size)
	_, err := w.out.Write(last)
	return err
}

// tagOf returns the entity tag of lines in their order. It is a weak one, because the same lines may be sent compressed or
// not.
func tagOf(lines ...*line) string {
	h := fnv.New64a()
	var b [8]byte
	for _, l := range lines {
		binary.LittleEndian.PutUint64(b[:], l.tag)
		_, _ = h.Write(b[:])
	}
	return `W/"` + strconv.FormatUint(h.Sum64(), 36) + `"`
}

// unchanged reports whether the reader has what the tag stands for. It then answers with 304 and nothing else.
func unchanged(w http.ResponseWriter, r *http.Request, tag string) bool {
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") != tag {
		return false
	}
	w.Header().Del("Content-Encoding")
	w.Header().Del("Content-Type")
	w.WriteHeader(http.StatusNotModified)
	return true
}
