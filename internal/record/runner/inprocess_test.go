package runner_test

import (
	"bufio"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/runner"
)

// noise is random bytes, so that a copy that changes any of them is found out.
func noise(seed byte, n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

const noiseBytes = 10 << 20

func write(w io.Writer, p []byte) {
	if _, err := w.Write(p); err != nil {
		panic(err)
	}
}

// record collects rows in memory. The tests of store test the SQL.
type record struct {
	mu     sync.Mutex
	rows   []desk.Run
	opened int
	closed int
	tried  int // how often a row was to be written
	// upsert, if set, is asked before a row is taken.
	upsert func(ctx context.Context, run desk.Run) error
}

func (r *record) open(context.Context) (runner.Recorder, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.opened++
	return r, nil
}

func (r *record) RunUpsert(ctx context.Context, runs ...desk.Run) error {
	for _, run := range runs {
		r.mu.Lock()
		r.tried++
		r.mu.Unlock()
		if err := run.Validate(); err != nil {
			return err
		}
		if r.upsert != nil {
			if err := r.upsert(ctx, run); err != nil {
				return err
			}
		}
		r.mu.Lock()
		r.rows = append(r.rows, run)
		r.mu.Unlock()
	}
	return nil
}

func (r *record) RunInterrupt(ctx context.Context, runs ...desk.Run) error {
	return r.RunUpsert(ctx, runs...)
}

func (r *record) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed++
}

// all returns the rows so far. It checks that the recorder was closed as often as it was opened.
func (r *record) all(t *testing.T) []desk.Run {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.opened != r.closed {
		t.Errorf("the recorder was opened %d times and closed %d times", r.opened, r.closed)
	}
	return r.rows
}

// failure is an error that another attempt may not have, unless it is permanent.
type failure struct {
	text      string
	permanent bool
}

func (f failure) Error() string   { return f.text }
func (f failure) Permanent() bool { return f.permanent }

// ran holds the exit status and the outputs of a command that has ended.
type ran struct {
	status         int
	err            error
	stdout, stderr string
}

// run runs a command with both outputs in files.
func run(t *testing.T, opts runner.Options) ran {
	t.Helper()
	out, errs := tempFile(t), tempFile(t)
	if opts.Stdout == nil {
		opts.Stdout = out
	}
	if opts.Stderr == nil {
		opts.Stderr = errs
	}
	if opts.RelayArgs == nil {
		opts.RelayArgs = []string{relayArgument}
	}
	if opts.Step == "" {
		opts.Step = "fred"
	}
	var r ran
	r.status, r.err = runner.Run(t.Context(), opts)
	r.stdout, r.stderr = content(t, out.Name()), content(t, errs.Name())
	return r
}

func sh(script string, args ...string) []string {
	return append([]string{"/bin/sh", "-c", script, "sh"}, args...)
}

func tempFile(t *testing.T) *os.File {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func pipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = read.Close(); _ = write.Close() })
	return read, write
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// expectLine reads lines until one is the wanted one.
func expectLine(t *testing.T, lines *bufio.Scanner, want string) {
	t.Helper()
	for lines.Scan() {
		if lines.Text() == want {
			return
		}
	}
	t.Fatalf("output ended without the line %q: %v", want, lines.Err())
}

// endAtCleanup ends a process that a command left behind.
func endAtCleanup(t *testing.T, pid string) {
	t.Helper()
	n, err := strconv.Atoi(pid)
	if err != nil || n <= 1 {
		t.Fatalf("%q is no process", pid)
	}
	t.Cleanup(func() { _ = syscall.Kill(n, syscall.SIGKILL) })
}

// statuses returns the statuses of the rows, and checks that all rows are of one run.
func statuses(t *testing.T, rows []desk.Run) string {
	t.Helper()
	s := ""
	for i, row := range rows {
		if row.ID != rows[0].ID || row.Step != "fred" || !row.StartedAt.Equal(rows[0].StartedAt) {
			t.Errorf("row %d is not of the first row's run: %+v, %+v", i, row, rows[0])
		}
		if i > 0 {
			s += " "
		}
		s += string(row.Status)
	}
	return s
}

// execCommand prepares to run a command under exec, in a process of its own and without standard streams.
func execCommand(t *testing.T, command ...string) *process {
	t.Helper()
	p := execOf(t, command...)
	p.Stdout, p.Stderr = nil, nil
	return p
}

// short is a RecordTimeout for tests in which the record is given up.
const short = 200 * time.Millisecond
