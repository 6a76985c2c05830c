package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"time"
)

// Summary says what a backup holds.
type Summary struct {
	MadeAt     time.Time        `json:"made_at"`
	PostgreSQL string           `json:"postgresql"` // the version of the server
	Rows       map[string]int64 `json:"rows"`       // of each table, by its name with the schema
}

// RowCount returns the number of rows of all tables.
func (s Summary) RowCount() int64 {
	var n int64
	for _, rows := range s.Rows {
		n += rows
	}
	return n
}

// archiveMark is how an archive of pg_dump begins.
const archiveMark = "PGDMP"

// The last line of a backup: the mark, the length of the summary's line and the SHA-256 of all that stands before.
const (
	endMark    = "macrowatch-backup-1 "
	endDigits  = 10
	endLength  = len(endMark) + endDigits + 1 + 2*sha256.Size + 1
	maxSummary = 1 << 24
)

// finish adds the summary and the last line to an archive.
func finish(f *os.File, s Summary) error {
	line, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("write the backup's summary: %w", err)
	}
	line = append([]byte("\n"), append(line, '\n')...)
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil { // it leaves the file at its end
		return err
	}
	sum.Write(line)
	_, err = fmt.Fprintf(f, "%s%s%0*d %s\n", line, endMark, endDigits, len(line), hex.EncodeToString(sum.Sum(nil)))
	return err
}

// Read checks that a file is a whole backup, and returns its summary. It reads the whole file.
func Read(path string) (Summary, error) {
	f, err := os.Open(path)
	if err != nil {
		return Summary{}, fmt.Errorf("read the backup: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Summary{}, fmt.Errorf("read the backup: %w", err)
	}
	if !info.Mode().IsRegular() {
		return Summary{}, fmt.Errorf("%s is not an ordinary file: name the file that macrowatch database backup has written", path)
	}
	s, err := readSummary(f, info)
	if err != nil {
		return Summary{}, fmt.Errorf("%s %w", path, err)
	}
	return s, nil
}

// readSummary returns errors that go on after the file's name.
func readSummary(f io.ReaderAt, info fs.FileInfo) (Summary, error) {
	start := make([]byte, len(archiveMark))
	if n, err := f.ReadAt(start, 0); n < len(start) && err != nil && !errors.Is(err, io.EOF) {
		return Summary{}, fmt.Errorf("can't be read: %w", err)
	}
	if string(start) != archiveMark {
		return Summary{}, errors.New("is not a backup that macrowatch has written")
	}
	cutOff := errors.New("is not complete: its end is missing. If pg_dump wrote it, restore it with pg_restore; otherwise take another backup")
	end := make([]byte, endLength)
	at := info.Size() - int64(endLength)
	if at < int64(len(archiveMark)) {
		return Summary{}, cutOff
	}
	if _, err := f.ReadAt(end, at); err != nil {
		return Summary{}, fmt.Errorf("can't be read: %w", err)
	}
	rest, marked := bytes.CutPrefix(end, []byte(endMark))
	if !marked {
		return Summary{}, cutOff
	}
	length, err := strconv.ParseInt(string(rest[:endDigits]), 10, 64)
	if err != nil || length > at || length > maxSummary {
		return Summary{}, errors.New("is damaged: take another backup")
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(f, 0, at)); err != nil {
		return Summary{}, fmt.Errorf("can't be read: %w", err)
	}
	if string(rest[endDigits:]) != " "+hex.EncodeToString(sum.Sum(nil))+"\n" {
		return Summary{}, errors.New("is damaged: its content does not fit the checksum at its end. Take another backup")
	}
	line := make([]byte, length)
	if _, err := f.ReadAt(line, at-length); err != nil {
		return Summary{}, fmt.Errorf("can't be read: %w", err)
	}
	var s Summary
	if err := json.Unmarshal(line, &s); err != nil {
		return Summary{}, fmt.Errorf("has a summary that can't be read (%w): a newer macrowatch may have written it", err)
	}
	return s, nil
}
