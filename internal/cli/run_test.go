package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// result is what a call of Main came to.
type result struct {
	out, errout string
	status      int
}

// runMain calls Main at noon of a certain day, with files in place of a terminal.
func runMain(t *testing.T, args ...string) result {
	t.Helper()
	dir := t.TempDir()
	open := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	read := func(f *os.File) string {
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	in, out, errout := open("in"), open("out"), open("err")
	status := Main(args, Streams{In: in, Out: out, Err: errout, Now: func() time.Time {
		return time.Date(2026, time.November, 27, 15, 0, 0, 0, time.UTC)
	}})
	return result{read(out), read(errout), status}
}
