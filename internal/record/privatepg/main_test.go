//go:build linux || darwin

package privatepg

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
)

// userVariable makes the test binary another process that uses a private server.
const userVariable = "PRIVATEPG_TEST_USER"

// patience is how long a test waits for something before it fails. A test that passes does not wait for it.
const patience = 60 * time.Second

func TestMain(m *testing.M) {
	RunGuardIfAsked()
	if text, asked := os.LookupEnv(userVariable); asked {
		beUser(text)
	}
	root, err := os.MkdirTemp("", "macrowatch-privatepg-test-")
	if err == nil {
		err = os.Chmod(root, 0o755) // root's servers run as another user
	}
	if err == nil {
		err = os.Setenv("TMPDIR", root)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if left := processesOf(root); len(left) > 0 {
		fmt.Fprintf(os.Stderr, "processes were left behind: %v\n", left)
		code = 1
	}
	if err := os.RemoveAll(root); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// processesOf lists the processes whose command line names a directory. It waits a while for them to end.
func processesOf(dir string) []string {
	deadline := time.Now().Add(patience)
	for {
		out, err := exec.Command("ps", "-eo", "pid=,args=", "-ww").Output()
		if err != nil {
			return []string{err.Error()}
		}
		var left []string
		for line := range strings.Lines(string(out)) {
			if strings.Contains(line, dir) {
				left = append(left, strings.TrimSpace(line))
			}
		}
		if len(left) == 0 || time.Now().After(deadline) {
			return left
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// userOrder says what another process of the test must do.
type userOrder struct {
	DataDir string
	Command string // makes it an instance with this command; "" only joins
}

// beUser opens a server, prints "ready URL" or "failed ERROR", and closes the server when standard input ends.
func beUser(text string) {
	var o userOrder
	err := json.Unmarshal([]byte(text), &o)
	cfg := testConfig(o.DataDir)
	if o.Command != "" {
		cfg.Instance = &InstanceInfo{Command: o.Command}
	}
	var s *Server
	if err == nil {
		s, err = Open(context.Background(), cfg)
	}
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	fmt.Println("ready", s.OwnerURL())
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := s.Close(); err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// readerURL is the URL that macrowatch database url prints for the reader.
func (s *Server) readerURL() string {
	return socketURL(s.socketDir, readerName, s.secrets.Reader, databaseName, URLForm{})
}

func testConfig(dir string) Config {
	return Config{DataDir: dir, Settings: map[string]string{"fsync": "off", "shared_buffers": "16MB"}}
}

// newDir returns the path of a data directory that is not made yet.
func newDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "t-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "macro watch") // with a space, as on macOS
}

// open opens a server in this process and closes it with the test.
func open(t *testing.T, cfg Config) *Server {
	t.Helper()
	s, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// refused expects that Open fails with an error of one line that has all the words.
func refused(t *testing.T, cfg Config, words ...string) {
	t.Helper()
	s, err := Open(t.Context(), cfg)
	if err == nil {
		_ = s.Close()
		t.Fatal("Open succeeded")
	}
	checkSentence(t, err.Error(), words...)
}

// checkSentence expects an error to be one line that has all the words.
func checkSentence(t *testing.T, sentence string, words ...string) {
	t.Helper()
	t.Log(sentence)
	if strings.Contains(sentence, "\n") {
		t.Errorf("more than one line: %q", sentence)
	}
	for _, word := range words {
		if !strings.Contains(sentence, word) {
			t.Errorf("%q does not mention %q", sentence, word)
		}
	}
}

// userProcess is another process that uses a server.
type userProcess struct {
	cmd   *exec.Cmd
	stdin io.Closer
	lines *bufio.Scanner
}

// startUser starts another process that uses a server. change, if not nil, can change the command: its user, for
// example.
func startUser(t *testing.T, o userOrder, change func(*exec.Cmd)) *userProcess {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), userVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	if change != nil {
		change(cmd)
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	u := &userProcess{cmd: cmd, stdin: stdin, lines: bufio.NewScanner(stdout)}
	t.Cleanup(u.kill)
	return u
}

// said reads the process's answer: "ready" or "failed", and the rest.
func (u *userProcess) said(t *testing.T) (word, rest string) {
	t.Helper()
	if !u.lines.Scan() {
		t.Fatalf("the other process said nothing: %v", u.lines.Err())
	}
	word, rest, _ = strings.Cut(u.lines.Text(), " ")
	return word, rest
}

// ready expects that the process has opened the server.
func (u *userProcess) ready(t *testing.T) (url string) {
	t.Helper()
	word, url := u.said(t)
	if word != "ready" {
		t.Fatalf("the other process %s: %s", word, url)
	}
	return url
}

// kill kills the process with SIGKILL. A second call does nothing.
func (u *userProcess) kill() {
	_ = u.cmd.Process.Kill() // it may have ended
	_ = u.cmd.Wait()
}

// leave makes the process close its server and end.
func (u *userProcess) leave(t *testing.T) {
	t.Helper()
	if err := u.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if err := u.cmd.Wait(); err != nil {
		t.Fatalf("the other process: %v", err)
	}
}
