package spool

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/disk"
)

// If the disk has no room for another file, the end of a run is written into the file of its beginning.
func TestTheEndOfARunNeedsNoNewFile(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	s := New(t.TempDir(), "db", Options{})
	e, err := s.Begin(desk.Run{ID: "a", Step: "fred", Status: desk.Running, StartedAt: start})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Release()
	end := desk.Run{
		ID: "a", Step: "fred", Status: desk.Failed, StartedAt: start, FinishedAt: start.Add(time.Minute), DurationSeconds: 60,
		ErrorMessage: strings.Repeat("\x01", 4096),
	}
	read := func() desk.Run {
		t.Helper()
		text, err := os.ReadFile(e.path)
		if err != nil {
			t.Fatal(err)
		}
		run, err := e.folder.decode(text)
		if err != nil {
			t.Fatal(err)
		}
		return run
	}
	for _, c := range []struct{ name, message, want string }{
		{"a message that does not fit into the block", end.ErrorMessage, ""},
		{"a short message", "HTTP 503", "HTTP 503"},
	} {
		t.Run(c.name, func(t *testing.T) {
			end.ErrorMessage = c.message
			if err := e.overwrite(end); err != nil {
				t.Fatal(err)
			}
			if got := read(); got.Status != desk.Failed || got.ErrorMessage != c.want || !got.FinishedAt.Equal(end.FinishedAt) {
				t.Errorf("%+v, want the message %q", got, c.want)
			}
		})
	}
	// The recorder holds the lock all the time.
	if f, err := openLocked(e.path); f != nil || err != nil {
		t.Errorf("the file could be locked, %v", err)
	}
	if err := os.Remove(e.path); err != nil {
		t.Fatal(err)
	}
	if e.overwrite(end) == nil {
		t.Error("a file that is gone was written")
	}
}

// A process that has opened the beginning of a run, to deliver it, can't lock it before its recorder is done with it. By then
// it reads the end.
func TestTheEndComesUnderTheLockOfTheBeginning(t *testing.T) {
	t.Parallel()
	e, end := endedEntry(t)
	early, err := os.Open(e.path)
	if err != nil {
		t.Fatal(err)
	}
	defer early.Close()
	if err := e.End(end); err != nil {
		t.Fatal(err)
	}
	if free, err := disk.TryLock(early, disk.Exclusive); err != nil || free {
		t.Fatalf("the recorder has no lock: %v, %v", free, err)
	}
	e.Release()
	if free, err := disk.TryLock(early, disk.Exclusive); err != nil || !free {
		t.Fatalf("the recorder keeps the lock: %v, %v", free, err)
	}
	text, err := readContent(early)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := e.folder.decode(text); err != nil || got.Status != desk.Success || !isAt(early, e.path) {
		t.Errorf("%+v, %v", got, err)
	}
}

// endedEntry begins a run, and returns the end of it.
func endedEntry(t *testing.T) (*Entry, desk.Run) {
	t.Helper()
	start := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	e, err := New(t.TempDir(), "db", Options{}).Begin(desk.Run{ID: "a", Step: "fred", Status: desk.Running, StartedAt: start})
	if err != nil {
		t.Fatal(err)
	}
	return e, desk.Run{ID: "a", Step: "fred", Status: desk.Success, StartedAt: start, FinishedAt: start.Add(time.Minute), DurationSeconds: 60}
}

// If the machine stops while the end of a run is written, any part of it may be on the disk, and the rest may be zeroes. The
// beginning is there in any case.
func TestAnEndThatIsNotWholeLeavesTheBeginning(t *testing.T) {
	t.Parallel()
	e, end := endedEntry(t)
	defer e.Release()
	begun, err := os.ReadFile(e.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.End(end); err != nil {
		t.Fatal(err)
	}
	ended, err := os.ReadFile(e.path)
	if err != nil {
		t.Fatal(err)
	}
	last := len(ended) - 1 // the line break
	for length := len(begun); length < len(ended); length++ {
		zeroes := append(bytes.Clone(ended[:length]), make([]byte, len(ended)-length)...)
		for name, text := range map[string][]byte{"cut": ended[:length], "zeroes": zeroes} {
			want := desk.Running
			if name == "cut" && length == last {
				want = desk.Success
			}
			if got, err := e.folder.decode(text); err != nil || got.Status != want {
				t.Errorf("%s after %d bytes: %+v, %v", name, length, got, err)
			}
		}
	}
	if got, err := e.folder.decode(ended); err != nil || got.Status != desk.Success {
		t.Errorf("%+v, %v", got, err)
	}
}

// A run whose end could not be delivered waits for the disk, as one record.
func TestAPostponedRunIsOneRecord(t *testing.T) {
	t.Parallel()
	e, end := endedEntry(t)
	if err := e.End(end); err != nil {
		t.Fatal(err)
	}
	e.Postpone(errors.New("it is away"))
	text, err := os.ReadFile(e.path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := e.folder.decode(text)
	if err != nil || got.Status != desk.Success || bytes.Count(text, []byte("\n")) != 1 || !bytes.Contains(text, []byte("it is away")) {
		t.Errorf("%s: %+v, %v", text, got, err)
	}
}
