package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"sync/atomic"
	"time"
)

// progressEvery is how often progress is shown anew.
const progressEvery = 200 * time.Millisecond

// progress counts what has been read of a file, and shows it on a terminal.
type progress struct {
	name  string
	size  int64        // in bytes; 0 where nobody can tell, as of a pipe
	bytes atomic.Int64 // as they stand in the file, packed ones too
	rows  atomic.Int64
}

// newProgress is the progress of reading a file.
func newProgress(name string, file *os.File) *progress {
	p := &progress{name: name}
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		p.size = info.Size()
	}
	return p
}

// reader counts what is read through it.
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

// line says how far the reading is.
func (p *progress) line(elapsed time.Duration) string {
	rows, bytes := p.rows.Load(), p.bytes.Load()
	text := fmt.Sprintf("%s: %s rows", p.name, grouped(rows))
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

// show keeps the line on a terminal until the function that it returns is called, which wipes it.
func (p *progress) show(w io.Writer) (done func()) {
	began, stop, stopped := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				fmt.Fprint(w, "\r\x1b[K")
				return
			case <-tick.C:
				fmt.Fprintf(w, "\r\x1b[K%s", p.line(time.Since(began)))
			}
		}
	}()
	return func() { close(stop); <-stopped }
}

// grouped writes a count as 1,234,567.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
