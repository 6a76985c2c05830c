package spool

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"macrowatch/internal/desk"
)

// Options of New. The zero value is the default.
type Options struct {
	Heartbeat time.Duration    // how often a recorder shows that it is alive; default 2 s
	Most      int              // how many records may wait in a folder; default 100,000
	Now       func() time.Time // default time.Now
	Former    []*Spool         // of the same database under names that it had before: Deliver delivers them too
	Logger    *slog.Logger     // warned of records that are set aside; default none
}

const (
	defaultHeartbeat = 2 * time.Second
	defaultMost      = 100_000
)

// Spool is the records that wait for one database. It is safe for concurrent use, by any number of
// processes too.
type Spool struct {
	dir    string
	target string
	opts   Options
}

// New gives the spool, in a spool directory, of the records that are meant for a target: a text
// that is the same whenever the database is, and holds no password. Nothing is made or read yet.
func New(dir, target string, opts Options) *Spool {
	if opts.Heartbeat == 0 {
		opts.Heartbeat = defaultHeartbeat
	}
	if opts.Most == 0 {
		opts.Most = defaultMost
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	return &Spool{dir: filepath.Join(dir, hash(target)), target: target, opts: opts}
}

// Dir is the folder of this spool's records.
func (s *Spool) Dir() string { return s.dir }

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// Begin keeps a run that is RUNNING, and touches its file until the entry is closed. When it
// returns, the run will be recorded whatever happens to this process. Its error is for a person: the
// folder can't be written, the disk is full, or too much waits already.
func (s *Spool) Begin(run desk.Run) (*Entry, error) {
	if err := s.makeRoom(); err != nil {
		return nil, sentence(s.dir, err)
	}
	e := &Entry{spool: s, path: filepath.Join(s.dir, fileName(run.ID))}
	var err error
	if e.file, err = s.place(e.path, run); err != nil {
		if e.file != nil { // it is there, but might not be after a power cut
			e.Delivered()
		}
		return nil, sentence(s.dir, err)
	}
	e.startBeating()
	return e, nil
}

// makeRoom makes the folder, and sees that it isn't full.
func (s *Spool) makeRoom() error {
	if err := s.checkPlace(); err != nil {
		return err
	}
	names, err := listNames(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return s.makeDir()
	}
	if err == nil && len(names) >= s.opts.Most {
		err = fmt.Errorf("%d records wait there already", len(names))
	}
	return err
}

// makeDir makes the folder and syncs what it stands in, or a power cut could take it.
func (s *Spool) makeDir() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	root := filepath.Dir(s.dir)
	if err := syncDir(root); err != nil {
		return err
	}
	// Of what stands further up some can't be opened by this user, and was not made by it.
	_ = syncDir(filepath.Dir(root))
	return nil
}

const suffix = ".json"

// fileName is a run's file. An ID that is not fit for a file's name is hashed.
func fileName(id string) string {
	fit := len(id) <= 100 && strings.IndexFunc(id, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	}) < 0
	if !fit || id == "" {
		id = "run_" + hash(id)
	}
	return id + suffix
}

// sentence says in which folder something went wrong, once.
func sentence(dir string, err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return fmt.Errorf("keep the run in %s: %w", dir, err)
}
