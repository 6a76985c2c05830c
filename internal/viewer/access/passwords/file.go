package passwords

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"macrowatch/internal/record/disk"
)

// Read returns the users of a file. It refuses a file that others than its owner may read or change.
func Read(path string) ([]User, error) {
	text, err := readPrivate(path)
	if err != nil {
		return nil, err
	}
	users, err := parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return users, nil
}

// largestFile bounds the size of the file: some ten thousand users.
const largestFile = 2 << 20

func readPrivate(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	switch mode := info.Mode(); {
	case !mode.IsRegular():
		return nil, fmt.Errorf("%s is not a file", path)
	case mode.Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s may be read by others than its owner (its mode is %04o): run chmod 600 %s", path, mode.Perm(), path)
	case info.Size() > largestFile:
		return nil, fmt.Errorf("%s is larger than 2 MiB", path)
	}
	return os.ReadFile(path)
}

// Change reads the users of a file, has them changed, and writes them back with mode 0600. Others that change the file
// at the same time wait. If create is set and there is no file, Change begins with no users.
func Change(ctx context.Context, path string, create bool, change func([]User) ([]User, error)) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // the link stays, and the file that it leads to is replaced
	}
	lock, err := os.Open(filepath.Dir(path)) // the lock is on the folder, because the file is replaced
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := disk.WaitForLock(ctx, lock, disk.Exclusive); err != nil {
		return err
	}
	users, err := Read(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		users, err = nil, nil
	}
	if err != nil {
		return err
	}
	if users, err = change(users); err != nil {
		return err
	}
	slices.SortFunc(users, func(a, b User) int { return strings.Compare(a.Name, b.Name) })
	if err := disk.ReplaceFile(path, ".macrowatch-users-", []byte(format(users))); err != nil {
		return err
	}
	return disk.SyncDir(filepath.Dir(path))
}
