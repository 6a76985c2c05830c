package spool

import (
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

func TestTheEndReplacesTheBeginningUnderTheLock(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	s := New(t.TempDir(), "db", Options{})
	e, err := s.Begin(desk.Run{ID: "a", Step: "fred", Status: desk.Running, StartedAt: start})
	if err != nil {
		t.Fatal(err)
	}
	// A process that had opened the beginning to deliver it finds out that the end has replaced it.
	early, err := os.Open(e.path)
	if err != nil {
		t.Fatal(err)
	}
	defer early.Close()
	if err := e.End(desk.Run{ID: "a", Step: "fred", Status: desk.Success, StartedAt: start, FinishedAt: start}); err != nil {
		t.Fatal(err)
	}
	if free, err := disk.TryLock(early, disk.Exclusive); err != nil || !free {
		t.Fatalf("the old file's lock: %v, %v", free, err)
	}
	if isAt(early, e.path) {
		t.Error("the beginning is still in place")
	}
	if f, err := openLocked(e.path); f != nil || err != nil {
		t.Errorf("the end could be locked, %v", err)
	}
	e.Release()
	f, err := openLocked(e.path)
	if f == nil || err != nil {
		t.Fatalf("the end could not be locked once it was released: %v", err)
	}
	_ = f.Close()
}
