//go:build linux || darwin

package privatepg

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"macrowatch/internal/record/disk"
)

// Refusal says that the private PostgreSQL can't be used until a person has put something right. Its text says
// how to do that.
type Refusal struct{ sentence string }

// Error returns the sentence.
func (r *Refusal) Error() string { return r.sentence }

// Permanent returns true: to try the same again soon is of no use.
func (r *Refusal) Permanent() bool { return true }

func refuse(format string, args ...any) error {
	return &Refusal{sentence: fmt.Sprintf(format, args...)}
}

// checkDataDir refuses a data directory if another user can read, change or replace what is in it. It returns the
// path without symbolic links. Others may pass through the directory, because root's server must.
//
// It does not matter who owns the directories above. If somebody put another directory in this one's place, that
// directory would have to belong to this user.
func checkDataDir(dir string) (string, error) {
	if link, err := os.Lstat(dir); err == nil && link.Mode()&fs.ModeSymlink != 0 {
		if uid, _, _ := disk.OwnerOf(link); uid != 0 && int(uid) != os.Geteuid() {
			return "", refuse("the data directory %s is a symbolic link that user %s made; name the directory itself with --data-dir", dir, userName(uid))
		}
	}
	resolved, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", dataDirError("look at", dir, err)
	}
	if err := checkPath(resolved); err != nil {
		return "", err
	}
	info, err := os.Stat(resolved)
	if err != nil {
		return "", dataDirError("look at", dir, err)
	}
	if uid, _, _ := disk.OwnerOf(info); int(uid) != os.Geteuid() {
		self := userName(uint32(os.Geteuid()))
		return "", refuse("the data directory %s belongs to user %s, not to you (%s); run macrowatch as that user, give the directory to yourself (chown %s %s), or name another with --data-dir",
			dir, userName(uid), self, self, shellWord(resolved))
	}
	if info.Mode().Perm()&0o066 != 0 {
		return "", refuse("other users of this machine can read or change the data directory %s; close it to them: chmod go-rw %s", dir, shellWord(resolved))
	}
	for above := filepath.Dir(resolved); ; above = filepath.Dir(above) {
		info, err := os.Stat(above)
		if err != nil {
			return "", dataDirError("look above", dir, err)
		}
		if renamableByAll(info) {
			return "", refuse("any user of this machine can put another directory in the place of the data directory %s, because every user can write to %s; close it (chmod o-w %s), or name another directory with --data-dir",
				dir, above, shellWord(above))
		}
		if above == filepath.Dir(above) {
			return resolved, nil
		}
	}
}

// checkData refuses a server's data if they are open to others. PostgreSQL would refuse them too.
func checkData(l layout) error {
	info, err := os.Stat(l.pgdata())
	if err != nil {
		return fmt.Errorf("look at the private PostgreSQL's data: %w", err)
	}
	if info.Mode().Perm()&0o027 != 0 {
		return refuse("other users of this machine can read or change the private PostgreSQL's data in %s; close them: chmod 700 %s", l.pgdata(), shellWord(l.pgdata()))
	}
	return nil
}

// renamableByAll reports whether any user may rename what others put into a directory.
func renamableByAll(dir fs.FileInfo) bool {
	return dir.Mode().Perm()&0o002 != 0 && dir.Mode()&fs.ModeSticky == 0
}

// userName returns the name of a user, or the number if the user has no name.
func userName(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return id
}

// safeShellWord matches what needs no quotes in a shell.
var safeShellWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// shellWord writes a path so that it can be pasted into a shell.
func shellWord(path string) string {
	if safeShellWord.MatchString(path) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
