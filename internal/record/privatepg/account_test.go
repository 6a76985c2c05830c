//go:build linux || darwin

package privatepg

import (
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// serverOwns gives data that a test has made to the server's user.
func serverOwns(l layout) error {
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	return os.Lchown(filepath.Join(l.pgdata(), "PG_VERSION"), uid, -1)
}

func rootOnly(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user")
	}
}

// asNobody makes a command run as an ordinary user. The command runs a copy of the test binary, because the directory
// into which go test builds it is closed to other users.
func asNobody(t *testing.T) func(*exec.Cmd) {
	t.Helper()
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	program := newDir(t)
	dst, err := os.OpenFile(program, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(dst, self); err != nil {
		t.Fatal(err)
	}
	if err := dst.Close(); err != nil {
		t.Fatal(err)
	}
	return func(cmd *exec.Cmd) {
		cmd.Path, cmd.Dir = program, "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	}
}

func uidOf(t *testing.T, pid int) int {
	t.Helper()
	out, err := exec.Command("ps", "-o", "uid=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	return uid
}

func TestRootsServerRunsAsAnotherUser(t *testing.T) {
	t.Parallel()
	rootOnly(t)
	dir := newDir(t)
	open(t, testConfig(dir))
	if uid := uidOf(t, serverPID(dir)); uid == 0 {
		t.Error("the server runs as root")
	}
}

func TestOrdinaryUsersServerRunsAsThatUser(t *testing.T) {
	t.Parallel()
	rootOnly(t) // the other tests show it for an ordinary user
	parent := filepath.Dir(newDir(t))
	if err := os.Chmod(parent, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(parent, "nobody's")
	become := asNobody(t)
	u := startUser(t, userOrder{DataDir: dir, Command: "macrowatch demo"}, become)
	query(t, u.ready(t), "select 'up'")
	if got, want := uidOf(t, serverPID(dir)), uidOf(t, u.cmd.Process.Pid); got != want || got == 0 {
		t.Errorf("the server runs as %d, its user as %d", got, want)
	}
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the data directory has mode %o", info.Mode().Perm())
	}
	u.kill()
	eventually(t, patience, "the server has ended", func() bool { return ended(t, dir) })
}

func TestDataDirectoryThatCannotBeWrittenIsRefused(t *testing.T) {
	t.Parallel()
	rootOnly(t) // root can start a process as a user who may not write there
	become := asNobody(t)
	there := filepath.Dir(newDir(t)) // it belongs to root and has mode 755
	missing := filepath.Join(there, "missing")
	closed := filepath.Join(there, "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{
		"another user's": there, "missing": missing, "closed": closed, "in a closed one": filepath.Join(closed, "below"),
	} {
		t.Run(name, func(t *testing.T) {
			u := startUser(t, userOrder{DataDir: dir}, become)
			word, sentence := u.said(t)
			if word != "failed" {
				t.Errorf("%s: %s", dir, word)
			}
			checkSentence(t, sentence, dir, "permission denied", "--data-dir")
		})
	}
}

func TestDirectoryThatTheServersUserCannotReachIsNamed(t *testing.T) {
	t.Parallel()
	rootOnly(t)
	blocked := newDir(t)
	if err := os.Mkdir(blocked, 0o700); err != nil {
		t.Fatal(err)
	}
	refused(t, testConfig(filepath.Join(blocked, "a", "b")), "through "+blocked+";", "chmod o+x", "root")
}

func TestServerIgnoresTheCallersPostgresEnvironment(t *testing.T) {
	t.Setenv("PGPORT", "1")
	t.Setenv("PGOPTIONS", "-c nonsense=1")
	t.Setenv("PGDATA", "/nonexistent")
	t.Setenv("LC_ALL", "xx_XX.nonsense")
	for _, entry := range serverEnviron() {
		if strings.HasPrefix(entry, "PG") || strings.HasPrefix(entry, "LC_") {
			t.Errorf("the server gets %s", entry)
		}
	}
}
