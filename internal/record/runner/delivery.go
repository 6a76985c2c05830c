package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/spool"
)

const (
	retryFirst = 100 * time.Millisecond
	retryLast  = 10 * time.Second
	// retryAtEnd is the longest wait between attempts when the command has ended, because somebody waits for
	// exec to end then.
	retryAtEnd = 500 * time.Millisecond
	// closeLimit is how long a recorder may take to return after its context has ended, and then to close. exec
	// does not wait any longer, since the process is about to end.
	closeLimit = time.Second
)

// delivery records one run in the background. A run has two rows: one when it starts, and one when it ends, which
// replaces the first. If the first row has not been written by the time the second one exists, it is dropped.
// Every row goes through the method send, which puts it into the spool first. If the last row was not recorded,
// the method finish returns a warning.
type delivery struct {
	opts     Options
	patience time.Duration // how long the record may take after the command has ended
	spooled  spooledRun
	rows     chan desk.Run // has room for both rows, so that send never waits
	ending   chan struct{} // closed when the last row is in rows
	cancel   context.CancelFunc
	result   chan error
	closed   chan struct{}
}

// startDelivery starts to record a run. It returns when the spool has the run, or has failed to take it.
func startDelivery(ctx context.Context, opts Options, run desk.Run) *delivery {
	d := &delivery{
		opts: opts, patience: opts.RecordTimeout, spooled: keepInSpool(opts, run),
		rows: make(chan desk.Run, 2), ending: make(chan struct{}),
		result: make(chan error, 1), closed: make(chan struct{}),
	}
	if d.spooled.entry != nil {
		d.patience = opts.KeptTimeout
	}
	ctx, d.cancel = context.WithCancel(ctx)
	go func() {
		defer close(d.closed)
		recorder, err := d.deliver(ctx)
		d.result <- err
		if recorder == nil {
			return
		}
		if err == nil {
			d.deliverOthers(ctx, recorder)
		}
		recorder.Close()
	}()
	return d
}

// send takes the next row. It waits for the disk, and for nothing else.
func (d *delivery) send(run desk.Run) {
	d.spooled.send(run)
	d.rows <- run
}

// finish waits until the rows are recorded and the recorder is closed, but no longer than patience and
// closeLimit. It returns what the user must know about the record: "" if all went well.
func (d *delivery) finish() (warning string) {
	close(d.rows)
	close(d.ending)
	defer d.cancel()
	giveUp := time.AfterFunc(d.patience, d.cancel)
	defer giveUp.Stop()
	left := time.After(d.patience + closeLimit)
	select {
	case failure := <-d.result:
		warning = d.spooled.close(failure)
	case <-left:
		return d.spooled.close(d.noAnswer())
	}
	select {
	case <-d.closed:
	case <-left:
		d.opts.Logger.Info("the record was not closed in time")
	}
	return warning
}

func (d *delivery) noAnswer() error {
	return fmt.Errorf("the database did not answer within %v", d.patience)
}

// deliver records the rows until there are no more. It returns the recorder, nil if it was never opened, and why
// the last row was not recorded.
func (d *delivery) deliver(ctx context.Context) (recorder Recorder, failure error) {
	for run := range d.rows {
		failure = nil
		for wait := retryFirst; ; wait = min(2*wait, retryLast) {
			var err error
			recorder, err = d.attempt(ctx, recorder, run)
			if err == nil {
				failure = nil
				d.deliverOthersMeanwhile(ctx, recorder)
				break
			}
			if ctx.Err() != nil { // the error before this one says more
				if failure == nil {
					failure = d.noAnswer()
				}
				return recorder, failure
			}
			failure = err
			d.opts.Logger.Info("run not recorded yet", "step", run.Step, "run_id", run.ID, "status", run.Status, "error", err)
			if permanent(err) || !d.waitToRetry(ctx, wait) {
				break
			}
		}
	}
	return recorder, failure
}

// waitToRetry waits before the next attempt. It reports whether the next attempt should write the same row again.
func (d *delivery) waitToRetry(ctx context.Context, wait time.Duration) bool {
	ending := d.ending
	select {
	case <-ending: // the command has ended: this row is the last one, or the last one is in the channel rows
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
	case <-ctx.Done(): // the next attempt returns ctx's error
	}
	return len(d.rows) == 0
}

// attempt writes one row. It opens the recorder first if that is still nil, and returns it for the next attempt.
func (d *delivery) attempt(ctx context.Context, recorder Recorder, run desk.Run) (Recorder, error) {
	if recorder == nil {
		var err error
		if recorder, err = d.opts.Open(ctx); err != nil {
			return nil, err
		}
	}
	// An attempt may take half the patience. If it hangs while the command ends, there is time for another one.
	// Opening has no such limit, because a server may have to be started for it.
	ctx, cancel := context.WithTimeout(ctx, d.patience/2)
	defer cancel()
	return recorder, recorder.RunUpsert(ctx, run)
}

// deliverOthersMeanwhile delivers what waits in the spool while the command runs.
func (d *delivery) deliverOthersMeanwhile(ctx context.Context, recorder Recorder) {
	select {
	case <-d.ending:
		return
	default:
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-d.ending: // the end of this run must be recorded first
			cancel()
		case <-ctx.Done():
		}
	}()
	d.deliverOthers(ctx, recorder)
}

// deliverOthers delivers what waits in the spool.
func (d *delivery) deliverOthers(ctx context.Context, recorder spool.Database) {
	if d.opts.Spool == nil {
		return
	}
	n, err := d.opts.Spool.Deliver(ctx, recorder)
	if err != nil || n > 0 {
		d.opts.Logger.Info("delivered kept runs", "delivered", n, "error", err)
	}
}

// permanent reports whether trying again is of no use. See Recorder.
func permanent(err error) bool {
	var p interface{ Permanent() bool }
	return errors.As(err, &p) && p.Permanent()
}
