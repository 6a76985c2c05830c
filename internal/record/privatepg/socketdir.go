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
	// socketPort is in the name of the socket that clients open, also where the server has a TCP port
	// besides: so its URL stays the same.
	socketPort = 5432
	// socketPrefix begins the name of everything that a server puts into its socket's directory.
	socketPrefix = ".s.PGSQL."
)

// longestSocket is how many bytes the path of a socket may have.
func longestSocket() int {
	if runtime.GOOS == "darwin" {
		return 103
	}
	return 107
}

// socketFits reports whether a socket in the directory has a path that the system takes, whatever port
// is in its name, and that clients take from a connection URL: to them a comma separates two hosts, and
// there is no way to write one that does not. Whatever else is in an absolute path they take as it is.
func socketFits(dir string) bool {
	return len(filepath.Join(dir, socketPrefix+"65535")) <= longestSocket() && !strings.Contains(dir, ",")
}

// placeSocket makes the directory of the server's socket, which only the account and root can enter, and
// remembers where it is. It is in the data directory unless its path does not do; then it is in the
// directory for temporary files, under a name that the data directory decides. It is not in
// XDG_RUNTIME_DIR, which goes away when the user logs out, under a server that runs on.
//
// The caller holds start.lock, and no server runs.
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
		return "", fmt.Errorf("remember where the private PostgreSQL's socket is: %w", err)
	}
	return dir, nil
}

// placeElsewhere chooses where the socket's directory is for a data directory whose path does not do: where it
// was, if that can be.
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
	return "", fmt.Errorf("the path of the data directory %s is too long for a socket (%d bytes in all) or has a comma, and no directory for temporary files will do instead; name another with --data-dir, or a directory with a short path without commas in TMPDIR",
		l.dir, longestSocket())
}

// elsewhereName is the name of a socket's directory that is not in the data directory.
func elsewhereName(l layout) string {
	sum := sha256.Sum256([]byte(l.dir))
	return "macrowatch-" + hex.EncodeToString(sum[:8])
}

// makeSocketDir makes the directory, or sees that the one that is there can be trusted.
func makeSocketDir(dir string, as account) error {
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		err = os.Chmod(dir, 0o700) // Mkdir's mode went through the umask
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make a directory for the private PostgreSQL's socket: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("make a directory for the private PostgreSQL's socket: %w", err)
	}
	// Only root makes root's directories: this one was made just now, or by a start that was killed.
	if uid, _, _ := disk.OwnerOf(info); as.Switch && uid == 0 && info.IsDir() {
		if err := as.giveFile(dir); err != nil {
			return fmt.Errorf("give the socket's directory to user %s: %w", as.Name, err)
		}
	}
	return checkSocketDir(dir, as.UID)
}

// placedAnew says what mends a file that names no directory of the server's.
const placedAnew = "start macrowatch demo or macrowatch serve --private, which places it anew"

// socketDir gives the remembered directory of the server's socket. It need not be there.
func socketDir(l layout) (string, error) {
	word, err := readSmall(l.socketIn())
	switch {
	case err != nil:
		return "", fmt.Errorf("find the private PostgreSQL's socket: %w", err)
	case word == ownSocketName: // the data directory may have been moved
		return l.ownSocket(), nil
	case !filepath.IsAbs(word):
		return "", fmt.Errorf("find the private PostgreSQL's socket: %s names no directory; %s", l.socketIn(), placedAnew)
	case filepath.Base(word) != elsewhereName(l):
		return "", fmt.Errorf("find the private PostgreSQL's socket: %s names %s, which is not this data directory's; %s", l.socketIn(), word, placedAnew)
	}
	return word, nil
}

// checkSocketDir sees that a socket's directory is the server's own, so that nobody else can answer in it.
func checkSocketDir(dir string, owner uint32) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("look at the directory of the private PostgreSQL's socket: %w", err)
	}
	uid, _, _ := disk.OwnerOf(info)
	const use = "the directory of the private PostgreSQL's socket"
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return refuse("%s, %s, is a symbolic link, behind which anybody may answer; remove it: rm %s", dir, use, shellWord(dir))
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

// clearSockets removes what an earlier server left in its socket's directory: PostgreSQL does not start
// while a lock file there names a live process, whatever that process is. The caller holds server.lock.
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

// linkSocket makes the socket of a server that names it after its TCP port answer under the usual name.
func linkSocket(dir string, port int) error {
	if port == socketPort {
		return nil
	}
	err := os.Symlink(socketPrefix+strconv.Itoa(port), filepath.Join(dir, socketPrefix+strconv.Itoa(socketPort)))
	if err != nil {
		return fmt.Errorf("name the private PostgreSQL's socket: %w", err)
	}
	return nil
}

// quoteDirectory writes a path as an item of the server's lists of directories.
func quoteDirectory(path string) string {
	return `"` + strings.ReplaceAll(path, `"`, `""`) + `"`
}
