package spool

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Undelivered counts the runs in a spool directory that no living process is recording or delivering.
type Undelivered struct {
	Waiting  int // runs that wait for their databases
	SetAside int // runs that can't be delivered as they are

	folders     []folder
	mentionNote string   // the path of the note that Mention reads and writes
	kinds       []string // one line for each folder with something in it, sorted
}

// maxProbed is how many files of a folder are tried for a lock. The others count as waiting: of so many files,
// living processes hold only a few.
const maxProbed = 100

// Undelivered counts what is kept in every folder of the spool directory and of Options.OtherDirs. It is quick
// even if there is very much.
func (s *Spool) Undelivered() Undelivered {
	left := Undelivered{mentionNote: filepath.Join(s.targetFolder().dir, mentionNoteName), folders: foldersIn(s.root, s.opts)}
	for _, dir := range s.opts.OtherDirs {
		left.folders = append(left.folders, foldersIn(dir, s.opts)...)
	}
	for _, d := range left.folders {
		waiting, aside := d.count()
		left.Waiting += waiting
		left.SetAside += aside
		name := filepath.Base(d.dir)
		if waiting > 0 {
			left.kinds = append(left.kinds, name+" waiting")
		}
		if aside > 0 {
			left.kinds = append(left.kinds, fmt.Sprintf("%s aside %d", name, aside))
		}
	}
	slices.Sort(left.kinds)
	return left
}

func (d folder) count() (waiting, aside int) {
	names, err := listNames(d.dir)
	if err != nil {
		return 0, 0
	}
	records := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !isRecord(name) })
	for i, name := range records {
		if i >= maxProbed || !isLocked(filepath.Join(d.dir, name)) {
			waiting++
		}
	}
	for _, name := range names {
		if isAside(name) {
			aside++
		}
	}
	return waiting, aside
}

// Oldest returns when the oldest run that waits was last written, zero if none waits.
func (l Undelivered) Oldest() time.Time {
	var oldest time.Time
	for _, d := range l.folders {
		names, _ := listNames(d.dir)
		probed := 0
		for _, name := range names {
			if !isRecord(name) {
				continue
			}
			path := filepath.Join(d.dir, name)
			info, err := os.Lstat(path)
			if err != nil || !oldest.IsZero() && !info.ModTime().Before(oldest) {
				continue
			}
			if probed++; probed <= maxProbed && isLocked(path) {
				continue
			}
			oldest = info.ModTime()
		}
	}
	return oldest
}

// Holds reports whether the run with an ID is kept, in whatever state.
func (l Undelivered) Holds(id string) bool {
	for _, d := range l.folders {
		path := filepath.Join(d.dir, fileName(id))
		for _, path := range []string{path, path + asideSuffix} {
			if _, err := os.Lstat(path); err == nil {
				return true
			}
		}
	}
	return false
}

// Fingerprint is a text that changes when runs wait in one more folder, or one more run is set aside.
func (l Undelivered) Fingerprint() string { return strings.Join(l.kinds, "\n") }

const (
	// mentionNoteName is the note in a target's folder that says what was mentioned last.
	mentionNoteName = ".mentioned"
	// mentionAgain is the time that must pass before the same kept runs are mentioned again.
	mentionAgain = 24 * time.Hour
)

// Mention reports whether a command that runs often should mention what is undelivered. It should if something
// is new, or if the last mention is a day ago. Mention then notes that this was mentioned.
func (l Undelivered) Mention(now time.Time) bool {
	text, at := "", time.Time{}
	if f, err := openFile(l.mentionNote, os.O_RDONLY); err == nil {
		if b, err := readContent(f); err == nil {
			text = string(b)
		}
		if info, err := f.Stat(); err == nil {
			at = info.ModTime()
		}
		_ = f.Close()
	}
	known := strings.Split(text, "\n")
	news := slices.ContainsFunc(l.kinds, func(kind string) bool { return !slices.Contains(known, kind) })
	old := len(l.kinds) > 0 && now.Sub(at) >= mentionAgain
	if !news && !old {
		if len(l.kinds) == 0 && text != "" {
			_ = os.Remove(l.mentionNote) // so that whatever is kept later is new
		}
		return false
	}
	l.noteMentioned(now)
	return true
}

// noteMentioned writes the note. If that fails, the same runs are mentioned again.
func (l Undelivered) noteMentioned(now time.Time) {
	f, err := os.CreateTemp(filepath.Dir(l.mentionNote), newPrefix)
	if err != nil {
		return
	}
	_, err = f.WriteString(l.Fingerprint())
	_ = f.Close()
	if err == nil {
		err = os.Chtimes(f.Name(), now, now)
	}
	if err == nil {
		err = os.Rename(f.Name(), l.mentionNote)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
}
