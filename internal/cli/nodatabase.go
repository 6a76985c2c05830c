package cli

import (
	"fmt"
	"path/filepath"

	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/store"
)

// noDatabaseError says that no database was given, and that there is no private PostgreSQL to take its
// place: only demo and serve --private make one.
type noDatabaseError struct {
	dir string // the data directory that was looked into
}

func (e noDatabaseError) Error() string {
	return fmt.Sprintf("no database is given, and there is no private PostgreSQL in %s: set DATABASE_URL (or PGHOST, PGDATABASE, PGPORT or PGSERVICE), "+
		"or start macrowatch demo or macrowatch serve --private, which make one there", e.dir)
}

// Permanent reports that trying again soon is of no use.
func (noDatabaseError) Permanent() bool { return true }

// nextDelivery says what delivers a run that exec could not record; "" is the runner's own words.
func (f databaseFlags) nextDelivery() string {
	if f.namesNone() {
		return "macrowatch spool retry delivers it, once you give the database"
	}
	if _, err := store.Target(f.url); f.url != "" && err != nil {
		return "the next macrowatch exec or serve delivers it if this URL can be used then; with another URL macrowatch spool retry RUN does"
	}
	return ""
}

// namesNone reports whether the flags name no database at all: no URL, no data directory, and in the
// user's own data directory no private PostgreSQL has been made.
func (f databaseFlags) namesNone() bool {
	if f.url != "" || f.dataDir != "" {
		return false
	}
	dir, err := f.directory()
	if err != nil {
		return true
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return true
	}
	made, err := privatepg.Exists(dir)
	return err == nil && !made
}
