package access_test

import (
	"fmt"
	"testing"
	"time"

	"macrowatch/internal/viewer/access"
)

// clock is a clock that stands until a test moves it.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

func TestTriesAreLimitedForEachKey(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := access.NewLimiter(10*time.Second, 3, 100, c.now)
	for range 3 {
		if wait := l.Try("ana"); wait != 0 {
			t.Fatalf("an allowed try waits %v", wait)
		}
	}
	for range 5 { // tries that are refused do not make the wait longer
		if wait := l.Try("ana"); wait.Round(time.Millisecond) != 10*time.Second {
			t.Errorf("the fourth try waits %v, want 10 s", wait)
		}
	}
	if wait := l.Try("bo"); wait != 0 {
		t.Errorf("another key waits %v", wait)
	}
	c.pass(9 * time.Second)
	if wait := l.Try("ana"); wait.Round(time.Millisecond) != time.Second {
		t.Errorf("after 9 s the wait is %v, want 1 s", wait)
	}
	c.pass(time.Second)
	if wait := l.Try("ana"); wait != 0 {
		t.Errorf("after 10 s the wait is %v", wait)
	}
	if wait := l.Try("ana"); wait.Round(time.Millisecond) != 10*time.Second {
		t.Errorf("only one more try was due, and the next waits %v", wait)
	}
}

func TestALimiterForgetsTheKeyThatWasUsedLongestAgo(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := access.NewLimiter(time.Hour, 1, 3, c.now)
	for _, key := range []string{"a", "b", "c", "a", "d"} { // d takes the place of b
		l.Try(key)
	}
	for key, allowed := range map[string]bool{"a": false, "c": false, "d": false} {
		if wait := l.Try(key); (wait == 0) != allowed {
			t.Errorf("%s waits %v", key, wait)
		}
	}
	if wait := l.Try("b"); wait != 0 {
		t.Errorf("b was forgotten, and yet waits %v", wait)
	}
	for i := range 10_000 {
		l.Try(fmt.Sprint(i))
	}
	if n := l.Remembered(); n != 3 {
		t.Errorf("the limiter remembers %d keys", n)
	}
}
