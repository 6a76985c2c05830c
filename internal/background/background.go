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
	// Name stands in logs and metrics, such as "risk".
	Name string
	// Fault says to a reader what does not happen while the task fails, such as "Risk is not computed".
	Fault string
}

// Options of a Supervisor. The zero value is the default.
type Options struct {
	// Logger is told of failures; nil is nobody.
	Logger *slog.Logger
	// Now is the clock that says since when a task fails; nil means time.Now.
	Now func() time.Time
	// Pause is the time before the next try after so many failures in a row, the first being 1. Permanent
	// says that only somebody's doing changes what failed. Nil means Backoff.
	Pause func(failures int, permanent bool) time.Duration
}

// Supervisor runs tasks and knows how each of them fares. Make one with New. It is safe for concurrent use.
type Supervisor struct {
	opts Options

	mu    sync.Mutex
	tasks []*task // in the order in which they were started first
}

// New makes a supervisor of no tasks.
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
	backoffDouble = 5 // after so many failures the pause grows no more
)

// Backoff waits 2, 4, 8 and 16 seconds, then 30; a minute where only somebody's doing helps.
func Backoff(failures int, permanent bool) time.Duration {
	pause := firstPause << min(max(failures, 1)-1, backoffDouble)
	if permanent {
		return min(pause, longestPause)
	}
	return min(pause, longPause)
}

// errEnded is what work failed with that returned although it was to go on.
var errEnded = errors.New("it ended by itself")

// Run does work until ctx ends. When the work returns before that, with an error or without, or panics, it
// is begun again after a pause. The work calls tell with nil when it goes well, and with an error when
// something failed that it tries again by itself.
func (s *Supervisor) Run(ctx context.Context, t Task, work func(ctx context.Context, tell func(error)) error) {
	of := s.task(t)
	tell := func(err error) {
		if ctx.Err() == nil {
			of.tell(err)
		}
	}
	for {
		err := recovered(func() error { return work(ctx, tell) })
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			err = errEnded
		}
		if !sleep(ctx, of.tell(err)) {
			return
		}
	}
}

// Every does a round of work after a first pause, and again after each interval, until ctx ends. A round
// that returns an error or panics is done again after the interval, or later if it has failed often.
func (s *Supervisor) Every(ctx context.Context, t Task, first, interval time.Duration, round func(context.Context) error) {
	of := s.task(t)
	for pause := first; sleep(ctx, pause); {
		err := recovered(func() error { return round(ctx) })
		if ctx.Err() != nil {
			return
		}
		pause = max(interval, of.tell(err))
	}
}

// task gives the task of this name, which may have been started before.
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

// States are how the tasks fare, in the order in which they were started.
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

// Error says what a reader may know of it; the value and the stack are for the log.
func (*PanicError) Error() string { return "the program met a fault of its own, which its log tells" }

// Recovered runs a function and gives its panic, if it panics, as a *PanicError. Work that starts
// goroutines of its own puts it around them: nothing else recovers there.
func Recovered(do func() error) error { return recovered(do) }

func recovered(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: string(debug.Stack())}
		}
	}()
	return do()
}

// sleep waits, and reports whether the context still stands.
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
