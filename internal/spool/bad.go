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

// setAside takes a file that can't be delivered out of the way, and gives its new name. The caller
// holds its lock.
func (d folder) setAside(path string) string {
	aside := path + badSuffix
	if err := os.Rename(path, aside); err != nil {
		d.opts.Logger.Info("a kept run can't be set aside", "file", path, "error", err)
		return path
	}
	d.dropOldest()
	return aside
}

// dropOldest bounds what stands aside.
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
