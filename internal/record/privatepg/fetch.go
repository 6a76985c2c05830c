//go:build linux || darwin

package privatepg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"

	"macrowatch/internal/record/disk"
)

// The version that is fetched is fixed here, not left to the library's default: another major
// version could not read the data that this one wrote.
const (
	fetchedVersion = embeddedpostgres.V17
	fetchedMajor   = 17
)

func (c Config) binariesDir(l layout) string {
	if c.BinariesDir != "" {
		return c.BinariesDir
	}
	return filepath.Join(l.dir, "binaries")
}

// fetchedDir is the directory with the programs of fetchedVersion. It is below the directory for all fetched programs.
func fetchedDir(dir string) string {
	return filepath.Join(dir, string(fetchedVersion), "bin")
}

// fetchBinaries fetches server programs from a Maven repository and keeps them. It returns when the context ends,
// but a download can't be broken off: it goes on in the background until the process ends.
func fetchBinaries(ctx context.Context, cfg Config, l layout, as account) (binaries, error) {
	dir := cfg.binariesDir(l)
	// Shared programs are kept in the default data directory, which must be closed to other users.
	if err := makeDataDir(filepath.Dir(dir)); err != nil {
		return binaries{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return binaries{}, fmt.Errorf("make room for the server programs: %w", err)
	}
	if err := as.checkReach(ctx, dir); err != nil {
		return binaries{}, err
	}
	// Only one process fetches at a time. A process that had to wait then finds the programs there.
	lock, err := openLock(filepath.Join(dir, ".lock"))
	if err != nil {
		return binaries{}, err
	}
	defer lock.close()
	if err := lock.wait(ctx, disk.Exclusive); err != nil {
		return binaries{}, err
	}
	if found, _ := usable(ctx, []string{fetchedDir(dir)}, as); len(found) > 0 {
		return found[0], nil
	}
	cfg.Progress("fetching PostgreSQL " + string(fetchedVersion))
	if err := fetchInto(ctx, filepath.Dir(fetchedDir(dir)), cfg.DownloadURL); err != nil {
		return binaries{}, err
	}
	major, err := majorOf(ctx, filepath.Join(fetchedDir(dir), "postgres"), as)
	if err != nil {
		return binaries{}, fmt.Errorf("the fetched server programs do not run here: %w", err)
	}
	return binaries{Dir: fetchedDir(dir), Major: major}, nil
}

// fetchInto fetches the programs into a directory. The directory appears complete or not at all.
func fetchInto(ctx context.Context, home, url string) error {
	work, err := os.MkdirTemp(filepath.Dir(home), ".fetch-")
	if err != nil {
		return fmt.Errorf("make room for the server programs: %w", err)
	}
	done := make(chan error, 1)
	go func() {
		err := unpackInto(work, url)
		if err == nil {
			err = openToAll(filepath.Join(work, "programs"))
		}
		done <- err
		if ctx.Err() != nil { // fetchInto has returned already
			_ = os.RemoveAll(work)
		}
	}()
	select {
	case <-ctx.Done():
		return fmt.Errorf("fetch the server programs: %w", context.Cause(ctx))
	case err = <-done:
	}
	defer os.RemoveAll(work)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(home); err != nil { // any programs that are there do not run
		return fmt.Errorf("replace the server programs: %w", err)
	}
	if err := os.Rename(filepath.Join(work, "programs"), home); err != nil {
		return fmt.Errorf("keep the server programs: %w", err)
	}
	return nil
}

// unpackInto fetches the programs and unpacks them into work/programs.
//
// The library has no call that only fetches. Its Start fetches and unpacks the programs, and then starts a server
// on the data that it is given. Here the data consist of a version number alone, so that Start always ends with an
// error. So unpackInto looks at the disk to see whether the programs are there.
func unpackInto(work, url string) (err error) {
	defer func() {
		if p := recover(); p != nil { // the library panics if it can't remove its temporary files
			err = fmt.Errorf("unpack the server programs: %v", p)
		}
	}()
	data := filepath.Join(work, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return fmt.Errorf("make room for the server programs: %w", err)
	}
	if err := writeWhole(filepath.Join(data, "PG_VERSION"), fmt.Sprint(fetchedMajor)); err != nil {
		return fmt.Errorf("make room for the server programs: %w", err)
	}
	programs := filepath.Join(work, "programs")
	c := embeddedpostgres.DefaultConfig().Version(fetchedVersion).Port(0).Logger(io.Discard).StartTimeout(time.Millisecond).
		CachePath(filepath.Join(work, "cache")).RuntimePath(filepath.Join(work, "runtime")).
		DataPath(data).BinariesPath(programs)
	if url != "" {
		c = c.BinaryRepositoryURL(strings.TrimRight(url, "/"))
	}
	started := embeddedpostgres.NewDatabase(c).Start()
	b := binaries{Dir: filepath.Join(programs, "bin")}
	if isProgram(b.postgres()) && isProgram(b.initdb()) {
		return nil
	}
	if _, err := os.Stat(programs); err == nil || started == nil {
		return errors.New("the fetched archive holds no postgres and initdb")
	}
	return started
}

// openToAll lets every user read what was unpacked, because root's server runs as another user. The umask may have
// taken that right away.
func openToAll(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		mode := info.Mode().Perm() | 0o444
		if d.IsDir() || mode&0o100 != 0 {
			mode |= 0o111
		}
		return os.Chmod(path, mode)
	})
}
