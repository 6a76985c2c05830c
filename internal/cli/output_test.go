package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A command whose output can't be written has not done its work, whatever it prints with.
func TestACommandWhoseOutputIsLostFails(t *testing.T) {
	t.Parallel()
	users := filepath.Join(t.TempDir(), "users")
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("a long enough password\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := runMain(t, "user", "add", "ana", "--users-file", users, "--password-file", password); r.status != exitOK {
		t.Fatal(r.errout)
	}
	for _, call := range [][]string{
		{"version"}, {"--version"}, {"version", "--json"}, {"--help"}, {"import", "prices", "--help"}, {"help", "import", "prices"},
		{"completion", "bash"}, {"user", "list", "--users-file", users}, {"migrate", "--print"},
	} {
		if r := runMain(t, call...); r.status != exitOK || r.out == "" {
			t.Errorf("%q: %d %q %q", call, r.status, r.out, r.errout)
			continue
		}
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if errors.Is(err, fs.ErrNotExist) {
			t.Skip("there is no /dev/full here")
		}
		if err != nil {
			t.Fatal(err)
		}
		errout, err := os.Create(filepath.Join(t.TempDir(), "err"))
		if err != nil {
			t.Fatal(err)
		}
		status := Main(call, Streams{In: os.Stdin, Out: full, Err: errout})
		said, err := os.ReadFile(errout.Name())
		if err != nil {
			t.Fatal(err)
		}
		if status != exitFailed || strings.Count(string(said), "no space left on device") != 1 {
			t.Errorf("%q with a full disk: %d %q", call, status, said)
		}
		_, _ = full.Close(), errout.Close()
	}
}
