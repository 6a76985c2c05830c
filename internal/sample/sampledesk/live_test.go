package sampledesk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/calendar"
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
	count, failed, n := map[string]int{}, 0, 0
	for day := local(2025, 11, 3, 0, 0); day.Before(local(2025, 12, 1, 0, 0)); day = day.AddDate(0, 0, 1) {
		first, last := Tick(day.Add(refreshFrom*time.Hour)), Tick(day.Add(refreshUntil*time.Hour))
		prev := LiveRun{}
		for i := first; i < last; i++ {
			r := d.LiveStep(i)
			if r != d.LiveStep(i) {
				t.Fatalf("refresh %d differs between two calls", i)
			}
			if calendar.IsWeekend(day) {
				continue
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
			n++
		}
		if prev.Fails {
			t.Errorf("the last refresh of %s fails, and is not repeated", day.Format(time.DateOnly))
		}
	}
	if failed < n*2/100 || failed > n*8/100 {
		t.Errorf("%d of %d refreshes fail", failed, n)
	}
	for _, c := range desk.BuiltInRules().Connectors() {
		if count[c.Name] < n/6*8/10 {
			t.Errorf("%s has %d of %d refreshes", c.Name, count[c.Name], n)
		}
	}
}

// TestARefreshKeepsToTheCalendar has hours at which a connector refreshes, and hours at which only the health check runs.
func TestARefreshKeepsToTheCalendar(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at         time.Time
		connectors bool
		what       string
	}{
		{local(2026, 11, 27, 11, 0), true, "a Friday morning"},
		{local(2026, 11, 27, 7, 50), false, "before the hours"},
		{local(2026, 11, 27, 19, 0), false, "after them"},
		{local(2026, 11, 28, 22, 0), false, "a Saturday night"},
		{local(2026, 11, 29, 12, 0), false, "a Sunday noon"},
		{local(2026, 11, 30, 5, 0), false, "early on a Monday"},
		{local(2026, 1, 1, 12, 0), false, "New Year"},
		{local(2025, 12, 25, 12, 0), false, "Christmas"},
		{local(2026, 2, 17, 12, 0), true, "Carnival, when New York trades"},
	} {
		t.Run(c.what, func(t *testing.T) {
			for i := range 20 {
				run := Desk{Seed: 20}.LiveStep(Tick(c.at) + i%3)
				if (run.Step != HealthCheck) != c.connectors {
					t.Errorf("%s runs", run.Step)
					break
				}
			}
		})
	}
}

// TestEveryRefreshTakesWhatItsStepTakes compares the durations of refreshes at all hours with the durations in
// the daily pipeline.
func TestEveryRefreshTakesWhatItsStepTakes(t *testing.T) {
	t.Parallel()
	usual := map[string]step{}
	for _, s := range connectorPlan() {
		usual[s.name] = s
	}
	usual[HealthCheck] = step{median: 4, spread: 0.3}
	first := Tick(local(2026, 11, 23, 0, 0))
	for n := first; n < first+7*24*20; n++ {
		r := Desk{Seed: 20}.LiveStep(n)
		s, known := usual[r.Step]
		if !known {
			t.Fatalf("%s refreshes", r.Step)
		}
		if low, high := s.median*math.Exp(-2.5*s.spread), s.median*math.Exp(2.5*s.spread); !r.Fails && (r.Seconds < low || r.Seconds > high) {
			t.Errorf("at %s a refresh of %s takes %.1f s, which takes %.0f s as a rule", TickTime(n), r.Step, r.Seconds, s.median)
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
