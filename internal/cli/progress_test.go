package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestProgressSaysRowsRateAndShare(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "prices.csv")
	if err := os.WriteFile(path, []byte(strings.Repeat("x", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p := newProgress("prices.csv", file)
	r := p.reader(file)
	if _, err := io.CopyN(io.Discard, r, 250); err != nil {
		t.Fatal(err)
	}
	p.rows.Store(1_234_567)
	if got, want := p.line(2*time.Second), "prices.csv: 1,234,567 rows, 617,283 rows/s, 25 %"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Fatal(err)
	}
	if got, want := p.line(2*time.Second), "prices.csv: 1,234,567 rows, 617,283 rows/s, 100 %, writing"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestProgressOfAPipeHasNoShare(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	p := newProgress("standard input", r)
	p.rows.Store(999)
	if got, want := p.line(time.Second), "standard input: 999 rows, 999 rows/s"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
