package testenv_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"macrowatch/internal/testkit/testenv"
)

func TestMain(m *testing.M) {
	code := m.Run()
	testenv.Clean()
	os.Exit(code)
}

// libcsOwn are the signals 32 and 33, which the C library keeps for itself. Some programs, such as make, start others
// with these signals ignored.
const libcsOwn = 3 << 31

func TestSurroundingsAreKnown(t *testing.T) {
	for _, sig := range []os.Signal{unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM, unix.SIGUSR1, unix.SIGPIPE, unix.SIGTSTP, unix.SIGCHLD} {
		if signal.Ignored(sig) {
			t.Errorf("%v is ignored", sig)
		}
	}
	if runtime.GOOS == "linux" {
		// A program that a test starts blocks no signal and ignores none.
		status, err := exec.Command("grep", "-E", "^Sig(Blk|Ign):", "/proc/self/status").Output()
		for _, set := range strings.Fields(strings.NewReplacer("SigBlk:", "", "SigIgn:", "").Replace(string(status))) {
			signals, parseErr := strconv.ParseUint(set, 16, 64)
			if err = errors.Join(err, parseErr); err != nil || signals&^libcsOwn != 0 {
				t.Errorf("a program has %s (%v)", status, err)
			}
		}
	}
	dir := filepath.Join(t.TempDir(), "made")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("a folder is made with %v (%v)", info.Mode(), err)
	}
	if text, err := io.ReadAll(os.Stdin); err != nil || len(text) > 0 {
		t.Errorf("standard input says %q (%v)", text, err)
	}
	for name, want := range map[string]string{
		"TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "", "TERM": "dumb", "PGHOST": "", "PGSERVICEFILE": "", "DATABASE_URL": "",
		"MACROWATCH_LISTEN": "", "XDG_DATA_HOME": "", "NO_COLOR": "", "DISPLAY": "",
	} {
		if got := os.Getenv(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if time.Local.String() != "UTC" && time.Now().Location().String() != "UTC" {
		t.Errorf("the local time zone is %v", time.Local)
	}
	if home, err := os.UserHomeDir(); err != nil || home == "" {
		t.Errorf("the home is %q (%v)", home, err)
	} else if _, err := os.Stat(home); err == nil {
		t.Errorf("there is something at %s", home)
	}
	if temp := os.TempDir(); len(temp) > 40 {
		t.Errorf("temporary files are in %s, whose path leaves no room for a socket's", temp)
	}
	cmd := exec.Command("go", "env", "GOCACHE")
	cmd.Env = testenv.ForGo()
	if out, err := cmd.Output(); err != nil || !filepath.IsAbs(strings.TrimSpace(string(out))) {
		t.Errorf("Go keeps what it built in %q (%v)", out, err)
	}
}

// Each case runs TestSurroundingsAreKnown in a process that was started in other surroundings.
func TestOddSurroundingsAreReplaced(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(t.TempDir(), strings.Repeat("long", 20))
	if err := os.Mkdir(long, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		before string // what a shell does first
		env    []string
	}{
		"as it is":           {},
		"nohup":              {before: `trap "" HUP`},
		"a background job":   {before: `trap "" INT QUIT`},
		"ignored signals":    {before: `trap "" USR1 USR2 PIPE TSTP ALRM WINCH TERM CHLD`},
		"a narrow umask":     {before: "umask 077"},
		"no standard input":  {before: "exec <&-"},
		"something to read":  {before: "exec <testenv.go"},
		"no home":            {before: "unset HOME USER LOGNAME"},
		"a home that is not": {env: []string{"HOME=/nowhere/at/all"}},
		"a language":         {env: []string{"LANG=pt_BR.UTF-8", "LC_ALL=tr_TR.UTF-8", "LANGUAGE=de"}},
		"a time zone":        {env: []string{"TZ=Pacific/Kiritimati"}},
		"another's database": {env: []string{"DATABASE_URL=postgres://a@b/c", "PGHOST=nowhere", "PGSERVICEFILE=/x", "PGOPTIONS=-c x=y"}},
		"another's settings": {env: []string{"MACROWATCH_LISTEN=1", "MACROWATCH_DATA_DIR=/nowhere", "MACROWATCH_CONFIG=/nowhere"}},
		"directories":        {env: []string{"XDG_DATA_HOME=/nowhere", "XDG_RUNTIME_DIR=relative"}},
		"a terminal":         {env: []string{"TERM=xterm-256color", "NO_COLOR=1", "COLUMNS=3", "DISPLAY=:0"}},
		"a long TMPDIR":      {env: []string{"TMPDIR=" + long}},
		"no TMPDIR there":    {env: []string{"TMPDIR=/nowhere"}},
		"a TMPDIR to read":   {env: []string{"TMPDIR=/proc"}},
	} {
		t.Run(name, func(t *testing.T) {
			script := c.before + "\n" + `exec "$0" -test.run='^TestSurroundingsAreKnown$' -test.count=1`
			cmd := exec.Command("sh", "-c", script, self)
			cmd.Env = append(withoutMark(os.Environ()), c.env...)
			if name != "no home" && name != "a home that is not" {
				cmd.Env = append(cmd.Env, "HOME="+t.TempDir())
			}
			if out, err := startedBlocking(cmd); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}

// withoutMark removes the variable that says that a process has restarted itself, so that another process does so.
func withoutMark(env []string) (out []string) {
	for _, entry := range env {
		if !strings.HasPrefix(entry, "MACROWATCH_TEST_SETTLED=") {
			out = append(out, entry)
		}
	}
	return out
}

// startedBlocking runs a command with blocked signals, if the system can do that.
func startedBlocking(cmd *exec.Cmd) ([]byte, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	restore := block(syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT, syscall.SIGUSR1, syscall.SIGCHLD)
	defer restore()
	return cmd.CombinedOutput()
}
