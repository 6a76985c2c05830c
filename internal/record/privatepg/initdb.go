//go:build linux || darwin

package privatepg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"macrowatch/internal/record/disk"
)

// conf is what postgresql.conf says beyond its defaults. It is written once, so that whoever
// needs other values can change them there; what the guard relies on is given on the command line.
const conf = `
# macrowatch: a small server for one desk
max_connections = 60
shared_buffers = 128MB
wal_level = minimal
max_wal_senders = 0
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
`

// initialise makes the server's data, unless they are there. They are made beside their place
// and moved there when complete, so that being killed on the way leaves nothing that looks like
// data. The caller holds start.lock.
func initialise(ctx context.Context, cfg Config, l layout, b binaries, as account) error {
	major, err := l.dataMajor()
	if err != nil {
		return err
	}
	if major != 0 {
		if err := checkData(l); err != nil {
			return err
		}
		return findPasswords(l)
	}
	// An empty directory, a mount point say, is as good as none; anything else is not ours.
	if err := os.Remove(l.pgdata()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s holds something that is not a PostgreSQL data directory (it has no PG_VERSION); move it away to begin anew", l.pgdata())
	}
	cfg.Progress("initialising the private PostgreSQL")
	left, err := filepath.Glob(filepath.Join(l.dir, ".postgres-*"))
	if err != nil {
		return fmt.Errorf("look for what was left half made: %w", err)
	}
	for _, dir := range left {
		if err := removeHalfMade(ctx, dir); err != nil {
			return fmt.Errorf("remove what was left half made: %w", err)
		}
	}
	fresh, err := os.MkdirTemp(l.dir, ".postgres-")
	if err != nil {
		return dataDirError("write to", l.dir, err)
	}
	defer os.RemoveAll(fresh) // finds nothing once it has been renamed
	if err := as.giveFile(fresh); err != nil {
		return fmt.Errorf("give the data to user %s: %w", as.Name, err)
	}
	if err := as.checkReach(ctx, fresh); err != nil {
		return err
	}
	// What is left of data that are gone names a password that no role will have.
	if err := os.Remove(l.formerPassword()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove an old password: %w", err)
	}
	secrets := newPasswords()
	if err := keepPasswords(l, secrets); err != nil {
		return err
	}
	if err := runInitdb(ctx, cfg, l, b, as, fresh, secrets.Superuser); err != nil {
		return err
	}
	if err := appendTo(filepath.Join(fresh, "postgresql.conf"), conf); err != nil {
		return fmt.Errorf("write the server's settings: %w", err)
	}
	if err := os.Rename(fresh, l.pgdata()); err != nil {
		return fmt.Errorf("put the server's data in their place: %w", err)
	}
	return disk.SyncDir(l.dir)
}

// removeHalfMade removes what a killed initialisation left. The server process that a killed
// initdb was feeding lives until it notices that nobody feeds it, and until then makes files in the
// directories that are being emptied: so a removal that such a file defeats is tried again.
func removeHalfMade(ctx context.Context, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		err := os.RemoveAll(dir)
		if !errors.Is(err, syscall.ENOTEMPTY) && !errors.Is(err, syscall.EEXIST) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// runInitdb fills the empty directory dir.
func runInitdb(ctx context.Context, cfg Config, l layout, b binaries, as account, dir, password string) error {
	// initdb reads the password as the account, which cannot read ours.
	pwfile := filepath.Join(l.dir, ".postgres-password")
	if err := writeWhole(pwfile, password); err != nil {
		return fmt.Errorf("pass the password on: %w", err)
	}
	defer os.Remove(pwfile)
	if err := as.giveFile(pwfile); err != nil {
		return fmt.Errorf("pass the password on: %w", err)
	}
	args := []string{"-D", dir, "-U", superuser, "-A", "scram-sha-256", "--pwfile", pwfile,
		"-E", "UTF8", "--locale=C", "--text-search-config=simple"}
	if cfg.Settings["fsync"] == "off" {
		args = append(args, "--no-sync")
	}
	// Sorted by code point whatever the machine's language is, but with every letter known to be
	// one where the machine has the locale for that.
	said, err := runTied(ctx, as, b.initdb(), append(args, "--lc-ctype=C.UTF-8"))
	if err != nil && strings.Contains(said, "invalid locale") {
		said, err = runTied(ctx, as, b.initdb(), args)
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("initialise the private PostgreSQL: %w", context.Cause(ctx))
	default:
		return fmt.Errorf("initialise the private PostgreSQL in %s: %w: %s", l.dir, err, reasonIn(said))
	}
}

// runTied runs a program that ends with this process, where the system can do that, and gives
// what it said on standard error.
func runTied(ctx context.Context, as account, path string, args []string) (string, error) {
	runtime.LockOSThread() // the tie is to the thread that starts it
	defer runtime.UnlockOSThread()
	cmd := as.command(ctx, path, args...)
	tieToParent(cmd.SysProcAttr)
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	return said.String(), err
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
