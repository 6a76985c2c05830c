package spool

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/disk"
)

// State is what becomes of a kept run.
type State string

// The states of a kept run.
const (
	Waiting   State = "waiting"   // for its database
	Recording State = "recording" // its exec is alive
	SetAside  State = "set aside" // it can't be delivered as it is
)

// Kept is a run in a spool directory.
type Kept struct {
	ID       string   // the run's, or the file's name where it is no record
	Run      desk.Run // zero where the file is no record
	State    State
	Why      string // why its database does not have it, where that is known
	Target   string // how its database was given; "" where the file is no record
	Database string // its database's identity; "" where it was never reached
	Since    time.Time
	Path     string

	in folder
}

// List gives the runs that are kept in a spool directory, in every folder, by the times at which they began.
// Its errors are of folders that can't be used; what is in the others is given all the same. A directory that
// is not there has none.
func List(dir string, opts Options) (kept []Kept, refused []error) {
	names, err := listNames(dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, []error{err}
	}
	for _, name := range names {
		if !folderName.MatchString(name) {
			continue
		}
		d := folder{dir: filepath.Join(dir, name), opts: opts}
		found, err := d.list()
		if err != nil {
			refused = append(refused, err)
		}
		kept = append(kept, found...)
	}
	slices.SortFunc(kept, func(a, b Kept) int {
		if c := a.Run.StartedAt.Compare(b.Run.StartedAt); c != 0 {
			return c
		}
		return strings.Compare(a.Path, b.Path)
	})
	return kept, refused
}

func (d folder) list() ([]Kept, error) {
	if err := d.checkPlace(); err != nil {
		return nil, err
	}
	names, err := listNames(d.dir)
	if err != nil {
		return nil, err
	}
	var kept []Kept
	for _, name := range names {
		if !isRecord(name) && !isAside(name) {
			continue
		}
		if k, there := d.kept(name); there {
			kept = append(kept, k)
		}
	}
	return kept, nil
}

// kept looks at a file; false where somebody has just delivered it.
func (d folder) kept(name string) (Kept, bool) {
	path := filepath.Join(d.dir, name)
	info, err := os.Lstat(path)
	if err != nil {
		return Kept{}, false
	}
	k := Kept{
		ID: strings.TrimSuffix(strings.TrimSuffix(name, badSuffix), suffix), State: Waiting, Since: info.ModTime(), Path: path, in: d,
	}
	switch {
	case isAside(name):
		k.State = SetAside
	case isHeld(path):
		k.State = Recording
	}
	r, err := d.readUnlocked(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Kept{}, false
	}
	if err == nil {
		k.Target, k.Database, k.Why = r.Target, r.Database, r.Why
		k.ID = r.RunID
		k.Run, err = r.run()
	}
	switch {
	case err != nil:
		k.Run, k.Why = desk.Run{}, err.Error()
		if k.State == Waiting && !errors.Is(err, errLater) {
			k.State = SetAside // the next delivery does that
		}
	case k.State == Waiting && !k.Run.Status.Terminal():
		k.Why = "its exec died; it becomes FAILED, " + Interrupted
	}
	return k, true
}

func isAside(name string) bool {
	return strings.HasSuffix(name, badSuffix) && !strings.HasPrefix(name, ".")
}

// isHeld reports whether the recorder of a run, or whoever delivers it, is alive.
func isHeld(path string) bool {
	f, err := openFile(path, os.O_RDONLY)
	if err != nil {
		return false
	}
	defer f.Close()
	free, err := disk.TryLock(f, disk.Shared)
	return !free && err == nil
}
