package background

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"macrowatch/internal/redact"
)

// State says whether a task succeeds, and what failed.
type State struct {
	Task
	// Failures counts the failures since the program started, including the panics.
	Failures int64
	Panics   int64
	// Since is when the task began to fail; zero while it succeeds.
	Since time.Time
	// Reason is why the task failed last, in one line without secrets; empty while it succeeds.
	Reason string
}

// task keeps the state of a task.
type task struct {
	opts *Options

	mu     sync.Mutex
	state  State
	failed int // how often in a row
}

func (t *task) now() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

// report notes a success (nil) or a failure, and returns the pause before the next try. It logs a failure as a warning
// only if its reason is a new one.
func (t *task) report(err error) (pause time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	log := t.opts.Logger.With("task", t.state.Name)
	if err == nil {
		if t.failed > 0 {
			log.Info("background work succeeds again")
		}
		t.failed, t.state.Since, t.state.Reason = 0, time.Time{}, ""
		return 0
	}
	t.failed++
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
		log.Debug("background work failed again", "error", t.state.Reason, "failures", t.failed)
	}
	var lasting interface{ Permanent() bool }
	return t.opts.Pause(t.failed, errors.As(err, &lasting) && lasting.Permanent())
}

// longestReason is how many characters of an error a page has room for.
const longestReason = 300

// reason writes an error as one line without secrets.
func reason(err error) string {
	text := redact.Secrets(err.Error()) // before the lines are joined, as some secrets are recognised by their lines
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > longestReason {
		return string(runes[:longestReason]) + " …"
	}
	return string(runes)
}
