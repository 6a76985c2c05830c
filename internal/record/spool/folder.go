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

// folder holds the records that are meant for one database: for that of an identity, or, while that is not
// known, for the one to which a target leads.
type folder struct {
	dir      string
	target   string // "" in a folder of an identity that nobody keeps runs in now
	database string // the identity; "" in a folder of a target
	opts     Options
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// targetFolder is the folder of a target whose database is not known.
func (s *Spool) targetFolder() folder {
	return folder{dir: filepath.Join(s.root, hash(s.target)), target: s.target, opts: s.opts}
}

// databaseFolder is the folder of an identity.
func (s *Spool) databaseFolder(identity string) folder {
	return folder{dir: filepath.Join(s.root, hash("database "+identity)), target: s.target, database: identity, opts: s.opts}
}

// currentFolder is the folder in which runs are kept now: that of the database to which the target led last.
func (s *Spool) currentFolder() folder {
	own := s.targetFolder()
	if known, there := own.readNote(); there {
		return s.databaseFolder(known.Database)
	}
	return own
}

// makeRoom makes the folder, and sees that it isn't full.
func (d folder) makeRoom() error {
	if err := d.checkPlace(); err != nil {
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

// make makes the folder and syncs what it stands in, or a power cut could take it.
func (d folder) make() error {
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return err
	}
	root := filepath.Dir(d.dir)
	if err := disk.SyncDir(root); err != nil {
		return err
	}
	// Of what stands further up some can't be opened by this user, and was not made by it.
	_ = disk.SyncDir(filepath.Dir(root))
	return nil
}
