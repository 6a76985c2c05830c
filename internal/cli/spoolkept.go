package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"macrowatch/internal/record/spool"
)

// spoolDirs returns the directories in which this user's runs are kept: one for databases given by URL, one for the
// private PostgreSQL. If --spool-dir is given, it is the only one.
func (f databaseFlags) spoolDirs() ([]string, error) {
	if f.spoolDir != "" {
		dir, err := filepath.Abs(f.spoolDir)
		return []string{dir}, err
	}
	var dirs []string
	byURL, err := f.urlSpoolDir()
	if err == nil {
		dirs = append(dirs, byURL)
	}
	if dir, dataErr := f.directory(); dataErr == nil {
		if dir, err := filepath.Abs(filepath.Join(dir, spoolName)); err == nil && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	if len(dirs) == 0 {
		return nil, err
	}
	return dirs, nil
}

// keptRuns returns the kept runs of all directories. If a directory can't be read, it returns the runs of the others
// together with an error.
func (a *app) keptRuns(f databaseFlags) ([]spool.Kept, error) {
	dirs, err := f.spoolDirs()
	if err != nil {
		return nil, err
	}
	all := []spool.Kept{}
	var refused []error
	for _, dir := range dirs {
		kept, errs := spool.List(dir, spool.Options{Now: a.Now, Logger: a.log})
		all, refused = append(all, kept...), append(refused, errs...)
	}
	return all, errors.Join(refused...)
}

// named returns the kept runs that some names mean. A name is a run's ID, or the beginning of one ID only.
func named(kept []spool.Kept, names []string) ([]spool.Kept, error) {
	var chosen []spool.Kept
	for _, name := range names {
		var found []spool.Kept
		for _, k := range kept {
			if k.ID == name {
				found = append(found, k)
			}
		}
		if len(found) == 0 && name != "" {
			for _, k := range kept {
				if strings.HasPrefix(k.ID, name) {
					found = append(found, k)
				}
			}
			if len(found) > 1 {
				return nil, fmt.Errorf("%q is the beginning of %d kept runs: write more of the ID (macrowatch spool list shows it)", name, len(found))
			}
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("no kept run is called %q (macrowatch spool list shows what they are called)", name)
		}
		chosen = append(chosen, found...)
	}
	return chosen, nil
}
