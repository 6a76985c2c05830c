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

// State says whether a kept run is being recorded, waits, or was set aside.
type State string

// The states of a kept run.
const (
	Waiting   State = "waiting"   // for its database
	Recording State = "recording" // the exec that records it is alive
	SetAside  State = "set aside" // it can't be delivered as it is
)

// Kept is a run in a spool directory.
type Kept struct {
	ID       string   // of the run; the file's name if the file is no record
	Run      desk.Run // zero if the file is no record
	State    State
	Why      string    // why the database does not have the run; "" if that is not known
	Target   string    // how the database was given; "" if the file is no record
	Database string    // the database's identity; "" if it was never reached
	Since    time.Time // when the file was last written or touched
	Path     string

	folder folder
}

// List returns the runs in every folder of a spool directory, in the order in which they began. The list
// `refused` has an error for each folder that can't be used. The runs of the other folders are returned all
// the same. A directory that is missing holds no runs.
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
	if err := d.checkSafe(); err != nil {
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

// kept looks at a file. It reports false if the file is gone, because somebody has just delivered it.
func (d folder) kept(name string) (Kept, bool) {
	path := filepath.Join(d.dir, name)
	info, err := os.Lstat(path)
	if err != nil {
		return Kept{}, false
	}
	k := Kept{
		ID: strings.TrimSuffix(strings.TrimSuffix(name, asideSuffix), recordSuffix), State: Waiting, Since: info.ModTime(), Path: path, folder: d,
	}
	switch {
	case isAside(name):
		k.State = SetAside
	case isLocked(path):
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
			k.State = SetAside // the next delivery renames it
		}
	case k.State == Waiting && !k.Run.Status.Terminal():
		k.Why = "its exec died; it becomes FAILED, " + Interrupted
	}
	return k, true
}

func isAside(name string) bool {
	return strings.HasSuffix(name, asideSuffix) && !strings.HasPrefix(name, ".")
}

// isLocked reports whether a living process records or delivers the run of a file.
func isLocked(path string) bool {
	f, err := openFile(path, os.O_RDONLY)
	if err != nil {
		return false
	}
	defer f.Close()
	free, err := disk.TryLock(f, disk.Shared)
	return !free && err == nil
}
