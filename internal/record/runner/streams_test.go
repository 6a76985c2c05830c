package runner_test

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"macrowatch/internal/record/runner"
)

func TestOutputPassesByteForByte(t *testing.T) {
	t.Parallel()
	rec := &record{}
	one, two := tempFile(t), tempFile(t)
	write(one, noise(1, noiseBytes))
	write(two, noise(2, noiseBytes))
	got := run(t, runner.Options{Command: sh(`cat "$1" & cat "$2" >&2; wait; exit 1`, one.Name(), two.Name()), Open: rec.open})
	if got.status != 1 {
		t.Errorf("exit status %d, want 1", got.status)
	}
	if !bytes.Equal([]byte(got.stdout), noise(1, noiseBytes)) {
		t.Errorf("standard output's %d bytes differ from the command's %d", len(got.stdout), noiseBytes)
	}
	if !bytes.Equal([]byte(got.stderr), noise(2, noiseBytes)) {
		t.Errorf("standard error's %d bytes differ from the command's %d", len(got.stderr), noiseBytes)
	}
	rows := rec.all(t)
	message := rows[len(rows)-1].ErrorMessage
	if !utf8.ValidString(message) || strings.Contains(message, "\x00") || len(message) > 4096 || len(message) < 1000 {
		t.Errorf("message of %d bytes is not the end of it as text: %q", len(message), message)
	}
}

func TestInputAndOutputAreTheCommandsOwn(t *testing.T) {
	t.Parallel()
	in := tempFile(t)
	if _, err := in.WriteString("a line\nthe rest\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	rec := &record{}
	got := run(t, runner.Options{
		Command: sh(`test -f /dev/stdin && test -f /dev/stdout && read line && echo "$line"`), Stdin: in, Open: rec.open,
	})
	if got.status != 0 || got.stdout != "a line\n" {
		t.Errorf("exit status %d, output %q, errors %q; want the file's first line", got.status, got.stdout, got.stderr)
	}
	if at, err := in.Seek(0, io.SeekCurrent); err != nil || at == 0 {
		t.Errorf("the file stands at %d (%v), want where the command left it", at, err)
	}
}

func TestInputReachesTheCommandAsItComes(t *testing.T) {
	t.Parallel()
	in, feed := pipe(t)
	answers, out := pipe(t)
	rec := &record{}
	done := make(chan int)
	go func() {
		status, _ := runner.Run(t.Context(), runner.Options{
			Step: "fred", Command: sh(`while read line; do echo "got $line"; done; echo end`),
			Stdin: in, Stdout: out, Stderr: os.Stderr, RelayArgs: []string{relayArgument}, Open: rec.open,
		})
		_ = out.Close()
		done <- status
	}()
	expect := func(want string) {
		buffer := make([]byte, len(want))
		if _, err := io.ReadFull(answers, buffer); err != nil || string(buffer) != want {
			t.Fatalf("output %q (%v), want %q", buffer, err, want)
		}
	}
	for _, line := range []string{"one", "two"} {
		write(feed, []byte(line+"\n"))
		expect("got " + line + "\n")
	}
	_ = feed.Close()
	expect("end\n")
	if status := <-done; status != 0 {
		t.Errorf("exit status %d", status)
	}
}

func TestClosedInputIsEmpty(t *testing.T) {
	t.Parallel()
	c := execCommand(t, "cat")
	c.Path, c.Args = "/bin/sh", append([]string{"sh", "-c", `exec "$0" "$@" <&-`}, c.Args...)
	if out, err := c.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("output %q, %v; want none", out, err)
	}
	if s := statuses(t, c.rows(t)); s != "RUNNING SUCCESS" {
		t.Errorf("recorded %q", s)
	}

	rec := &record{}
	if got := run(t, runner.Options{Command: []string{"cat"}, Open: rec.open}); got.status != 0 || got.stdout != "" {
		t.Errorf("without an input: exit status %d, output %q", got.status, got.stdout)
	}
}

func TestProcessLeftBehindWithStandardErrorIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	rec := &record{}
	begun := time.Now()
	got := run(t, runner.Options{
		Command: sh(`echo first >&2; sleep 300 & echo $!; echo last >&2; exit 3`), Open: rec.open,
	})
	endAtCleanup(t, strings.TrimSpace(got.stdout))
	if took := time.Since(begun); took > time.Minute {
		t.Errorf("took %v", took)
	}
	if got.status != 3 || got.stderr != "first\nlast\n" {
		t.Errorf("exit status %d, standard error %q; want 3, both lines", got.status, got.stderr)
	}
	rows := rec.all(t)
	last := rows[len(rows)-1]
	if last.ErrorMessage != "first\nlast" {
		t.Errorf("message %q", last.ErrorMessage)
	}
	if took := last.FinishedAt.Sub(last.StartedAt); took > 30*time.Second || last.DurationSeconds > 30 {
		t.Errorf("recorded as running for %v, %v s", took, last.DurationSeconds)
	}
}

func TestCommandRunsOnWithoutAReaderOfStandardError(t *testing.T) {
	t.Parallel()
	// exec runs in a process of its own, because a write to its broken standard error could end it.
	read, write := pipe(t)
	_ = read.Close()
	c := execCommand(t, sh(`echo one >&2; sleep 0.05; echo two >&2; echo three >&2; echo out; exit 7`)...)
	c.Stderr = write
	var out bytes.Buffer
	c.Stdout = &out
	err := c.Run()
	if c.ProcessState.ExitCode() != 7 || out.String() != "out\n" {
		t.Errorf("%v, output %q; want exit status 7, out", err, out.String())
	}
	rows := c.rows(t)
	if s := statuses(t, rows); s != "RUNNING FAILED" {
		t.Fatalf("recorded %q", s)
	}
	if rows[1].ErrorMessage != "one\ntwo\nthree" {
		t.Errorf("message %q", rows[1].ErrorMessage)
	}
}
