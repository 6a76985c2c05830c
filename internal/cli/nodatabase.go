package cli

import (
	"fmt"
	"path/filepath"

	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/store"
)

// noDatabaseError says that no database was given, and that there is no private PostgreSQL to use instead. Only demo
// and serve --private create one.
type noDatabaseError struct {
	dir     string // the data directory in which macrowatch looked for one
	isTyped bool   // the command line names it, so DATABASE_URL does not count
}

func (e noDatabaseError) Error() string {
	without := ""
	if e.isTyped {
		without = " and leave --data-dir out"
	}
	return fmt.Sprintf("no database is given, and there is no private PostgreSQL in %s: set DATABASE_URL (or PGHOST, PGDATABASE, PGPORT or PGSERVICE)%s, "+
		"or start macrowatch demo or macrowatch serve --private, which create one there", e.dir, without)
}

// Permanent reports that trying again soon does not help.
func (noDatabaseError) Permanent() bool { return true }

// nextDelivery says what delivers a run that exec could not record. It returns "" where the runner's own words are
// right.
func (f databaseFlags) nextDelivery() string {
	if f.namesNone() {
		return "macrowatch spool retry delivers it, once you give the database"
	}
	if _, err := store.Target(f.url); f.url != "" && err != nil {
		return "the next macrowatch exec or serve delivers it if this URL can be used then; with another URL macrowatch spool retry RUN does"
	}
	return ""
}

// namesNone reports whether the flags name no database at all: they have no URL and no data directory, and the user's
// own data directory has no private PostgreSQL.
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
