package spool

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"macrowatch/internal/record/disk"
)

// Destination is a database that this process has reached.
type Destination struct {
	// Identity names the database. It does not depend on the address by which the database is reached, and no
	// two databases have the same. It is "" if the server does not tell it.
	Identity string
	// ReachedBy reports whether a target has the address of this database. It is asked about targets that never
	// led to any database.
	ReachedBy func(ctx context.Context, target string) bool
}

// Reached says to which database the spool's target leads now. The spool remembers it on the disk. A run that
// is kept later, while the database is away, is then filed under the database's identity.
func (s *Spool) Reached(at Destination) {
	s.mu.Lock()
	s.at = &at
	s.mu.Unlock()
	if at.Identity != "" {
		s.targetFolder().writeTargetNote(targetNote{Target: s.target, Database: at.Identity})
	}
}

// targetNote is a file in the folder of a target. It says to which database the target led last.
type targetNote struct {
	Target   string `json:"target"`
	Database string `json:"database"`
}

// targetNoteName begins with a dot, so that nobody takes the file for a record.
const targetNoteName = ".database"

// readTargetNote returns the folder's note. The second result is false if there is no note that can be used.
func (d folder) readTargetNote() (targetNote, bool) {
	var n targetNote
	if d.checkSafe() != nil {
		return targetNote{}, false
	}
	f, err := openFile(filepath.Join(d.dir, targetNoteName), os.O_RDONLY)
	if err != nil {
		return targetNote{}, false
	}
	defer f.Close()
	text, err := readContent(f)
	if err != nil || json.Unmarshal(text, &n) != nil || n.Database == "" {
		return targetNote{}, false
	}
	return n, true
}

// writeTargetNote writes the folder's note, unless the folder is missing or has the same note already. If it
// fails, runs are still kept in the folder of the target.
func (d folder) writeTargetNote(n targetNote) {
	if known, there := d.readTargetNote(); there && known == n || d.checkSafe() != nil {
		return
	}
	text, err := json.Marshal(n)
	if err != nil {
		return
	}
	if err := disk.ReplaceFile(filepath.Join(d.dir, targetNoteName), newPrefix, append(text, '\n')); err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.opts.Logger.Info("which database a target leads to could not be noted", "error", err)
	}
}

// deliverableFolders are the folders whose records wait for the spool's database.
func (s *Spool) deliverableFolders(ctx context.Context) []folder {
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

// takes reports whether the records in a target's folder wait for this database. It then fills in the folder's
// target.
func (at Destination) takes(ctx context.Context, d *folder) bool {
	first, there := d.anyRecord()
	if !there || first.Database != "" {
		return false // the folder belongs to the identity of another database
	}
	d.target = first.Target
	return at.leads(ctx, *d, first.Target)
}

// leads reports whether the target of a folder leads to the database.
func (at Destination) leads(ctx context.Context, d folder, target string) bool {
	if known, there := d.readTargetNote(); there {
		return known.Database == at.Identity
	}
	return at.ReachedBy != nil && at.ReachedBy(ctx, target)
}

var folderName = regexp.MustCompile(`^[0-9a-f]{16}$`)

// foldersIn returns the folders of a spool directory that are safe to use. It does not find out for which
// databases they are. The records in them say that.
func foldersIn(root string, opts Options) []folder {
	names, err := listNames(root)
	if err != nil {
		return nil
	}
	var all []folder
	for _, name := range names {
		d := folder{dir: filepath.Join(root, name), opts: opts}
		if folderName.MatchString(name) && d.checkSafe() == nil {
			all = append(all, d)
		}
	}
	return all
}

// maxTried is how many files of a folder anyRecord reads at most.
const maxTried = 10

// anyRecord returns one of the records that wait in a folder. They all have the same target or database.
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
		if tried++; tried > maxTried {
			break
		}
		if r, err := d.readUnlocked(name); err == nil {
			return r, true
		}
	}
	return record{}, false
}

// readUnlocked reads a record without locking it, because its recorder may be alive.
func (d folder) readUnlocked(name string) (record, error) {
	f, err := openFile(filepath.Join(d.dir, name), os.O_RDONLY)
	if err != nil {
		return record{}, err
	}
	defer f.Close()
	text, err := readContent(f)
	if err != nil {
		return record{}, err
	}
	return parse(text)
}
