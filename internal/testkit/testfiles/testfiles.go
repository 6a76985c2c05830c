// Package testfiles gives tests the files of the folder testdata, whatever folder the tests run in.
// testdata/README.md says what each file is and where it comes from. Only tests import this package.
package testfiles

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Path returns the path of a file that is not packed, "market/instruments.csv" for example.
func Path(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(root(t), "testdata", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// Read returns the content of a file. A packed file is named by its content: "market/prices.csv" is in prices.csv.gz.
func Read(t testing.TB, name string) []byte {
	t.Helper()
	path := filepath.Join(root(t), "testdata", filepath.FromSlash(name))
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		content, err = unpacked(path + ".gz")
	}
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Unpack writes the content of a file into a temporary folder of the test, and gives the path. It is for programs that
// read files themselves.
func Unpack(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), filepath.Base(name))
	if err := os.WriteFile(path, Read(t, name), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Rows returns the rows of a CSV file. Each maps the names in the header to the row's values.
func Rows(t testing.TB, name string) []map[string]string {
	t.Helper()
	header, lines := table(t, name)
	rows := make([]map[string]string, len(lines))
	for n, line := range lines {
		rows[n] = make(map[string]string, len(header))
		for k, title := range header {
			rows[n][title] = line[k]
		}
	}
	return rows
}

func table(t testing.TB, name string) (header []string, lines [][]string) {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(Read(t, name))).ReadAll()
	if err != nil || len(all) == 0 {
		t.Fatalf("%s has %d lines: %v", name, len(all), err)
	}
	return all[0], all[1:]
}

func unpacked(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	packed, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(packed)
}

// root is the folder with go.mod. It is above this source file. If the program was compiled with -trimpath, it does not
// know the source file's path; then root is above the folder in which the test runs.
func root(t testing.TB) string {
	t.Helper()
	_, source, _, _ := runtime.Caller(0)
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, start := range []string{filepath.Dir(source), folder} {
		if found := moduleAbove(start); found != "" {
			return found
		}
	}
	t.Fatalf("neither %s nor %s is inside the project: there is no go.mod above", source, folder)
	return ""
}

// moduleAbove returns the nearest folder with go.mod, at a folder or above it, or "" if there is none.
func moduleAbove(folder string) string {
	if !filepath.IsAbs(folder) {
		return ""
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		above := filepath.Dir(folder)
		if above == folder {
			return ""
		}
		folder = above
	}
}
