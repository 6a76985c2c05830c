package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"macrowatch/internal/desk"
)

const (
	retryFirst = 100 * time.Millisecond
	retryMost  = 10 * time.Second
	// retryAtEnd is how soon it is tried again once the command has ended and is waited for.
	retryAtEnd = 500 * time.Millisecond
	// closeLimit is how long a recorder may take to heed its context, and then to close. After
	// that it is left behind: the process is about to end.
	closeLimit = time.Second
)

// delivery records one run in the background, its rows in order. A row that can't be written yet is
// dropped as soon as there is a later one, which says more. Every row goes through send, and what
// became of the last is what finish returns.
type delivery struct {
	opts   Options
	rows   chan desk.Run // never full: a run has two rows
	ending chan struct{} // closed when the last row is in rows
	cancel context.CancelFunc
	result chan error
	closed chan struct{}
}

func startDelivery(ctx context.Context, opts Options) *delivery {
	d := &delivery{
		opts: opts, rows: make(chan desk.Run, 2), ending: make(chan struct{}),
		result: make(chan error, 1), closed: make(chan struct{}),
	}
	ctx, d.cancel = context.WithCancel(ctx)
	go func() {
		defer close(d.closed)
		recorder, err := d.deliver(ctx)
		d.result <- err
		if recorder != nil {
			recorder.Close()
		}
	}()
	return d
}

// send hands over the next row. It does not wait.
func (d *delivery) send(run desk.Run) { d.rows <- run }

// finish waits for the rows to be recorded and the recorder to be closed, no longer than the
// timeout and a moment, and returns what kept the last row from being recorded, or nil.
func (d *delivery) finish() error {
	close(d.rows)
	close(d.ending)
	defer d.cancel()
	giveUp := time.AfterFunc(d.opts.RecordTimeout, d.cancel)
	defer giveUp.Stop()
	var failure error
	select {
	case failure = <-d.result:
	case <-time.After(d.opts.RecordTimeout + closeLimit):
		return d.noAnswer()
	}
	select {
	case <-d.closed:
	case <-time.After(closeLimit):
		d.opts.Logger.Info("the record was not closed in time")
	}
	return failure
}

func (d *delivery) noAnswer() error {
	return fmt.Errorf("the database did not answer within %v", d.opts.RecordTimeout)
}

// deliver records the rows until there are no more. It returns the recorder if it was opened, and
// what became of the last row.
func (d *delivery) deliver(ctx context.Context) (recorder Recorder, failure error) {
	for run := range d.rows {
		failure = nil
		for wait := retryFirst; ; wait = min(2*wait, retryMost) {
			var err error
			recorder, err = d.attempt(ctx, recorder, run)
			if err == nil {
				failure = nil
				break
			}
			if ctx.Err() != nil { // given up: what failed before says more than that
				if failure == nil {
					failure = d.noAnswer()
				}
				return recorder, failure
			}
			failure = err
			d.opts.Logger.Info("run not recorded yet", "step", run.Step, "run_id", run.ID, "status", run.Status, "error", err)
			if permanent(err) || !d.again(ctx, wait) {
				break
			}
		}
	}
	return recorder, failure
}

// again waits before the next attempt and reports whether the same row is to be tried again.
func (d *delivery) again(ctx context.Context, wait time.Duration) bool {
	ending := d.ending
	select {
	case <-ending: // this row, or one in rows, is the last
		ending, wait = nil, min(wait, retryAtEnd)
	default:
	}
	if len(d.rows) > 0 {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ending:
	case <-timer.C:
	case <-ctx.Done(): // the attempt will say so
	}
	return len(d.rows) == 0
}

// attempt writes one row, and opens the recorder first if there is none. It gives the recorder for
// the next attempt.
func (d *delivery) attempt(ctx context.Context, recorder Recorder, run desk.Run) (Recorder, error) {
	if recorder == nil {
		var err error
		if recorder, err = d.opts.Open(ctx); err != nil {
			return nil, err
		}
	}
	// Half the timeout, so that an attempt that hangs when the command ends leaves time for another.
	// Opening has no such limit: a server may have to be started for it.
	ctx, cancel := context.WithTimeout(ctx, d.opts.RecordTimeout/2)
	defer cancel()
	return recorder, recorder.RunUpsert(ctx, run)
}

func permanent(err error) bool {
	var p interface{ Permanent() bool }
	return errors.As(err, &p) && p.Permanent()
}
