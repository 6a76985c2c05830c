//go:build linux || darwin

package privatepg

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"macrowatch/internal/record/disk"
)

// passwords has one password for each of the server's roles.
type passwords struct {
	Superuser string `json:"superuser"`
	Owner     string `json:"owner"`
	Reader    string `json:"reader"`
	Viewer    string `json:"viewer"` // "" in a file that an older macrowatch wrote; see completePasswords
}

// newPasswords makes passwords of 256 random bits each, in hexadecimal digits.
func newPasswords() passwords {
	return passwords{Superuser: newPassword(), Owner: newPassword(), Reader: newPassword(), Viewer: newPassword()}
}

func newPassword() string {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // it never fails
	return hex.EncodeToString(secret[:])
}

// keepPasswords writes the passwords, all or none.
func keepPasswords(l layout, p passwords) error {
	text, err := json.Marshal(p)
	if err == nil {
		err = writeWhole(l.passwords(), string(text))
	}
	if err == nil {
		err = disk.SyncDir(l.dir)
	}
	if err != nil {
		return fmt.Errorf("keep the passwords of the private PostgreSQL: %w", err)
	}
	return nil
}

// readPasswords reads the passwords. It refuses a file that others can read or write.
func readPasswords(l layout) (passwords, error) {
	var p passwords
	text, err := readSecret(l.passwords())
	if err != nil {
		return p, err
	}
	err = json.Unmarshal(text, &p)
	if err == nil && (p.Superuser == "" || p.Owner == "" || p.Reader == "") {
		err = errors.New("a password is missing")
	}
	if err != nil {
		return p, refuse("the password file %s is damaged (%v); put back a copy of it, or begin anew with an empty database: mv %s %s",
			l.passwords(), err, shellWord(l.pgdata()), shellWord(l.pgdata()+".old"))
	}
	return p, nil
}

// completePasswords reads the passwords. If an older version wrote them, before the viewer had a role of its own,
// it makes the viewer's password and keeps it. The caller holds start.lock.
func completePasswords(l layout) (passwords, error) {
	p, err := readPasswords(l)
	if err != nil || p.Viewer != "" {
		return p, err
	}
	p.Viewer = newPassword()
	return p, keepPasswords(l, p)
}

// readSecret reads a file. The file must belong to this user and be closed to everybody else.
func readSecret(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, syscall.ELOOP) {
		return nil, refuse("the password file %s is a symbolic link, which may lead to another file tomorrow; put the file itself in its place", path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the passwords of the private PostgreSQL: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read the passwords of the private PostgreSQL: %w", err)
	}
	uid, _, _ := disk.OwnerOf(info)
	switch {
	case !info.Mode().IsRegular():
		return nil, refuse("the password file %s is not an ordinary file", path)
	case int(uid) != os.Geteuid():
		return nil, refuse("the password file %s belongs to user %s, not to you (%s); run macrowatch as that user, or give the file to yourself (chown %s %s)",
			path, userName(uid), userName(uint32(os.Geteuid())), userName(uint32(os.Geteuid())), shellWord(path))
	case info.Mode().Perm()&0o077 != 0:
		return nil, refuse("other users of this machine can read or change the password file %s; close it to them: chmod 600 %s", path, shellWord(path))
	}
	text, err := io.ReadAll(io.LimitReader(f, 1<<16))
	if err != nil {
		return nil, fmt.Errorf("read the passwords of the private PostgreSQL: %w", err)
	}
	return text, nil
}
