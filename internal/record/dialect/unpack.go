package dialect

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"strings"
)

// The bounds of packed files. They let every real file pass, and keep a small file from filling the disk.
const (
	maxUnpacked    = 4 << 30   // bytes of all members together
	freeUnpacked   = 64 << 20  // bytes that may come out whatever goes in
	maxRatio       = 200       // how many bytes may come out for each that goes in, beyond freeUnpacked
	maxMembers     = 1000      // files in one archive
	peekedBytes    = 64 << 10  // how much of a file tells its form
	maxRecordBytes = 1 << 20   // how long one record may be
	readAhead      = 128 << 10 // how many bytes are read at once
)

// member is one file: the only one, or one of an archive.
type member struct {
	name     string
	file     *os.File
	form     form
	findings Findings
	before   int64 // the lines of the members before this one
	lines    int64 // the lines of this one
}

func (m *member) close() {
	if m.file != nil {
		_ = m.file.Close()
		m.file = nil
	}
}

// begin returns a reader of the member's bytes from its beginning.
func (m *member) begin() (*bufio.Reader, error) {
	if _, err := m.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(m.file, readAhead), nil
}

// unpack copies a file to disk, without its packing. After an error it returns the members that it has made.
func unpack(r io.Reader) ([]*member, error) {
	b := &budget{left: maxUnpacked}
	in := &counting{r: r}
	buffered := bufio.NewReaderSize(in, readAhead)
	head, _ := buffered.Peek(4)
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, packedError("gzip", err)
		}
		m, err := copied("", b.limit(unzipped, func() int64 { return in.read }), "gzip")
		if m != nil && err == nil && isZip(m) {
			return []*member{m}, errors.New("an archive within gzip; unpack it first")
		}
		return []*member{m}, err
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		m, err := copied("", b.limit(buffered, nil), "zip")
		if err != nil {
			return []*member{m}, err
		}
		defer m.close()
		return unzip(m.file, b)
	}
	m, err := copied("", b.limit(buffered, nil), "")
	return []*member{m}, err
}

func isZip(m *member) bool {
	head := make([]byte, 4)
	_, err := m.file.ReadAt(head, 0)
	return err == nil && string(head) == "PK\x03\x04"
}

// unzip copies the members of an archive.
func unzip(file *os.File, b *budget) ([]*member, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(file, info.Size())
	if err != nil {
		return nil, packedError("zip", err)
	}
	if len(archive.File) > maxMembers {
		return nil, fmt.Errorf("the archive has %d files; at most %d are read", len(archive.File), maxMembers)
	}
	var members []*member
	for _, f := range archive.File {
		switch base := path.Base(f.Name); {
		case f.Name == "[Content_Types].xml":
			return members, errors.New("this is a spreadsheet or a document, not an archive of data: save the sheet as CSV")
		case f.FileInfo().IsDir(), strings.HasPrefix(base, "."), strings.HasPrefix(f.Name, "__MACOSX/"):
			continue
		case f.Flags&1 != 0:
			return members, fmt.Errorf("%s in the archive is encrypted; unpack it first", f.Name)
		}
		opened, err := f.Open()
		if err != nil {
			return members, fmt.Errorf("%s in the archive: %w", f.Name, packedError("zip", err))
		}
		m, err := copied(f.Name, b.limit(opened, func() int64 { return int64(f.CompressedSize64) }), "zip")
		_ = opened.Close()
		if m != nil {
			members = append(members, m)
		}
		if err != nil {
			return members, fmt.Errorf("%s in the archive: %w", f.Name, err)
		}
		if isZip(m) {
			return members, fmt.Errorf("%s is an archive within the archive; unpack it first", f.Name)
		}
	}
	if len(members) == 0 {
		return nil, errors.New("the archive has no file")
	}
	return members, nil
}

// copied copies a file to a place on disk that has no name, so that it goes away with the program.
func copied(name string, r io.Reader, packing string) (*member, error) {
	file, err := os.CreateTemp("", "macrowatch-import-")
	if err != nil {
		return nil, fmt.Errorf("the file is copied before it is read: %w", err)
	}
	m := &member{name: name, file: file}
	if err := os.Remove(file.Name()); err != nil {
		return m, err
	}
	if _, err := io.Copy(file, r); err != nil {
		return m, packedError(packing, err)
	}
	return m, nil
}

// packedError says why unpacking failed. It turns the errors of the libraries into sentences.
func packedError(packing string, err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case packing == "" || errors.Is(err, ErrTooMuch):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("the %s data end in the middle: the file is cut off", packing)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, zip.ErrFormat),
		errors.Is(err, zip.ErrChecksum), errors.As(err, &corrupt):
		return fmt.Errorf("the %s data are damaged", packing)
	case errors.Is(err, zip.ErrAlgorithm):
		return errors.New("packed in a way that is not known; pack it again as plain zip or gzip")
	}
	return err
}

// ErrTooMuch is the error of a packed file out of which comes too much.
var ErrTooMuch = errors.New("more comes out of the packed file than a file of data has; unpack it first, if that is right")

// budget bounds what comes out of packed files.
type budget struct{ left int64 }

// LimitUnpacked returns a reader of what comes out of a packed file. It fails with ErrTooMuch once that is far more than
// what went in, which `packed` counts.
func LimitUnpacked(r io.Reader, packed func() int64) io.Reader {
	return (&budget{left: math.MaxInt64}).limit(r, packed)
}

// limit returns a reader that fails once the budget is used up, or once far more has come out than `packed` says has
// gone in.
func (b *budget) limit(r io.Reader, packed func() int64) io.Reader {
	return &bounded{r: r, budget: b, packed: packed}
}

type bounded struct {
	r      io.Reader
	budget *budget
	packed func() int64
	out    int64
}

func (l *bounded) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	l.out += int64(n)
	l.budget.left -= int64(n)
	if l.budget.left < 0 || l.packed != nil && l.out > freeUnpacked && l.out/maxRatio > l.packed() {
		return 0, ErrTooMuch
	}
	return n, err
}

// counting counts the bytes that are read.
type counting struct {
	r    io.Reader
	read int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.read += int64(n)
	return n, err
}
