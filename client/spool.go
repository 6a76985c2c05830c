package client

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"macrowatch/internal/record/disk"
)

const (
	recordFormat = 1
	recordSuffix = ".json"
	// The bounds of what waits for one server.
	mostFiles = 10_000
	mostBytes = 256 << 20
	// mostBad is how many files may be set aside; the oldest make room.
	mostBad = 1_000
	// unfinishedAge is the age from which on nobody is writing a file any more.
	unfinishedAge = time.Hour
	newPrefix     = ".new-"
	badSuffix     = ".bad"
)

// record is one request, as it is kept. Its body and its key never change, or the server would not know it again.
type record struct {
	Format   int             `json:"format"`
	URL      string          `json:"url"`
	Call     string          `json:"call"`
	Key      string          `json:"key"`
	Encoding string          `json:"encoding"`
	Run      json.RawMessage `json:"run"` // of a run that the Python client records
	Why      string          `json:"why"`
	Body     string          `json:"body"` // in base64 if it is compressed

	body []byte // as it is sent
}

func (r record) encode() ([]byte, error) {
	r.Body = string(r.body)
	if r.Encoding != "" {
		r.Body = base64.StdEncoding.EncodeToString(r.body)
	}
	return json.Marshal(r)
}

func decode(text []byte) (r record, err error) {
	if err := json.Unmarshal(text, &r); err != nil {
		return r, err
	}
	r.body = []byte(r.Body)
	if r.Encoding != "" {
		r.body, err = base64.StdEncoding.DecodeString(r.Body)
	}
	if r.Format != recordFormat || r.Call == "" || r.Key == "" {
		err = errors.New("it is not a record of this version of the client")
	}
	return r, err
}

// goesOn reports whether it is the start of a run that the Python client records. That client sends it or its end.
func (r record) goesOn() bool {
	var run struct {
		Status string `json:"status"`
	}
	return len(r.Run) > 0 && json.Unmarshal(r.Run, &run) == nil && run.Status == "RUNNING"
}

// spool is the folder of one server.
type spool struct{ dir string }

func newSpool(root, server string) *spool {
	sum := sha256.Sum256([]byte(server))
	return &spool{filepath.Join(root, hex.EncodeToString(sum[:8]))}
}

// kept is a file that this process holds.
type kept struct {
	name   string
	file   *os.File
	record record
}

// ensure makes the folder. It is an error if it is full, or if another user could have written in it.
func (s *spool) ensure() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(s.dir)
	if err != nil {
		return err
	}
	uid, _, known := disk.OwnerOf(info)
	if !info.IsDir() || info.Mode().Perm()&0o022 != 0 || known && int(uid) != os.Geteuid() {
		return fmt.Errorf("%s is a link, or belongs to another user, or others may write in it", s.dir)
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	count, size := 0, int64(0)
	for _, entry := range entries {
		info, err := entry.Info()
		switch {
		case err != nil || strings.HasSuffix(entry.Name(), badSuffix):
		case strings.HasPrefix(entry.Name(), newPrefix) && time.Since(info.ModTime()) > unfinishedAge:
			s.remove(entry.Name()) // a process died while it wrote this
		default:
			count, size = count+1, size+info.Size()
		}
	}
	if count >= mostFiles || size >= mostBytes {
		return fmt.Errorf("%d records of %d bytes wait in %s already", count, size, s.dir)
	}
	return nil
}

// keep writes a record as a whole or not at all, and returns its file, locked.
func (s *spool) keep(r record) (*kept, error) {
	if err := s.ensure(); err != nil {
		return nil, err
	}
	text, err := r.encode()
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(s.dir, newPrefix)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%020d-%s%s", time.Now().UnixNano(), r.Key, recordSuffix)
	_, err = disk.TryLock(f, disk.Exclusive) // nobody else has it
	if err == nil {
		_, err = f.Write(text)
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(s.dir, name))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		_ = f.Close()
		return nil, err
	}
	_ = disk.SyncDir(s.dir) // if it fails, the file outlasts this process, though perhaps not a power cut
	return &kept{name, f, r}, nil
}

// names returns the names of the files that wait, the oldest first.
func (s *spool) names() (names []string, err error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, entry := range entries {
		if name := entry.Name(); strings.HasSuffix(name, recordSuffix) && !strings.HasPrefix(name, ".") {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, cmp.Compare)
	return names, err
}

// open opens and locks a file. It returns nil if another process holds it or has removed it. A file that can't be read as
// a record of this server is set aside.
func (s *spool) open(name, server string) *kept {
	path := filepath.Join(s.dir, name)
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil
	}
	locked, err := disk.TryLock(f, disk.Exclusive)
	this, statErr := f.Stat()
	there, pathErr := os.Lstat(path)
	if err != nil || !locked || statErr != nil || pathErr != nil || !this.Mode().IsRegular() || !os.SameFile(this, there) {
		_ = f.Close()
		return nil
	}
	text, err := io.ReadAll(f)
	var r record
	if err == nil {
		r, err = decode(text)
	}
	if err != nil || r.URL != server {
		s.setAside(name)
		_ = f.Close()
		return nil
	}
	return &kept{name, f, r}
}

func (s *spool) remove(name string) { _ = os.Remove(filepath.Join(s.dir, name)) }

// setAside keeps a file that can't be sent for a person to look at. It holds up no other file.
func (s *spool) setAside(name string) {
	path := filepath.Join(s.dir, name)
	_ = os.Rename(path, path+badSuffix)
	bad, err := filepath.Glob(filepath.Join(s.dir, "*"+badSuffix)) // in their order
	if err != nil {
		return
	}
	for _, old := range bad[:max(0, len(bad)-mostBad)] {
		_ = os.Remove(old)
	}
}
