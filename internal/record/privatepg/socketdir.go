//go:build linux || darwin

package privatepg

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"macrowatch/internal/record/disk"
)

const (
	// socketPort is in the name of the socket that clients open. It is the same even if the server has another TCP
	// port, so that the URL of the socket never changes.
	socketPort = 5432
	// socketPrefix begins the name of every file that a server makes in its socket's directory.
	socketPrefix = ".s.PGSQL."
)

// longestSocket is how many bytes the path of a socket may have at most.
func longestSocket() int {
	if runtime.GOOS == "darwin" {
		return 103
	}
	return 107
}

// socketFits reports whether a server can have its socket in a directory. The path must be short enough for the
// system, whatever port is in the socket's name. It must have no comma: in a connection URL, a comma separates two
// hosts and can't be escaped. Clients take all other characters as they are.
func socketFits(dir string) bool {
	return len(filepath.Join(dir, socketPrefix+"65535")) <= longestSocket() && !strings.Contains(dir, ",")
}

// placeSocket makes the directory of the server's socket, which only the account and root can enter, and writes down
// where it is. The caller holds start.lock, and no server runs.
//
// It is a directory in the data directory. If that path does not fit (see socketFits), it is one in a directory for
// temporary files, with a name made from the data directory's path. It is not in XDG_RUNTIME_DIR: that goes away when
// the user logs out, while the server may run on.
func placeSocket(l layout, as account) (string, error) {
	dir, word := l.ownSocket(), ownSocketName
	if !socketFits(dir) {
		var err error
		if dir, err = placeElsewhere(l); err != nil {
			return "", err
		}
		word = dir
	}
	if err := makeSocketDir(dir, as); err != nil {
		return "", err
	}
	if err := writeWhole(l.socketIn(), word); err != nil {
		return "", fmt.Errorf("write down where the private PostgreSQL's socket is: %w", err)
	}
	return dir, nil
}

// placeElsewhere chooses the socket's directory for a data directory whose path does not fit. It takes the directory
// of the last time, if that is possible.
func placeElsewhere(l layout) (string, error) {
	name := elsewhereName(l)
	parents := []string{os.TempDir(), "/tmp"}
	if was, err := socketDir(l); err == nil && was != l.ownSocket() {
		parents = append([]string{filepath.Dir(was)}, parents...)
	}
	for _, parent := range parents {
		parent, err := filepath.EvalSymlinks(parent)
		if err != nil || !filepath.IsAbs(parent) {
			continue
		}
		info, err := os.Stat(parent)
		if err != nil || !info.IsDir() || renamableByAll(info) {
			continue
		}
		if uid, _, _ := disk.OwnerOf(info); uid != 0 && int(uid) != os.Geteuid() {
			continue
		}
		if dir := filepath.Join(parent, name); socketFits(dir) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("the path of the data directory %s is too long for a socket (%d bytes in all) or has a comma, and no directory for temporary files can be used instead; name another with --data-dir, or a directory with a short path without commas in TMPDIR",
		l.dir, longestSocket())
}

// elsewhereName is the name of a socket's directory outside the data directory.
func elsewhereName(l layout) string {
	sum := sha256.Sum256([]byte(l.dir))
	return "macrowatch-" + hex.EncodeToString(sum[:8])
}

// makeSocketDir makes the directory, or checks that the one that exists can be trusted.
func makeSocketDir(dir string, as account) error {
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		err = os.Chmod(dir, 0o700) // the umask has changed the mode that Mkdir was given
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make a directory for the private PostgreSQL's socket: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("make a directory for the private PostgreSQL's socket: %w", err)
	}
	// A directory that belongs to root was made by root: just now, or by a start that was killed.
	if uid, _, _ := disk.OwnerOf(info); as.Switch && uid == 0 && info.IsDir() {
		if err := as.giveFile(dir); err != nil {
			return fmt.Errorf("give the socket's directory to user %s: %w", as.Name, err)
		}
	}
	return checkSocketDir(dir, as.UID)
}

// howToWriteAnew says what to do about a wrong file socket-dir.
const howToWriteAnew = "start macrowatch demo or macrowatch serve --private, which writes it anew"

// socketDir returns the directory of the server's socket that placeSocket wrote down. It may be missing.
func socketDir(l layout) (string, error) {
	word, err := readSmall(l.socketIn())
	switch {
	case err != nil:
		return "", fmt.Errorf("find the private PostgreSQL's socket: %w", err)
	case word == ownSocketName: // a relative name, so that the data directory can be moved
		return l.ownSocket(), nil
	case !filepath.IsAbs(word):
		return "", fmt.Errorf("find the private PostgreSQL's socket: %s names no directory; %s", l.socketIn(), howToWriteAnew)
	case filepath.Base(word) != elsewhereName(l):
		return "", fmt.Errorf("find the private PostgreSQL's socket: %s names %s, which is not this data directory's; %s", l.socketIn(), word, howToWriteAnew)
	}
	return word, nil
}

// checkSocketDir checks that a socket's directory is the server's own, so that nobody else can listen in it.
func checkSocketDir(dir string, owner uint32) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("look at the directory of the private PostgreSQL's socket: %w", err)
	}
	uid, _, _ := disk.OwnerOf(info)
	const use = "the directory of the private PostgreSQL's socket"
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return refuse("%s, %s, is a symbolic link, so that another program may answer there; remove it: rm %s", dir, use, shellWord(dir))
	case !info.IsDir():
		return refuse("%s, %s, is not a directory; remove it: rm %s", dir, use, shellWord(dir))
	case uid != owner:
		return refuse("%s, %s, belongs to user %s, not to %s, so that another program may answer there; remove it (rm -r %s), or name another data directory with --data-dir",
			dir, use, userName(uid), userName(owner), shellWord(dir))
	case info.Mode().Perm()&0o077 != 0:
		return refuse("other users of this machine can enter %s, %s; close it to them: chmod 700 %s", dir, use, shellWord(dir))
	}
	return nil
}

// clearSockets removes the files that an earlier server left in its socket's directory. PostgreSQL does not start
// while a lock file there names a living process, whatever process that is. The caller holds server.lock.
func clearSockets(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look for old sockets: %w", err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), socketPrefix) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove an old socket: %w", err)
		}
	}
	return nil
}

// linkSocket gives the server's socket its usual name. The server puts its TCP port into the name, so a link with
// the usual name is needed if that is another port.
func linkSocket(dir string, port int) error {
	if port == socketPort {
		return nil
	}
	err := os.Symlink(socketPrefix+strconv.Itoa(port), filepath.Join(dir, socketPrefix+strconv.Itoa(socketPort)))
	if err != nil {
		return fmt.Errorf("link the private PostgreSQL's socket to its usual name: %w", err)
	}
	return nil
}

// quoteDirectory writes a path for a server setting that is a list of directories.
func quoteDirectory(path string) string {
	return `"` + strings.ReplaceAll(path, `"`, `""`) + `"`
}
