// Package e2e tests the program as its users run it: the built binary as a process, with a private
// PostgreSQL and a real Chromium.
package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/testkit/testenv"
)

// patience bounds every wait for something that must happen; it is generous, since the machine may
// be busy, and is only spent when a test fails.
const patience = 3 * time.Minute

var binary struct {
	once sync.Once
	path string
	err  error
}

func TestMain(m *testing.M) {
	if ahead := os.Getenv(clockVariable); ahead != "" {
		os.Exit(beProgram(ahead))
	}
	status := m.Run()
	endSharedChromium()
	if !endSharedDesk() && status == 0 {
		status = 1
	}
	endTemplates()
	if binary.path != "" {
		_ = os.RemoveAll(filepath.Dir(binary.path))
	}
	testenv.Clean()
	os.Exit(status)
}

// mainPackage is where the program begins. Looking at its file, and importing what it calls, makes
// Go run these tests again when any of the program has changed.
const mainPackage = "../../cmd/macrowatch"

// program builds macrowatch once per test process and returns its path.
func program(t testing.TB) string {
	t.Helper()
	binary.once.Do(func() {
		dir, err := os.MkdirTemp("", "macrowatch-e2e-")
		if err != nil {
			binary.err = err
			return
		}
		if _, binary.err = os.Stat(filepath.Join(mainPackage, "main.go")); binary.err != nil {
			return
		}
		// A server that runs as another user must be able to reach nothing of this, but the
		// sample desk's processes start the program again by its path.
		binary.path = filepath.Join(dir, "macrowatch")
		build := exec.Command("go", "build", "-o", binary.path, mainPackage)
		build.Env = testenv.ForGo()
		out, err := build.CombinedOutput()
		if err != nil {
			binary.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if binary.err != nil {
		t.Fatalf("build macrowatch: %v", binary.err)
	}
	return binary.path
}

// dataDir is a directory for a private PostgreSQL, which runs as another user when the tests run
// as root, so that it can't be t.TempDir.
func dataDir(t testing.TB) string {
	t.Helper()
	dir, err := newDataDir()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(dir)) })
	return dir
}

// newDataDir is dataDir for what outlives a test. The directory that holds it is to be removed.
func newDataDir() (string, error) {
	dir, err := os.MkdirTemp("", "macrowatch-data-")
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "data"), os.Chmod(dir, 0o755)
}

// result is what a finished command left.
type result struct {
	status      int
	out, errout string
}

// run runs macrowatch with the given environment additions to its end.
func run(t testing.TB, env []string, args ...string) result {
	t.Helper()
	return runIn(t, env, "", args...)
}

// runIn is run with something on standard input.
func runIn(t testing.TB, env []string, stdin string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	path := program(t)
	if slices.ContainsFunc(env, func(v string) bool { return strings.HasPrefix(v, clockVariable+"=") }) {
		path = self(t)
	}
	c := exec.CommandContext(ctx, path, args...)
	c.Env = append(cleanEnv(), env...)
	c.Stdin = strings.NewReader(stdin)
	var out, errout bytes.Buffer
	c.Stdout, c.Stderr = &out, &errout
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %v: %v", args, err)
	}
	if ctx.Err() != nil {
		t.Fatalf("macrowatch %v did not end; standard error: %s", args, errout.String())
	}
	return result{c.ProcessState.ExitCode(), out.String(), errout.String()}
}

// cleanEnv is the environment of a program that a test starts, without settings of its own.
func cleanEnv() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, clockVariable+"=") })
}

// service is a running demo or serve.
type service struct {
	url  string // where its page is
	cmd  *exec.Cmd
	log  *lockedBuffer
	done chan struct{}
}

// start starts demo or serve and waits until it says where it is.
func start(t testing.TB, env []string, args ...string) *service {
	t.Helper()
	c := exec.Command(program(t), args...)
	c.Env = append(cleanEnv(), env...)
	return startCommand(t, c)
}

// startCommand starts a command that says where it is, and waits until it does.
func startCommand(t testing.TB, c *exec.Cmd) *service {
	t.Helper()
	s, err := launch(c)
	if s != nil {
		t.Cleanup(func() { s.stop(t) })
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// launch starts a command and waits until it says where it is. With an error the service is nil
// where there is nothing to stop.
func launch(c *exec.Cmd) (*service, error) {
	args := c.Args[1:]
	log := &lockedBuffer{}
	c.Stderr = log
	stdout, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	s := &service{cmd: c, log: log, done: make(chan struct{})}
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if url, ok := strings.CutPrefix(lines.Text(), "macrowatch is at "); ok {
				address <- url
			}
		}
		_ = c.Wait()
		close(s.done)
	}()
	select {
	case s.url = <-address:
		return s, nil
	case <-s.done:
		return nil, fmt.Errorf("macrowatch %v ended: %s", args, log)
	case <-time.After(2 * patience):
		return s, fmt.Errorf("macrowatch %v did not say where it is: %s", args, log)
	}
}

// stop ends the service as Ctrl-C does and waits for it.
func (s *service) stop(t testing.TB) {
	t.Helper()
	if err := s.end(); err != nil {
		t.Error(err)
	}
}

func (s *service) end() error {
	_ = s.cmd.Process.Signal(os.Interrupt)
	select {
	case <-s.done:
		return nil
	case <-time.After(patience):
		_ = s.cmd.Process.Kill()
		return fmt.Errorf("macrowatch did not end when interrupted: %s", s.log)
	}
}

// lockedBuffer is a buffer that a process writes while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
