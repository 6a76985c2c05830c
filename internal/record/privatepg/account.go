//go:build linux || darwin

package privatepg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"macrowatch/internal/record/disk"
)

// account is the user that the server's programs run as.
type account struct {
	Name     string
	UID, GID uint32
	// Switch says that this process runs as another user, namely as root. PostgreSQL refuses to run as root.
	Switch bool
}

// serverAccount chooses the account for a data directory. It is the user of this process. For root it is the user
// to whom the server's data belong already, else postgres, else nobody.
func serverAccount(l layout) (account, error) {
	if uid := os.Geteuid(); uid != 0 {
		return account{Name: strconv.Itoa(uid), UID: uint32(uid), GID: uint32(os.Getegid())}, nil
	}
	if info, err := os.Stat(filepath.Join(l.pgdata(), "PG_VERSION")); err == nil {
		if uid, gid, ok := disk.OwnerOf(info); ok && uid != 0 {
			name := strconv.Itoa(int(uid))
			if u, err := user.LookupId(name); err == nil {
				name = u.Username
			}
			return account{Name: name, UID: uid, GID: gid, Switch: true}, nil
		}
		return account{}, fmt.Errorf("%s belongs to root, and PostgreSQL refuses to run as root; give it to another user (chown -R postgres %[1]s)", l.pgdata())
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uerr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gerr := strconv.ParseUint(u.Gid, 10, 32)
		if uerr != nil || gerr != nil || uid == 0 {
			continue
		}
		return account{Name: name, UID: uint32(uid), GID: uint32(gid), Switch: true}, nil
	}
	return account{}, errors.New("PostgreSQL refuses to run as root, and this machine has no user postgres or nobody to run it as; start macrowatch as an ordinary user")
}

// command prepares to run a program as the account, with serverEnviron for its environment.
func (a account) command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = "/" // the caller's directory may be closed to the account
	cmd.Env = serverEnviron()
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if a.Switch {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.UID, Gid: a.GID, Groups: []uint32{a.GID}}
	}
	return cmd
}

// serverEnviron is the environment of the server's programs. It leaves out variables such as PG… and LC_…, which
// would change what they do, and all others that they don't need.
func serverEnviron() []string {
	env := []string{"LANG=C", "TZ=UTC"}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LOCALE_ARCHIVE"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// giveFile makes a file belong to the account.
func (a account) giveFile(path string) error {
	if !a.Switch {
		return nil
	}
	return os.Lchown(path, int(a.UID), int(a.GID))
}

// checkReach checks that the account can reach a directory. It runs a shell as the account that tries to.
func (a account) checkReach(ctx context.Context, dir string) error {
	if !a.Switch {
		return nil
	}
	ways := []string{dir}
	for d := dir; d != filepath.Dir(d); d = filepath.Dir(d) {
		ways = append([]string{filepath.Dir(d)}, ways...)
	}
	script := `for d; do cd "$d" 2>/dev/null || { printf %s "$d"; exit 9; }; done`
	cmd := a.command(ctx, "/bin/sh", append([]string{"-c", script, "sh"}, ways...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err == nil {
		return nil
	}
	if errors.Is(err, syscall.EPERM) {
		return fmt.Errorf("PostgreSQL refuses to run as root, and root may not become user %s here; start macrowatch as an ordinary user", a.Name)
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 9 {
		return fmt.Errorf("run a program as user %s: %w%s", a.Name, err, strings.TrimRight(" "+errs.String(), " \n"))
	}
	return fmt.Errorf("the server runs as user %s (PostgreSQL refuses to run as root), who cannot pass through %s; open it (chmod o+x %[2]s) or name another directory with --data-dir",
		a.Name, out.String())
}
