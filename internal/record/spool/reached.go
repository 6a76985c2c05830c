package spool

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"macrowatch/internal/record/disk"
)

// Destination is a database that was reached.
type Destination struct {
	// Identity is the same however the database is reached, and no other database's. It is "" where the
	// server does not tell it.
	Identity string
	// ReachedBy reports whether a target, under which no database was ever reached, leads to this one.
	ReachedBy func(ctx context.Context, target string) bool
}

// Reached says which database the spool's target leads to now. It is remembered for the target, so that
// runs that are kept later while the database is away are filed under its identity.
func (s *Spool) Reached(at Destination) {
	s.mu.Lock()
	s.at = &at
	s.mu.Unlock()
	if at.Identity != "" {
		s.targetFolder().writeNote(note{Target: s.target, Database: at.Identity})
	}
}

// note says, in the folder of a target, to which database that led last.
type note struct {
	Target   string `json:"target"`
	Database string `json:"database"`
}

// noteName begins with a dot, so that it is taken for no record.
const noteName = ".database"

// readNote gives the folder's note, and whether there is one.
func (d folder) readNote() (note, bool) {
	var n note
	if d.checkPlace() != nil {
		return note{}, false
	}
	f, err := openFile(filepath.Join(d.dir, noteName), os.O_RDONLY)
	if err != nil {
		return note{}, false
	}
	defer f.Close()
	text, err := content(f)
	if err != nil || json.Unmarshal(text, &n) != nil || n.Database == "" {
		return note{}, false
	}
	return n, true
}

// writeNote writes the folder's note, if there is the folder and it says something else. Where that
// fails runs are still kept, under the target.
func (d folder) writeNote(n note) {
	if known, there := d.readNote(); there && known == n || d.checkPlace() != nil {
		return
	}
	text, err := json.Marshal(n)
	if err != nil {
		return
	}
	if err := disk.ReplaceFile(filepath.Join(d.dir, noteName), newPrefix, append(text, '\n')); err != nil {
		d.opts.Logger.Info("which database a target leads to is not noted", "error", err)
	}
}

// folders are those whose records wait for the spool's database.
func (s *Spool) folders(ctx context.Context) []folder {
	var all []folder
	for _, former := range s.opts.FormerSpools {
		all = append(all, former.targetFolder())
	}
	all = append(all, s.targetFolder())
	s.mu.Lock()
	at := s.at
	s.mu.Unlock()
	if at != nil && at.Identity != "" {
		all = append(all, s.databaseFolder(at.Identity))
	} else {
		all = append(all, s.currentFolder())
	}
	seen := map[string]bool{}
	all = slices.DeleteFunc(all, func(d folder) bool {
		before := seen[d.dir]
		seen[d.dir] = true
		return before
	})
	for _, d := range foldersIn(s.root, s.opts) {
		if at != nil && !seen[d.dir] && at.takes(ctx, &d) {
			all = append(all, d)
		}
	}
	return all
}

// takes reports whether the records in a folder of a target wait for the database, and fills in the target.
func (at Destination) takes(ctx context.Context, d *folder) bool {
	first, there := d.anyRecord()
	if !there || first.Database != "" {
		return false // of a database that is known, and is another one
	}
	d.target = first.Target
	return at.leads(ctx, *d, first.Target)
}

// leads reports whether the target of a folder leads to the database.
func (at Destination) leads(ctx context.Context, d folder, target string) bool {
	if known, there := d.readNote(); there {
		return known.Database == at.Identity
	}
	return at.ReachedBy != nil && at.ReachedBy(ctx, target)
}

var folderName = regexp.MustCompile(`^[0-9a-f]{16}$`)

// foldersIn gives the folders of a spool directory that are safe to use; what they are for is in their
// records.
func foldersIn(root string, opts Options) []folder {
	names, err := listNames(root)
	if err != nil {
		return nil
	}
	var all []folder
	for _, name := range names {
		d := folder{dir: filepath.Join(root, name), opts: opts}
		if folderName.MatchString(name) && d.checkPlace() == nil {
			all = append(all, d)
		}
	}
	return all
}

// firstMost is how many files are looked into for one that is a record.
const firstMost = 10

// anyRecord gives one of the records that wait in a folder.
func (d folder) anyRecord() (record, bool) {
	names, err := listNames(d.dir)
	if err != nil {
		return record{}, false
	}
	tried := 0
	for _, name := range names {
		if !isRecord(name) {
			continue
		}
		if tried++; tried > firstMost {
			break
		}
		if r, err := d.readUnlocked(name); err == nil {
			return r, true
		}
	}
	return record{}, false
}

// readUnlocked reads a record without taking it: its recorder may be alive.
func (d folder) readUnlocked(name string) (record, error) {
	f, err := openFile(filepath.Join(d.dir, name), os.O_RDONLY)
	if err != nil {
		return record{}, err
	}
	defer f.Close()
	text, err := content(f)
	if err != nil {
		return record{}, err
	}
	return parse(text)
}
