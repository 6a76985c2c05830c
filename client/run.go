package client

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"macrowatch/internal/redact"
)

// Run records a run of a step around a function: that it began, and that it ended with SUCCESS, or with FAILED and the
// error. The end is recorded also if the context has ended meanwhile, and if the function panics.
//
// It returns the function's error. If the record could not be made, a *RecordError is joined to it: errors.As finds it.
// The function runs in any case.
func (c *Client) Run(ctx context.Context, step string, work func(context.Context) error) (err error) {
	run, startErr := c.StartRun(ctx, step)
	ended := false
	defer func() {
		if !ended { // a panic goes on after this
			_ = run.Finish(context.WithoutCancel(ctx), errors.New("the step panicked"))
		}
	}()
	err = work(ctx)
	ended = true
	finishErr := run.Finish(context.WithoutCancel(ctx), err)
	if finishErr != nil { // the end says everything that the start says
		return errors.Join(err, &RecordError{Step: step, Err: errors.Join(startErr, finishErr)})
	}
	return err
}

// RecordError says that a run was not recorded.
type RecordError struct {
	Step string
	Err  error
}

// Error names the step and the reason.
func (e *RecordError) Error() string {
	return fmt.Sprintf("the run of %s is not recorded: %v", e.Step, e.Err)
}

// Unwrap returns the reason.
func (e *RecordError) Unwrap() error { return e.Err }

// PendingRun is a run that goes on. Make one with StartRun, and call Finish when it has ended.
type PendingRun struct {
	// ID is the run's ID.
	ID string

	client *Client
	row    PipelineRun
	began  time.Time // with the monotonic clock
}

// StartRun records that a run has begun. It returns the run also with an error; Finish then records the whole run.
func (c *Client) StartRun(ctx context.Context, step string) (*PendingRun, error) {
	now := time.Now()
	r := &PendingRun{ID: rand.Text(), client: c, began: now}
	r.row = PipelineRun{ID: r.ID, Step: step, Status: "RUNNING", StartedAt: now.UTC().Truncate(time.Microsecond)}
	_, err := Send(ctx, c, []PipelineRun{r.row})
	return r, err
}

// longestMessage bounds an error message: its end is kept.
const longestMessage = 4 << 10

// Finish records that the run has ended: with SUCCESS if cause is nil, with CANCELLED if it is context.Canceled, and with
// FAILED otherwise. Secrets in the error's text are masked before it is kept or sent.
func (r *PendingRun) Finish(ctx context.Context, cause error) error {
	row := r.row
	finished := row.StartedAt.Add(time.Since(r.began).Truncate(time.Microsecond)) // the clock may have been set meanwhile
	row.Status, row.FinishedAt = "SUCCESS", &finished
	if cause != nil {
		row.Status = "FAILED"
		if errors.Is(cause, context.Canceled) {
			row.Status = "CANCELLED"
		}
		row.ErrorMessage = redact.Secrets(cause.Error()) // first, so that none is cut in two
		if n := len(row.ErrorMessage); n > longestMessage {
			row.ErrorMessage = row.ErrorMessage[n-longestMessage:]
		}
		row.ErrorMessage = strings.ReplaceAll(strings.ToValidUTF8(row.ErrorMessage, "\uFFFD"), "\x00", "")
	}
	_, err := Send(ctx, r.client, []PipelineRun{row})
	return err
}
