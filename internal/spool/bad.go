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
func (s *Spool) setAside(path string) string {
	aside := path + badSuffix
	if err := os.Rename(path, aside); err != nil {
		s.opts.Logger.Info("a kept run can't be set aside", "file", path, "error", err)
		return path
	}
	s.dropOldest()
	return aside
}

// dropOldest bounds what stands aside.
func (s *Spool) dropOldest() {
	names, err := listNames(s.dir)
	if err != nil {
		return
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasSuffix(name, badSuffix) })
	slices.Sort(names)
	for _, name := range names[:max(0, len(names)-badMost)] {
		_ = os.Remove(filepath.Join(s.dir, name))
	}
}

func (s *Spool) warn(file string, why error) {
	s.opts.Logger.Warn("a run that was kept can't be delivered; it is set aside", "file", file, "reason", why)
}
