package sampledesk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"macrowatch/internal/desk"
)

func TestRefreshesAreDueEveryThreeMinutes(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 11, 5, 12, 1, 0, 0, time.UTC)
	n := Tick(at)
	if got, want := TickTime(n), at.Add(-time.Minute); !got.Equal(want) {
		t.Errorf("tick %d is due at %s, want %s", n, got, want)
	}
	if got, want := TickTime(n+1), TickTime(n).Add(LiveInterval); !got.Equal(want) {
		t.Errorf("the next is due at %s, want %s", got, want)
	}
}

func TestRefreshesTakeTurnsAndAFailedOneIsRepeated(t *testing.T) {
	t.Parallel()
	d := Desk{Seed: 1}
	first := Tick(local(2025, 11, 5, 0, 0))
	const n = 3000
	count, failed := map[string]int{}, 0
	prev := d.LiveStep(first - 1)
	for i := range n {
		r := d.LiveStep(first + i)
		if r != d.LiveStep(first+i) {
			t.Fatalf("refresh %d differs between two calls", i)
		}
		if r.Seconds < 2 || r.Seconds > 20 {
			t.Errorf("refresh %d takes %v s", i, r.Seconds)
		}
		if r.Fails != (r.Message != "") {
			t.Errorf("refresh %d: fails %t, message %q", i, r.Fails, r.Message)
		}
		if prev.Fails && (r.Step != prev.Step || r.Fails) {
			t.Errorf("%s failed, then came %s, failing %t", prev.Step, r.Step, r.Fails)
		}
		if r.Fails {
			failed++
		}
		count[r.Step]++
		prev = r
	}
	if failed < n*2/100 || failed > n*8/100 {
		t.Errorf("%d of %d refreshes fail", failed, n)
	}
	for _, c := range desk.Connectors() {
		if count[c.Step] < n/6*8/10 {
			t.Errorf("%s has %d of %d refreshes", c.Step, count[c.Step], n)
		}
	}
}

func TestWorkTakesItsTimeAndReportsProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var out, errs bytes.Buffer
		if err := Work(t.Context(), &out, &errs, LiveRun{Step: "fred", Seconds: 4.6}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 4599*time.Millisecond || took > 4601*time.Millisecond {
			t.Errorf("took %s, want 4.6 s", took)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != 6 || !strings.Contains(lines[4], "part 5 of 5, 2500 rows") || !strings.Contains(lines[5], "checksum") {
			t.Errorf("printed %q", lines)
		}
		for _, l := range lines {
			if !strings.HasPrefix(l, "sample data: fred: ") {
				t.Errorf("line %q is not marked as sample data", l)
			}
		}
		if errs.Len() > 0 {
			t.Errorf("standard error holds %q", errs.String())
		}
	})
}

func TestFailingWorkSaysWhyOnStandardError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var errs bytes.Buffer
		err := Work(t.Context(), io.Discard, &errs, LiveRun{Step: "yahoo", Seconds: 2, Fails: true, Message: "HTTP 429"})
		var failed *FailedError
		if !errors.As(err, &failed) || failed.Step != "yahoo" {
			t.Errorf("error %v, want a FailedError of yahoo", err)
		}
		if errs.String() != "HTTP 429\n" {
			t.Errorf("standard error holds %q", errs.String())
		}
	})
}

func TestWorkStopsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		began := time.Now()
		err := Work(ctx, io.Discard, io.Discard, LiveRun{Step: "fred", Seconds: 20})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want the context's", err)
		}
		if took := time.Since(began); took != 1500*time.Millisecond {
			t.Errorf("stopped after %s", took)
		}
	})
}

func TestWorkReportsAClosedOutput(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		r.Close()
		if err := Work(t.Context(), w, io.Discard, LiveRun{Step: "fred", Seconds: 2}); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("error %v, want that of the output", err)
		}
	})
}
