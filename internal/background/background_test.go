package background_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/background"
	"macrowatch/internal/testkit/testlog"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// supervisor hardly waits between tries. It sends to pauses, if it is not nil, after how many failures it would have waited.
func supervisor(log *testlog.Log, pauses chan<- int) *background.Supervisor {
	return background.New(background.Options{
		Logger: log.Logger(slog.LevelWarn),
		Now:    func() time.Time { return noon },
		Pause: func(failures int, _ bool) time.Duration {
			if pauses != nil {
				pauses <- failures
			}
			return time.Nanosecond
		},
	})
}

type lasting struct{ error }

func (lasting) Permanent() bool { return true }

func TestWorkThatEndsFailsOrPanicsIsReportedAndBegunAgain(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		work   func() error
		reason string
		panics int64
	}{
		"an error":           {func() error { return errors.New("no way") }, "no way", 0},
		"an end":             {func() error { return nil }, "ended by itself", 0},
		"a panic":            {func() error { panic("what nobody should read") }, "a fault of its own", 1},
		"an index":           {func() error { words := strings.Fields("one"); return errors.New(words[1]) }, "a fault of its own", 1},
		"a nil panic":        {func() error { panic(nil) }, "a fault of its own", 1},
		"an own cancelation": {func() error { return context.Canceled }, "canceled", 0},
		"a secret":           {func() error { return errors.New("can't use postgres://desk:hunter2secret@db.example/book") }, "postgres://desk:", 0},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			var log testlog.Log
			pauses := make(chan int, 10)
			s := supervisor(&log, pauses)
			ctx, stop := context.WithCancel(t.Context())
			begun, failed, ended := 0, make(chan background.State, 10), make(chan struct{})
			go func() {
				defer close(ended)
				s.Run(ctx, background.Task{Name: "risk", Fault: "Risk is not computed"}, func(ctx context.Context, report func(error)) error {
					begun++
					if begun <= 2 {
						if begun == 2 {
							failed <- s.States()[0]
						}
						return c.work()
					}
					report(nil)
					failed <- s.States()[0]
					<-ctx.Done()
					return ctx.Err()
				})
			}()
			once, well := <-failed, <-failed
			stop()
			<-ended
			if once.Failures != 1 || once.Panics != c.panics || !once.Since.Equal(noon) || !strings.Contains(once.Reason, c.reason) || once.Fault != "Risk is not computed" {
				t.Errorf("after a failure: %+v", once)
			}
			if well.Failures != 2 || well.Panics != 2*c.panics || !well.Since.IsZero() || well.Reason != "" {
				t.Errorf("when it works: %+v", well)
			}
			if first, second := <-pauses, <-pauses; first != 1 || second != 2 || len(pauses) != 0 {
				t.Errorf("pauses %d, %d and %d more", first, second, len(pauses))
			}
			said := log.String()
			if !strings.Contains(said, "task=risk") || strings.Contains(said+once.Reason, "hunter2secret") {
				t.Errorf("the log: %s; the reason: %s", said, once.Reason)
			}
			if want := int(1 + c.panics); strings.Count(said, "tried again") != want {
				t.Errorf("the log, want %d lines: %s", want, said)
			}
		})
	}
}

func TestRoundsGoOnWhateverOneDoes(t *testing.T) {
	t.Parallel()
	var log testlog.Log
	s := supervisor(&log, nil)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var seen []string
	round := 0
	s.Every(ctx, background.Task{Name: "delivery"}, 0, time.Nanosecond, func(context.Context) error {
		round++
		state := s.States()[0]
		seen = append(seen, fmt.Sprintf("%d %q", state.Failures, state.Reason))
		switch round {
		case 1, 2:
			return fmt.Errorf("the disk is %d", round)
		case 3:
			panic(errors.New("a fault"))
		case 4:
			return nil
		}
		stop()
		return errors.New("stopped")
	})
	want := `0 "",1 "the disk is 1",2 "the disk is 2",3 "the program met a fault of its own, which its log tells",3 ""`
	if got := strings.Join(seen, ","); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if state := s.States()[0]; state.Failures != 3 || state.Panics != 1 {
		t.Errorf("an error after the end counts: %+v", state)
	}
}

func TestWorkThatGoesOnReportsItsFailures(t *testing.T) {
	t.Parallel()
	var log testlog.Log
	s := supervisor(&log, nil)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	s.Run(ctx, background.Task{Name: "refresh"}, func(_ context.Context, report func(error)) error {
		for range 3 {
			report(errors.New("the same"))
		}
		report(fmt.Errorf("long: %s\nand more", strings.Repeat("ç", 1000)))
		if got := s.States()[0]; got.Failures != 4 || strings.Contains(got.Reason, "\n") || len([]rune(got.Reason)) > 310 {
			t.Errorf("%+v", got)
		}
		stop()
		report(errors.New("too late"))
		return nil
	})
	if said := log.String(); strings.Count(said, "the same") != 1 || strings.Contains(said, "too late") {
		t.Errorf("the log: %s", said)
	}
}

func TestBackoffGrowsToABound(t *testing.T) {
	t.Parallel()
	var got []string
	for _, n := range []int{1, 2, 3, 4, 5, 6, 100, 1 << 40} {
		got = append(got, fmt.Sprint(background.Backoff(n, false), "/", background.Backoff(n, true)))
	}
	if text := strings.Join(got, " "); text != "2s/2s 4s/4s 8s/8s 16s/16s 30s/32s 30s/1m0s 30s/1m0s 30s/1m0s" {
		t.Error(text)
	}
	var told []bool
	s := background.New(background.Options{Pause: func(_ int, permanent bool) time.Duration { told = append(told, permanent); return 0 }})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	s.Run(ctx, background.Task{Name: "x"}, func(_ context.Context, report func(error)) error {
		report(errors.New("passing"))
		report(fmt.Errorf("wrapped: %w", lasting{errors.New("lasting")}))
		stop()
		return nil
	})
	if fmt.Sprint(told) != "[false true]" {
		t.Error(told)
	}
}
