package spool

import (
	"errors"

	"macrowatch/internal/record/userdirs"
)

// StateDir is the directory in which the spool directory of a user stands, for databases that are given by a
// URL.
func StateDir() (string, error) {
	dir, err := userdirs.State()
	if err != nil {
		if !errors.Is(err, userdirs.ErrNoHome) {
			return "", err
		}
		return "", errors.New("there is no home directory to keep runs in (HOME is not set, and this user's account has none); name a directory with --spool-dir")
	}
	return dir, nil
}
