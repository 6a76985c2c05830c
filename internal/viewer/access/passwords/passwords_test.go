package passwords_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/testkit/testlog"
	"macrowatch/internal/viewer/access"
	"macrowatch/internal/viewer/access/passwords"
)

// horse is the hash that Debian's argon2 command gives:
// echo -n "correct horse" | argon2 saltysalt -id -t 2 -k 1024 -p 1 -e
const horse = "$argon2id$v=19$m=1024,t=2,p=1$c2FsdHlzYWx0$CUzAfIeAskpziNLvprRo6CsfQdSGlFls9ffEdapsrAs"

func TestHashesOfOtherProgramsAreUnderstood(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(path, []byte("ana:viewer:"+horse+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, _, _ := checker(t, path)
	if !lets(t, c, "ana", "correct horse") || lets(t, c, "ana", "correct house") {
		t.Error("the password is not understood")
	}
}

// add adds users to a file, each with the password "password of NAME".
func add(t *testing.T, path string, names ...string) {
	t.Helper()
	for _, name := range names {
		u, err := passwords.NewUser(name, access.Viewer, "password of "+name)
		if err != nil {
			t.Fatal(err)
		}
		change(t, path, func(users []passwords.User) []passwords.User { return append(users, u) })
	}
}

func change(t *testing.T, path string, how func([]passwords.User) []passwords.User) {
	t.Helper()
	if err := passwords.Change(t.Context(), path, true, func(users []passwords.User) ([]passwords.User, error) { return how(users), nil }); err != nil {
		t.Fatal(err)
	}
}

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// pass lets so much time pass that a checker looks at its file again.
func (c *clock) pass() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Second)
}

// checker returns a checker of a file.
func checker(t *testing.T, path string) (*passwords.Checker, *clock, *testlog.Log) {
	t.Helper()
	clk, log := &clock{at: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)}, &testlog.Log{}
	c, err := passwords.NewChecker(path, log.Logger(slog.LevelInfo), clk.now)
	if err != nil {
		t.Fatal(err)
	}
	return c, clk, log
}

// lets reports whether a checker accepts a password.
func lets(t *testing.T, c *passwords.Checker, name, password string) bool {
	t.Helper()
	who, stamp, ok, err := c.Check(t.Context(), name, password)
	if err != nil {
		t.Fatal(err)
	}
	if ok != (who.User == name && stamp != "" && who.Role != access.NoRole) {
		t.Errorf("%s is %v with the stamp %q: %v", name, who, stamp, ok)
	}
	return ok
}

func TestOnlyTheRightPasswordIsAccepted(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "users")
	add(t, path, "ana", "bo")
	c, _, _ := checker(t, path)
	if !lets(t, c, "ana", "password of ana") || !lets(t, c, "bo", "password of bo") {
		t.Error("a right password is refused")
	}
	for name, password := range map[string]string{
		"ana": "password of bo", "Ana": "password of ana", "bo": "", "nobody": "nobody's password", "": "", "ana ": "password of ana",
		"bo\n": "password of bo", "cy": strings.Repeat("x", 1<<20),
	} {
		if lets(t, c, name, password) {
			t.Errorf("%q is accepted with %.30q", name, password)
		}
	}
}

func TestTheFileIsPrivateAndHoldsNoPassword(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "users")
	add(t, path, "bo", "ana")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 || strings.Contains(string(text), "password of") || strings.Count(string(text), "$argon2id$v=19$m=19456,t=2,p=1$") != 2 {
		t.Errorf("the file has mode %v and says\n%s", info.Mode(), text)
	}
	if hashes := strings.Fields(string(text)); hashes[len(hashes)-1] == hashes[len(hashes)-2] {
		t.Error("two users have the same line")
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644, 0o666, 0o620, 0o610} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := passwords.Read(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("a file of mode %v is read: %v", mode, err)
		}
	}
}

func TestAChangedFileIsReadAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "users")
	add(t, path, "ana", "bo")
	c, clk, log := checker(t, path)
	_, before, _ := c.Account("ana")
	add(t, path, "cy")
	clk.pass()
	if !lets(t, c, "cy", "password of cy") {
		t.Error("a new user is refused")
	}
	if _, stamp, _ := c.Account("ana"); stamp != before {
		t.Error("the stamp of a user who did not change has changed")
	}
	change(t, path, func(users []passwords.User) []passwords.User {
		u, err := passwords.NewUser("ana", access.Operator, "another password")
		if err != nil {
			t.Fatal(err)
		}
		users[0] = u
		return users[:1]
	})
	clk.pass()
	if lets(t, c, "ana", "password of ana") || !lets(t, c, "ana", "another password") || lets(t, c, "bo", "password of bo") {
		t.Error("the file of before still counts")
	}
	if role, stamp, known := c.Account("ana"); role != access.Operator || stamp == before || !known {
		t.Errorf("ana is %s with the stamp %s", role, stamp)
	}
	// While the file is broken, the users of before remain, and the log says once what is wrong.
	if err := os.WriteFile(path, []byte("ana:viewer\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		clk.pass()
		if !lets(t, c, "ana", "another password") {
			t.Error("a broken file keeps ana out")
		}
	}
	if n := strings.Count(log.String(), "line 1"); n != 1 {
		t.Errorf("the log says %d times what is wrong: %s", n, log)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	clk.pass()
	if lets(t, c, "ana", "another password") {
		t.Error("ana is accepted although the file is gone")
	}
	add(t, path, "di")
	clk.pass()
	if !lets(t, c, "di", "password of di") {
		t.Error("a file that came back is not read")
	}
}

func TestWrongFilesAreRefusedWithTheLine(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("A", 43)
	good := "ana:viewer:$argon2id$v=19$m=1024,t=2,p=1$c2FsdHlzYWx0$" + key
	for name, text := range map[string]string{
		"no role": "ana:$argon2id$v=19$m=1024,t=2,p=1$c2FsdHlzYWx0$" + key, "another role": strings.Replace(good, "viewer", "admin", 1), "no name": strings.TrimPrefix(good, "ana"),
		"a name with a blank": "a" + good[:1] + " b" + good[3:], "two lines of a user": good + "\n" + good, "a plain password": "ana:viewer:secret99", "bcrypt": "ana:viewer:$2y$10$abcdefghijklmnopqrstuv",
		"argon2i": strings.Replace(good, "argon2id", "argon2i", 1), "another version": strings.Replace(good, "v=19", "v=16", 1), "gigabytes": strings.Replace(good, "m=1024", "m=99999999", 1),
		"no memory": strings.Replace(good, "m=1024", "m=0", 1), "many passes": strings.Replace(good, "t=2", "t=4000000", 1), "no lanes": strings.Replace(good, "p=1", "p=0", 1),
		"lanes beyond a byte": strings.Replace(good, "p=1", "p=300", 1), "negative": strings.Replace(good, "t=2", "t=-2", 1), "a short key": strings.TrimSuffix(good, key) + "AAAA", "no salt": strings.Replace(good, "c2FsdHlzYWx0", "", 1),
		"costs with more": strings.Replace(good, "p=1", "p=1,x=2", 1), "padding": good + "=", "binary": "\x00\x01", "an HTML page": "<html>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "users")
			if err := os.WriteFile(path, []byte("# a remark\n\n"+text+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := passwords.Read(path)
			if err == nil || !strings.Contains(err.Error(), path+": line ") || strings.Contains(err.Error(), key) || strings.Contains(err.Error(), "secret99") {
				t.Errorf("%v", err)
			}
		})
	}
	path := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(path, []byte("# a remark\r\n\r\n"+good+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if users, err := passwords.Read(path); err != nil || len(users) != 1 {
		t.Errorf("a good file: %v, %v", users, err)
	}
}

func TestNamesAndPasswordsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "-ana", "a b", "a:b", "ana\n", "#ana", "año", strings.Repeat("a", 65), "a,b", "a/b", "a\\b", "<b>"} {
		if err := passwords.CheckName(name); err == nil {
			t.Errorf("%q may be a name", name)
		}
	}
	for _, name := range []string{"ana", "Ana.Lima", "ana@desk.example", "a-1_b+c", strings.Repeat("a", 64)} {
		if err := passwords.CheckName(name); err != nil {
			t.Error(err)
		}
	}
	for _, password := range []string{"", "1234567", "señor12", strings.Repeat("x", 1025), "with\nline", "with\x00nul", "bad\xffbyte"} {
		if _, err := passwords.NewUser("ana", access.Viewer, password); err == nil || password != "" && strings.Contains(err.Error(), password) {
			t.Errorf("%.20q may be a password, or is told: %v", password, err)
		}
	}
}

// People may change the file at once: nothing that one of them wrote is lost.
func TestChangesAtOnceWaitForEachOther(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "users")
	add(t, path, "first")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			u, err := passwords.NewUser(fmt.Sprintf("user%d", i), access.Viewer, "long enough")
			if err == nil {
				err = passwords.Change(context.Background(), path, false, func(users []passwords.User) ([]passwords.User, error) { return append(users, u), nil })
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if users, err := passwords.Read(path); err != nil || len(users) != 9 {
		t.Errorf("there are %d users, %v; want 9", len(users), err)
	}
	refused := errors.New("no")
	if err := passwords.Change(t.Context(), path, false, func([]passwords.User) ([]passwords.User, error) { return nil, refused }); !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); err != nil || len(left) != 1 {
		t.Errorf("the folder has %v", left)
	}
	if err := passwords.Change(t.Context(), path+"2", false, func(users []passwords.User) ([]passwords.User, error) { return users, nil }); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestALinkToTheFileStays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "users")
	add(t, real, "ana")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	add(t, link, "bo")
	if users, err := passwords.Read(real); err != nil || len(users) != 2 {
		t.Errorf("the file has %d users, %v", len(users), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
}
