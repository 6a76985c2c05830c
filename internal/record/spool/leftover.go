package spool

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Undelivered is what is kept in a spool directory and nobody delivers at the moment.
type Undelivered struct {
	Waiting  int // for their databases
	SetAside int // that can't be delivered as they are

	folders []folder
	noted   string   // where it is noted what was mentioned
	kinds   []string // which folders have which, in order
}

// lookMost is how many files of a folder are looked at one by one. Where there are more, most of them are
// nobody's.
const lookMost = 100

// Undelivered counts what is kept in the spool directory, and in those of Options.OtherDirs, in every folder. It is quick also where very much is.
func (s *Spool) Undelivered() Undelivered {
	left := Undelivered{noted: filepath.Join(s.targetFolder().dir, mentionedName), folders: foldersIn(s.root, s.opts)}
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
		if i >= lookMost || !isHeld(filepath.Join(d.dir, name)) {
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

// Holds reports whether the run of an ID is kept in the directory, whatever its state is.
func (l Undelivered) Holds(id string) bool {
	for _, d := range l.folders {
		path := filepath.Join(d.dir, fileName(id))
		for _, path := range []string{path, path + badSuffix} {
			if _, err := os.Lstat(path); err == nil {
				return true
			}
		}
	}
	return false
}

// Fingerprint is a text that changes when a further folder has something left, or more is set aside in one.
func (l Undelivered) Fingerprint() string { return strings.Join(l.kinds, "\n") }

const (
	// mentionedName is the note, in the folder of a target, of what was mentioned to those who use it.
	mentionedName = ".mentioned"
	// mentionAgain is after how long the same is mentioned again.
	mentionAgain = 24 * time.Hour
)

// Mention reports whether what is left is to be mentioned by a command that runs often, and notes that it
// was: something is left that was not mentioned within a day.
func (l Undelivered) Mention(now time.Time) bool {
	text, at := "", time.Time{}
	if f, err := openFile(l.noted, os.O_RDONLY); err == nil {
		if b, err := content(f); err == nil {
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
			_ = os.Remove(l.noted) // what is left later is news
		}
		return false
	}
	l.noteMentioned(now)
	return true
}

// noteMentioned writes the note. Where that fails the same is mentioned again.
func (l Undelivered) noteMentioned(now time.Time) {
	f, err := os.CreateTemp(filepath.Dir(l.noted), newPrefix)
	if err != nil {
		return
	}
	_, err = f.WriteString(l.Fingerprint())
	_ = f.Close()
	if err == nil {
		err = os.Chtimes(f.Name(), now, now)
	}
	if err == nil {
		err = os.Rename(f.Name(), l.noted)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
}
