package spool_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/record/spool"
)

// errTest is like an error of a database: long, and with a secret in it.
var errTest = errors.New("not today: password=hunter2 " + strings.Repeat("é", 3000))

func TestWhatIsLeftIsMentionedOnceADay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	own := spool.New(dir, "own", spool.Options{})
	mentions := func(when time.Time, want bool, why string) {
		t.Helper()
		if got := own.Undelivered().Mention(when); got != want {
			t.Errorf("%s: mentioned %v, want %v", why, got, want)
		}
	}
	keep(t, own, success("0")).Delivered() // makes the folder
	mentions(now, false, "nothing is kept")
	first := spool.New(dir, "one", spool.Options{})
	keep(t, first, success("1")).Release()
	mentions(now, true, "a run is kept")
	mentions(now.Add(23*time.Hour), false, "it was mentioned today")
	keep(t, first, success("2")).Release()
	mentions(now.Add(time.Hour), false, "another one for the same database")
	mentions(now.Add(25*time.Hour), true, "it was mentioned a day ago")
	second := keep(t, spool.New(dir, "two", spool.Options{}), success("3"))
	mentions(now.Add(26*time.Hour), false, "the other run's exec is alive")
	second.Release()
	mentions(now.Add(26*time.Hour), true, "one for another database")
	keep(t, first, success("4")).SetAside(errTest)
	mentions(now.Add(26*time.Hour), true, "one is set aside")
	keep(t, first, success("5")).SetAside(errTest)
	mentions(now.Add(26*time.Hour), true, "another one is set aside")
	kept, refused := spool.List(dir, spool.Options{})
	if len(kept) != 5 || refused != nil {
		t.Fatalf("%d are kept, %v", len(kept), refused)
	}
	for _, k := range kept {
		if err := spool.Drop(k); err != nil {
			t.Error(err)
		}
	}
	mentions(now.Add(26*time.Hour), false, "all are gone")
	keep(t, first, success("6")).Release()
	mentions(now.Add(26*time.Hour), true, "one is kept again")
}

// The reason is shortened, and secrets are taken out of it.
func TestTheReasonIsKeptWithTheRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keep(t, spool.New(dir, "one", spool.Options{}), success("1")).Postpone(errTest)
	keep(t, spool.New(dir, "one", spool.Options{}), success("2")).SetAside(errTest)
	kept, _ := spool.List(dir, spool.Options{})
	if len(kept) != 2 {
		t.Fatalf("%+v", kept)
	}
	for _, k := range kept {
		if len(k.Why) < 100 || len(k.Why) > 1100 || k.Why[:10] != errTest.Error()[:10] || strings.Contains(k.Why, "hunter2") || k.Run.Status != "SUCCESS" {
			t.Errorf("%+v", k)
		}
	}
}
