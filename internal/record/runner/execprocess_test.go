package runner_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/runner"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// This test binary is also the program that the tests run. With these variables set, it runs its arguments as
// macrowatch exec would. Signals, terminals and exit statuses can only be tested with a real process.
const (
	asExec      = "RUNNER_TEST_EXEC"
	databaseURL = "RUNNER_TEST_DATABASE"
	recordFile  = "RUNNER_TEST_RECORD"
)

// relayArgument makes this test binary a relay. lateRelayArgument makes it one that is not up before there is a file, whose path
// follows.
const (
	relayArgument     = "relay"
	lateRelayArgument = "late relay"
)

func TestMain(m *testing.M) {
	late := len(os.Args) == 3 && os.Args[1] == lateRelayArgument
	for late && !there(os.Args[2]) {
		time.Sleep(time.Millisecond)
	}
	if late || len(os.Args) == 2 && os.Args[1] == relayArgument {
		if err := runner.Relay(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "relay:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if os.Getenv(asExec) != "" {
		os.Exit(actAsExec())
	}
	pgtest.Main(m)
}

func actAsExec() int {
	open := func(ctx context.Context) (runner.Recorder, error) {
		if file := os.Getenv(recordFile); file != "" {
			return fileRecorder(file), nil
		}
		return store.Open(ctx, os.Getenv(databaseURL), store.Options{})
	}
	status, err := runner.Run(context.Background(), runner.Options{
		Step: "fred", Command: os.Args[1:], Open: open,
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, RelayArgs: []string{relayArgument},
		RecordTimeout: 2 * time.Second,
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "exec:", err)
	}
	return status
}

// fileRecorder appends each row to a file as a line of JSON.
type fileRecorder string

func (f fileRecorder) RunUpsert(_ context.Context, runs ...desk.Run) error {
	file, err := os.OpenFile(string(f), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	for _, run := range runs {
		if err := json.NewEncoder(file).Encode(run); err != nil {
			return err
		}
	}
	return nil
}

func (f fileRecorder) RunInterrupt(ctx context.Context, runs ...desk.Run) error {
	return f.RunUpsert(ctx, runs...)
}

func (f fileRecorder) Close() {}

// process is a prepared run of the test binary as exec.
type process struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
	record         string
}

// execOf prepares to run a command under exec. Its rows go to a file, unless the environment names a database.
func execOf(t *testing.T, command ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.CommandContext(t.Context(), self, command...), record: filepath.Join(t.TempDir(), "record")}
	p.Env = append(os.Environ(), asExec+"=1", recordFile+"="+p.record)
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	return p
}

// exitStatus runs a prepared command to its end.
func (p *process) exitStatus(t *testing.T) int {
	t.Helper()
	if err := p.Run(); err != nil && p.ProcessState == nil {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

// rows returns what was recorded.
func (p *process) rows(t *testing.T) []desk.Run {
	t.Helper()
	text, err := os.ReadFile(p.record)
	if err != nil {
		t.Fatal(err)
	}
	var runs []desk.Run
	for line := range strings.Lines(string(text)) {
		var run desk.Run
		if err := json.Unmarshal([]byte(line), &run); err != nil {
			t.Fatal(err)
		}
		if err := run.Validate(); err != nil {
			t.Errorf("an invalid row was recorded: %v", err)
		}
		runs = append(runs, run)
	}
	return runs
}

// end returns the last recorded row, after checking that the one before it is the same run RUNNING.
func (p *process) end(t *testing.T) desk.Run {
	t.Helper()
	rows := p.rows(t)
	if len(rows) != 2 || rows[0].Status != desk.Running || rows[0].ID != rows[1].ID || !rows[0].StartedAt.Equal(rows[1].StartedAt) {
		t.Fatalf("recorded %+v", rows)
	}
	return rows[1]
}

// startAndWaitForLine starts the command and returns once it has written a line to its output.
func (p *process) startAndWaitForLine(t *testing.T) {
	t.Helper()
	p.Stdout = nil
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
}

// silentServer returns the URL of a server that takes connections and never answers.
func silentServer(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return "postgres://u:p@" + l.Addr().String() + "/db?sslmode=disable"
}
