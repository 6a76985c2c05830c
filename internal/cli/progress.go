package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

// progress counts what has been read of a file.
type progress struct {
	name  string
	size  int64        // in bytes; 0 if the size is not known, as of a pipe
	bytes atomic.Int64 // how many have been read so far; for a packed file, packed bytes
	rows  atomic.Int64
}

// newProgress returns a progress for a file of which nothing has been read.
func newProgress(name string, file *os.File) *progress {
	p := &progress{name: filepath.Base(name)} // a whole path would leave no room for the numbers
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		p.size = info.Size()
	}
	return p
}

// reader returns a reader that counts what is read through it.
func (p *progress) reader(r io.Reader) io.Reader { return countingReader{r, &p.bytes} }

type countingReader struct {
	io.Reader
	bytes *atomic.Int64
}

func (c countingReader) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.bytes.Add(int64(n))
	return n, err
}

// line says how much has been read, and how fast.
func (p *progress) line(elapsed time.Duration) string {
	rows, bytes := p.rows.Load(), p.bytes.Load()
	text := fmt.Sprintf("%s: %s", p.name, counted(rows, "row", "rows"))
	if seconds := elapsed.Seconds(); seconds > 0 {
		text += fmt.Sprintf(", %s rows/s", grouped(int64(float64(rows)/seconds)))
	}
	if p.size > 0 {
		text += fmt.Sprintf(", %d %%", min(100, 100*bytes/p.size))
	}
	if p.size > 0 && bytes >= p.size {
		text += ", writing"
	}
	return text
}
