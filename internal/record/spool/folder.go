package spool

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"macrowatch/internal/record/disk"
)

// folder holds the records that are meant for one database. It is the folder of the database's identity, or, if
// the database was never reached and has no known identity, the folder of the target.
type folder struct {
	dir      string
	target   string // what a record says about how its database was given; "" if the folder is only read
	database string // the identity; "" in the folder of a target
	opts     Options
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// targetFolder is the folder of the spool's target.
func (s *Spool) targetFolder() folder {
	return folder{dir: filepath.Join(s.root, hash(s.target)), target: s.target, opts: s.opts}
}

// databaseFolder is the folder of a database's identity.
func (s *Spool) databaseFolder(identity string) folder {
	return folder{dir: filepath.Join(s.root, hash("database "+identity)), target: s.target, database: identity, opts: s.opts}
}

// currentFolder is the folder in which runs are kept now. It is the folder of the database to which the
// target led last, or the target's own folder if it never led anywhere.
func (s *Spool) currentFolder() folder {
	own := s.targetFolder()
	if known, there := own.readTargetNote(); there {
		return s.databaseFolder(known.Database)
	}
	return own
}

// ensure makes the folder if it is missing. It is an error if the folder is full or is not safe.
func (d folder) ensure() error {
	if err := d.checkSafe(); err != nil {
		return err
	}
	names, err := listNames(d.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return d.make()
	}
	if err == nil && len(names) >= d.opts.MaxWaiting {
		err = fmt.Errorf("%d records wait there already", len(names))
	}
	return err
}

// make makes the folder, and syncs the directories above so that the folder outlasts a power cut.
func (d folder) make() error {
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return err
	}
	root := filepath.Dir(d.dir)
	if err := disk.SyncDir(root); err != nil {
		return err
	}
	// This error does not matter: a directory that this user can't open was not made by this user either.
	_ = disk.SyncDir(filepath.Dir(root))
	return nil
}
