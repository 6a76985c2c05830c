package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"macrowatch/internal/desk"
)

// Options of New. The zero value has the defaults.
type Options struct {
	Heartbeat  time.Duration    // how often a recorder shows that it is alive; default 2 s
	MaxWaiting int              // how many records may wait in a folder; default 100,000
	Now        func() time.Time // default time.Now
	// FormerSpools are the spools of the same database under its former targets. Deliver delivers their records too.
	FormerSpools []*Spool
	// OtherDirs are other spool directories of the same user. Undelivered also counts the runs in them.
	OtherDirs []string
	Logger    *slog.Logger // logs a warning for each record that is set aside; default none
}

const (
	defaultHeartbeat  = 2 * time.Second
	defaultMaxWaiting = 100_000
)

// Spool is the records that wait for one database. Any number of goroutines and processes may use it at once.
type Spool struct {
	root   string
	target string
	opts   Options

	mu sync.Mutex
	at *Destination // nil until Reached is called
}

// New returns the spool of the records that are meant for a target. The target is a text that says how a database
// was given: its host, port, name and user, and never a password. Nothing is made or read on the disk yet.
func New(dir, target string, opts Options) *Spool {
	if opts.Heartbeat == 0 {
		opts.Heartbeat = defaultHeartbeat
	}
	if opts.MaxWaiting == 0 {
		opts.MaxWaiting = defaultMaxWaiting
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	return &Spool{root: dir, target: target, opts: opts}
}

// Dir is the folder in which a run would be kept now.
func (s *Spool) Dir() string { return s.currentFolder().dir }

// Begin keeps a run that is RUNNING, and touches its file until the entry's last call. When it returns without
// an error, the run will be recorded, whatever happens to this process. Its error is a sentence for the user:
// the folder can't be written, the disk is full, or too many records wait already.
func (s *Spool) Begin(run desk.Run) (*Entry, error) {
	in := s.currentFolder()
	if err := in.ensure(); err != nil {
		return nil, folderError(in.dir, err)
	}
	e := &Entry{folder: in, run: run, path: filepath.Join(in.dir, fileName(run.ID))}
	var err error
	if e.file, err = in.writeLocked(e.path, run, ""); err != nil {
		if e.file != nil { // the file is there, but a power cut could remove it
			e.Delivered()
		}
		return nil, folderError(in.dir, err)
	}
	e.startBeating()
	return e, nil
}

const recordSuffix = ".json"

// fileName is the name of a run's file. An ID that can't be part of a file's name is hashed.
func fileName(id string) string {
	fit := len(id) <= 100 && strings.IndexFunc(id, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	}) < 0
	if !fit || id == "" {
		id = "run_" + hash(id)
	}
	return id + recordSuffix
}

// folderError says in which folder a run could not be kept. It leaves out the path that the file system's own
// error has, so that the sentence names the folder once.
func folderError(dir string, err error) error {
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
