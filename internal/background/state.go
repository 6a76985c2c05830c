package background

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"macrowatch/internal/redact"
)

// State is how a task fares.
type State struct {
	Task
	// Failures counts what failed since the program started, panics among it.
	Failures int64
	Panics   int64
	// Since is when the present row of failures began; zero while the task works.
	Since time.Time
	// Reason is why it failed last, in a sentence without secrets; empty while the task works.
	Reason string
}

// task is a State and what changes it.
type task struct {
	opts *Options

	mu    sync.Mutex
	state State
	row   int // failures since it worked
}

func (t *task) now() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

// tell notes a success (nil) or a failure, and gives the pause until the next try. The log hears of a
// failure when it is the first or another than before.
func (t *task) tell(err error) (pause time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	log := t.opts.Logger.With("task", t.state.Name)
	if err == nil {
		if t.row > 0 {
			log.Info("background work goes well again")
		}
		t.row, t.state.Since, t.state.Reason = 0, time.Time{}, ""
		return 0
	}
	t.row++
	t.state.Failures++
	if t.state.Since.IsZero() {
		t.state.Since = t.opts.Now()
	}
	var fault *PanicError
	before := t.state.Reason
	t.state.Reason = reason(err)
	switch {
	case errors.As(err, &fault):
		t.state.Panics++
		log.Error("background work panicked, and is tried again", "panic", redact.Secrets(fmt.Sprint(fault.Value)), "stack", fault.Stack)
	case t.state.Reason != before:
		log.Warn("background work failed, and is tried again", "error", t.state.Reason)
	default:
		log.Debug("background work failed again", "error", t.state.Reason, "failures", t.row)
	}
	var lasting interface{ Permanent() bool }
	return t.opts.Pause(t.row, errors.As(err, &lasting) && lasting.Permanent())
}

// longestReason is as much of an error as a page has room for, in characters.
const longestReason = 300

// reason is an error as one line without secrets.
func reason(err error) string {
	text := redact.Secrets(err.Error()) // before lines are joined: some secrets are known by their lines
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > longestReason {
		return string(runes[:longestReason]) + " …"
	}
	return string(runes)
}
