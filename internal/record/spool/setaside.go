package spool

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	asideSuffix = ".bad"
	// maxAside is how many files that were set aside a folder keeps.
	maxAside = 1000
)

// setAside renames a file that can't be delivered, so that it is not tried again, and returns the new path.
// If the file is a record, the reason is written into it. The caller holds the file's lock.
func (d folder) setAside(path string, why error) string {
	aside := strings.TrimSuffix(path, asideSuffix) + asideSuffix
	if !d.rewriteAside(path, aside, why) && path != aside {
		if err := os.Rename(path, aside); err != nil {
			d.opts.Logger.Info("a kept run can't be set aside", "file", path, "error", err)
			return path
		}
	}
	d.dropOldest()
	return aside
}

// rewriteAside writes a record with the reason to the path aside, and removes the record without it. It
// reports false if the file is no record, or if the disk is full.
func (d folder) rewriteAside(path, aside string, why error) bool {
	r, err := d.readUnlocked(filepath.Base(path))
	if err != nil {
		return false
	}
	r.Why = reason(why.Error())
	text, err := r.encode()
	if err != nil {
		return false
	}
	f, _ := d.writeLockedText(aside, text) // a file is there even if the folder could not be synced
	if f == nil {
		return false
	}
	_ = f.Close()
	if path != aside {
		_ = os.Remove(path)
	}
	return true
}

// dropOldest removes the oldest of the files that were set aside, if there are more than maxAside.
func (d folder) dropOldest() {
	names, err := listNames(d.dir)
	if err != nil {
		return
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasSuffix(name, asideSuffix) })
	slices.Sort(names)
	for _, name := range names[:max(0, len(names)-maxAside)] {
		_ = os.Remove(filepath.Join(d.dir, name))
	}
}

// warnSetAside logs a warning about a run that was set aside.
func (d folder) warnSetAside(file string, why error) {
	d.opts.Logger.Warn("a kept run can't be delivered; it is set aside", "file", file, "reason", why)
}
