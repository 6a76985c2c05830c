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

// conf is what postgresql.conf gets in addition to its defaults. It is written only once, so that a user can change
// the values there. The settings on which the guard relies are not in it, but on the server's command line.
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

// initialise makes the server's data, unless they are there. It makes them in another directory and renames that
// when they are complete, so that a kill in between leaves nothing that looks like data. The caller holds
// start.lock.
func initialise(ctx context.Context, cfg Config, l layout, b binaries, as account) error {
	major, err := l.dataMajor()
	if err != nil {
		return err
	}
	if major != 0 {
		if err := checkData(l); err != nil {
			return err
		}
		return ensurePasswords(l)
	}
	// An empty directory counts as missing. A directory with something in it was not made by macrowatch.
	if err := os.Remove(l.pgdata()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s holds something that is not a PostgreSQL data directory (it has no PG_VERSION); move it away to begin anew", l.pgdata())
	}
	cfg.Progress("initialising the private PostgreSQL")
	left, err := filepath.Glob(filepath.Join(l.dir, ".postgres-*"))
	if err != nil {
		return fmt.Errorf("look for unfinished data: %w", err)
	}
	for _, dir := range left {
		if err := removeHalfMade(ctx, dir); err != nil {
			return fmt.Errorf("remove unfinished data: %w", err)
		}
	}
	fresh, err := os.MkdirTemp(l.dir, ".postgres-")
	if err != nil {
		return dataDirError("write to", l.dir, err)
	}
	defer os.RemoveAll(fresh) // it finds nothing once the directory has been renamed
	if err := as.giveFile(fresh); err != nil {
		return fmt.Errorf("give the data to user %s: %w", as.Name, err)
	}
	if err := as.checkReach(ctx, fresh); err != nil {
		return err
	}
	// This file belongs to data that are gone. No role will have the password in it.
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
		return fmt.Errorf("rename the server's finished data: %w", err)
	}
	return disk.SyncDir(l.dir)
}

// removeHalfMade removes what a killed initialisation left. initdb has a server process, which lives on for a
// moment after initdb was killed, and still makes files. Such a file can make the removal of its directory fail, so
// the removal is tried again.
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

// runInitdb makes a server's data in the empty directory dir.
func runInitdb(ctx context.Context, cfg Config, l layout, b binaries, as account, dir, password string) error {
	// initdb runs as the account, which can't read the file with our passwords.
	pwfile := filepath.Join(l.dir, ".postgres-password")
	if err := writeWhole(pwfile, password); err != nil {
		return fmt.Errorf("pass the password to initdb: %w", err)
	}
	defer os.Remove(pwfile)
	if err := as.giveFile(pwfile); err != nil {
		return fmt.Errorf("pass the password to initdb: %w", err)
	}
	args := []string{"-D", dir, "-U", superuser, "-A", "scram-sha-256", "--pwfile", pwfile,
		"-E", "UTF8", "--locale=C", "--text-search-config=simple"}
	if cfg.Settings["fsync"] == "off" {
		args = append(args, "--no-sync")
	}
	// Texts are sorted by code point, whatever the machine's language is. C.UTF-8 lets the server know which
	// characters are letters; some machines lack this locale.
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

// runTied runs a program that ends when this process ends, if the system can do that. It returns what the program
// wrote to standard error.
func runTied(ctx context.Context, as account, path string, args []string) (string, error) {
	runtime.LockOSThread() // the program ends with the thread that started it
	defer runtime.UnlockOSThread()
	cmd := as.command(ctx, path, args...)
	tieToParent(cmd.SysProcAttr)
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	return said.String(), err
}

// appendTo adds a text to the end of an existing file.
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
