package spool_test

import (
	"os"
	"testing"
	"time"

	"macrowatch/internal/record/spool"
)

// Who watches the spool wants to know since when the oldest run waits, in whatever folder it is.
func TestTheOldestUndeliveredRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	nine := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	one, two := spool.New(dir, "one", spool.Options{}), spool.New(dir, "two", spool.Options{})
	// written says when the file of each run was last written.
	written := func(at map[string]time.Time) {
		t.Helper()
		kept, refused := spool.List(dir, spool.Options{})
		if len(refused) > 0 || len(kept) != len(at) {
			t.Fatalf("%d are kept, want %d: %v", len(kept), len(at), refused)
		}
		for _, k := range kept {
			if err := os.Chtimes(k.Path, at[k.ID], at[k.ID]); err != nil {
				t.Fatal(err)
			}
		}
	}
	oldest := func(want time.Time, why string) {
		t.Helper()
		if got := one.Undelivered().Oldest(); !got.Equal(want) {
			t.Errorf("%s: %v, want %v", why, got, want)
		}
	}
	oldest(time.Time{}, "nothing is kept")
	live := keep(t, one, success("0"))
	oldest(time.Time{}, "a living exec has it")
	live.Delivered()
	keep(t, two, success("1")).Release()
	written(map[string]time.Time{"1": nine})
	oldest(nine, "one waits")
	keep(t, one, success("2")).Release()
	written(map[string]time.Time{"1": nine, "2": nine.Add(time.Hour)})
	oldest(nine, "a younger one waits in another folder")
	keep(t, one, success("3")).Release()
	written(map[string]time.Time{"1": nine, "2": nine.Add(time.Hour), "3": nine.Add(-time.Hour)})
	oldest(nine.Add(-time.Hour), "an older one waits")
	keep(t, two, success("4")).SetAside(errTest)
	written(map[string]time.Time{"1": nine, "2": nine.Add(time.Hour), "3": nine.Add(-time.Hour), "4": nine.Add(-2 * time.Hour)})
	oldest(nine.Add(-time.Hour), "what is set aside does not wait")
}
