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
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/testkit/testenv"
	"macrowatch/internal/testkit/testport"
)

// patience is how long a test waits for something before it fails. It is long, because the machine may be busy. A test
// that passes does not wait for it.
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

// mainPackage is the package of the program. These tests look at its file, and import what it calls, so that Go runs
// them again when any part of the program has changed.
const mainPackage = "../../cmd/macrowatch"

// timeTaken is how an output says for how long a command has worked.
var timeTaken = regexp.MustCompile(`, in [0-9.]+ s|, in \d+ (min|h) \d+ (s|min)`)

// untimed returns an output without the times that it says the work took.
func untimed(out string) string { return timeTaken.ReplaceAllString(out, "") }

// program builds macrowatch, once for each test process, and returns its path.
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
		// The private PostgreSQL may run as another user, who needs nothing in this directory.
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

// dataDir returns the path of a data directory for a private PostgreSQL. It is not in t.TempDir: if the tests run as root,
// the server runs as another user, who could not reach it there.
func dataDir(t testing.TB) string {
	t.Helper()
	dir, err := newDataDir()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(dir)) })
	return dir
}

// newDataDir returns the path of a data directory that outlives a test. The caller must remove the directory above it.
func newDataDir() (string, error) {
	dir, err := os.MkdirTemp("", "macrowatch-data-")
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "data"), os.Chmod(dir, 0o755)
}

// result is the exit status and the output of a command that has ended.
type result struct {
	status      int
	out, errout string
}

// run runs macrowatch to its end, with env added to its environment.
func run(t testing.TB, env []string, args ...string) result {
	t.Helper()
	return runIn(t, env, "", args...)
}

// runIn does what run does, with a standard input.
func runIn(t testing.TB, env []string, stdin string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	path := program(t)
	if slices.ContainsFunc(env, func(v string) bool { return strings.HasPrefix(v, clockVariable+"=") }) {
		path = self(t)
	}
	c := exec.CommandContext(ctx, path, args...)
	c.Env = append(ownEnv(t), env...)
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

// cleanEnv is the environment of a program that a test starts. It has no settings of macrowatch.
func cleanEnv() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, clockVariable+"=") })
}

// freePort returns a port on which nothing listens, as flags and configurations have it.
func freePort(t testing.TB) string {
	t.Helper()
	return strconv.Itoa(testport.Free(t))
}

// ownEnv is cleanEnv with a directory for the files that macrowatch keeps on a machine. Each test has its own, which its
// subtests share, so that no test sees runs that another one has kept.
func ownEnv(t testing.TB) []string {
	name, _, _ := strings.Cut(t.Name(), "/")
	return append(cleanEnv(), "MACROWATCH_HOME="+filepath.Join(os.Getenv("HOME"), name))
}

// service is a running demo or serve.
type service struct {
	url  string // of its page
	cmd  *exec.Cmd
	log  *lockedBuffer
	done chan struct{}
}

// start starts demo or serve, and waits until it prints its address.
func start(t testing.TB, env []string, args ...string) *service {
	t.Helper()
	c := exec.Command(program(t), args...)
	c.Env = append(ownEnv(t), env...)
	return startCommand(t, c)
}

// startCommand starts a command, and waits until it prints its address.
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

// launch starts a command, and waits until it prints its address. For demo it also waits until all is there. If it returns
// an error and a service, the service must be stopped.
func launch(c *exec.Cmd) (*service, error) {
	s, err := launchOnly(c)
	if err == nil && len(c.Args) > 1 && c.Args[1] == "demo" {
		err = s.complete()
	}
	return s, err
}

// launchOnly does the same, but for demo it does not wait until all is there.
func launchOnly(c *exec.Cmd) (*service, error) {
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
		return s, fmt.Errorf("macrowatch %v did not print its address: %s", args, log)
	}
}

// complete waits until a demo's desk is complete, or until it says that it shows a desk as it is.
func (s *service) complete() error {
	for began := time.Now(); time.Since(began) < 2*patience; {
		if log := s.log.String(); strings.Contains(log, "The sample desk is complete.") || strings.Contains(log, "It is shown as it is") {
			return nil
		}
		select {
		case <-s.done:
			return fmt.Errorf("demo ended: %s", s.log)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return fmt.Errorf("the sample desk did not become complete: %s", s.log)
}

// stop ends the service with SIGINT, as Ctrl-C does, and waits until it has ended.
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

// runBeside starts another program, which ends with the test, and returns what it says. The log of a test that fails has that too.
func runBeside(t *testing.T, c *exec.Cmd) *lockedBuffer {
	t.Helper()
	said := &lockedBuffer{}
	c.Stdout, c.Stderr = said, said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%s", c.Path, said)
		}
	})
	return said
}

// lockedBuffer is a buffer that can be written and read at the same time.
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
