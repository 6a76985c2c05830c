// Package background keeps a server's background work going, beside the requests that it answers. If
// work fails, ends or panics, the package reports it, counts it and starts it again.
package background

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// Task is a piece of background work.
type Task struct {
	// Name is the task's name in logs and metrics, such as "risk".
	Name string
	// Fault tells a reader what does not happen while the task fails, such as "Risk is not computed".
	Fault string
}

// Options of a Supervisor. The zero value is the default.
type Options struct {
	// Logger gets the failures; nil means that nothing is logged.
	Logger *slog.Logger
	// Now is the clock that says since when a task fails; nil means time.Now.
	Now func() time.Time
	// Pause returns how long to wait before the next try. failures counts the failures in a row, so it is 1 after the
	// first. permanent says that the task fails until somebody changes something. Nil means Backoff.
	Pause func(failures int, permanent bool) time.Duration
}

// Supervisor runs tasks and knows the state of each. Make one with New. It is safe for concurrent use.
type Supervisor struct {
	opts Options

	mu    sync.Mutex
	tasks []*task // in the order in which they first started
}

// New returns a supervisor without tasks.
func New(opts Options) *Supervisor {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Pause == nil {
		opts.Pause = Backoff
	}
	return &Supervisor{opts: opts}
}

// The pauses of Backoff: the first, and the longest ones.
const (
	firstPause    = 2 * time.Second
	longPause     = 30 * time.Second
	longestPause  = time.Minute
	backoffDouble = 5 // the pause grows no more after so many failures
)

// Backoff waits 2, 4, 8 and 16 seconds, and from then on 30. If the failure is permanent, it waits up to a minute.
func Backoff(failures int, permanent bool) time.Duration {
	pause := firstPause << min(max(failures, 1)-1, backoffDouble)
	if permanent {
		return min(pause, longestPause)
	}
	return min(pause, longPause)
}

// errEnded is the failure of work that returned without an error although it should go on.
var errEnded = errors.New("it ended by itself")

// Run does work until ctx ends. If the work panics or returns before that, Run begins it again after a pause. The work
// calls report with nil while it succeeds, and with an error when something failed that it will try again by itself.
func (s *Supervisor) Run(ctx context.Context, t Task, work func(ctx context.Context, report func(error)) error) {
	started := s.task(t)
	report := func(err error) {
		if ctx.Err() == nil {
			started.report(err)
		}
	}
	for {
		err := Recovered(func() error { return work(ctx, report) })
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			err = errEnded
		}
		if !sleep(ctx, started.report(err)) {
			return
		}
	}
}

// Every does a round of work after a first pause, and then one after each interval, until ctx ends. If rounds fail often,
// it waits longer than the interval.
func (s *Supervisor) Every(ctx context.Context, t Task, first, interval time.Duration, round func(context.Context) error) {
	started := s.task(t)
	for pause := first; sleep(ctx, pause); {
		err := Recovered(func() error { return round(ctx) })
		if ctx.Err() != nil {
			return
		}
		pause = max(interval, started.report(err))
	}
}

// task returns the task of this name. It makes one if none has started before.
func (s *Supervisor) task(t Task) *task {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.tasks {
		if known.state.Name == t.Name {
			return known
		}
	}
	added := &task{opts: &s.opts, state: State{Task: t}}
	s.tasks = append(s.tasks, added)
	return added
}

// States returns the states of all tasks, in the order in which they first started.
func (s *Supervisor) States() []State {
	s.mu.Lock()
	tasks := slices.Clone(s.tasks)
	s.mu.Unlock()
	states := make([]State, len(tasks))
	for i, t := range tasks {
		states[i] = t.now()
	}
	return states
}

// PanicError is a panic that was recovered.
type PanicError struct {
	Value any
	Stack string
}

// Error returns what a reader may know. The value and the stack are for the log.
func (*PanicError) Error() string { return "the program met a fault of its own, which its log tells" }

// Recovered runs a function. If the function panics, Recovered returns the panic as a *PanicError. Work that starts
// goroutines of its own needs it in each of them, because nothing else recovers there.
func Recovered(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: string(debug.Stack())}
		}
	}()
	return do()
}

// sleep waits, and reports whether the context has not ended meanwhile.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
