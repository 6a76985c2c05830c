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

// Options of New. The zero value is the default.
type Options struct {
	Heartbeat    time.Duration    // how often a recorder shows that it is alive; default 2 s
	MaxWaiting   int              // how many records may wait in a folder; default 100,000
	Now          func() time.Time // default time.Now
	FormerSpools []*Spool         // of the same database under names that it had before: Deliver delivers them too
	OtherDirs    []string         // other spool directories of the same user, which Undelivered counts too
	Logger       *slog.Logger     // warned of records that are set aside; default none
}

const (
	defaultHeartbeat = 2 * time.Second
	defaultMost      = 100_000
)

// Spool is the records that wait for one database. It is safe for concurrent use, by any number of
// processes too.
type Spool struct {
	root   string
	target string
	opts   Options

	mu sync.Mutex
	at *Destination // nil until Reached
}

// New gives the spool, in a spool directory, of the records that are meant for a target: a text
// that is the same whenever the database is given in the same way, and holds no password. Nothing is made
// or read yet.
func New(dir, target string, opts Options) *Spool {
	if opts.Heartbeat == 0 {
		opts.Heartbeat = defaultHeartbeat
	}
	if opts.MaxWaiting == 0 {
		opts.MaxWaiting = defaultMost
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

// Begin keeps a run that is RUNNING, and touches its file until the entry is closed. When it
// returns, the run will be recorded whatever happens to this process. Its error is for a person: the
// folder can't be written, the disk is full, or too much waits already.
func (s *Spool) Begin(run desk.Run) (*Entry, error) {
	in := s.currentFolder()
	if err := in.makeRoom(); err != nil {
		return nil, folderError(in.dir, err)
	}
	e := &Entry{in: in, run: run, path: filepath.Join(in.dir, fileName(run.ID))}
	var err error
	if e.file, err = in.place(e.path, run, ""); err != nil {
		if e.file != nil { // it is there, but might not be after a power cut
			e.Delivered()
		}
		return nil, folderError(in.dir, err)
	}
	e.startBeating()
	return e, nil
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

// folderError says in which folder keeping a run failed. It takes the path out of the file system's own error,
// so that the sentence names the folder once.
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
