package spool

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	badSuffix = ".bad"
	badMost   = 1000
)

// setAside takes a file that can't be delivered out of the way, with the reason in it if it is a record,
// and gives its new name. The caller holds its lock.
func (d folder) setAside(path string, why error) string {
	aside := strings.TrimSuffix(path, badSuffix) + badSuffix
	if !d.rewriteAside(path, aside, why) && path != aside {
		if err := os.Rename(path, aside); err != nil {
			d.opts.Logger.Info("a kept run can't be set aside", "file", path, "error", err)
			return path
		}
	}
	d.dropOldest()
	return aside
}

// rewriteAside puts a record with the reason in place of the file; false where that is no record, or the
// disk is full.
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
	f, _ := d.placeText(aside, text)
	if f == nil {
		return false
	}
	_ = f.Close()
	if path != aside {
		_ = os.Remove(path)
	}
	return true
}

// dropOldest deletes the oldest of the files set aside where there are too many.
func (d folder) dropOldest() {
	names, err := listNames(d.dir)
	if err != nil {
		return
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasSuffix(name, badSuffix) })
	slices.Sort(names)
	for _, name := range names[:max(0, len(names)-badMost)] {
		_ = os.Remove(filepath.Join(d.dir, name))
	}
}

func (d folder) warn(file string, why error) {
	d.opts.Logger.Warn("a run that was kept can't be delivered; it is set aside", "file", file, "reason", why)
}
