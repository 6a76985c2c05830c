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
	retryMost  = 10 * time.Second
	// retryAtEnd is how soon it is tried again once the command has ended and is waited for.
	retryAtEnd = 500 * time.Millisecond
	// closeLimit is how long a recorder may take to heed its context, and then to close. After
	// that it is left behind: the process is about to end.
	closeLimit = time.Second
)

// delivery records one run in the background, its rows in order. A row that can't be written yet is
// dropped as soon as there is a later one, which says more. Every row goes through send, which puts
// it into the spool first, and what became of the last is what finish returns.
type delivery struct {
	opts     Options
	patience time.Duration // after the command has ended
	kept     kept
	rows     chan desk.Run // never full: a run has two rows
	ending   chan struct{} // closed when the last row is in rows
	cancel   context.CancelFunc
	result   chan error
	closed   chan struct{}
}

// startDelivery returns once the spool has the run, or can't have it.
func startDelivery(ctx context.Context, opts Options, run desk.Run) *delivery {
	d := &delivery{
		opts: opts, patience: opts.RecordTimeout, kept: keep(opts, run),
		rows: make(chan desk.Run, 2), ending: make(chan struct{}),
		result: make(chan error, 1), closed: make(chan struct{}),
	}
	if d.kept.entry != nil {
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

// send hands over the next row. It waits for the disk and for nothing else.
func (d *delivery) send(run desk.Run) {
	d.kept.send(run)
	d.rows <- run
}

// finish waits for the rows to be recorded and the recorder to be closed, no longer than patience
// and a moment, and returns what is to be said about the record: nothing if all went well.
func (d *delivery) finish() (warning string) {
	close(d.rows)
	close(d.ending)
	defer d.cancel()
	giveUp := time.AfterFunc(d.patience, d.cancel)
	defer giveUp.Stop()
	left := time.After(d.patience + closeLimit)
	select {
	case failure := <-d.result:
		warning = d.kept.close(failure)
	case <-left:
		return d.kept.close(d.noAnswer())
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
				d.deliverOthersMeanwhile(ctx, recorder)
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
	// Half the patience, so that an attempt that hangs when the command ends leaves time for another.
	// Opening has no such limit: a server may have to be started for it.
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
		case <-d.ending: // the run's own end comes first
			cancel()
		case <-ctx.Done():
		}
	}()
	d.deliverOthers(ctx, recorder)
}

func (d *delivery) deliverOthers(ctx context.Context, recorder spool.Database) {
	if d.opts.Spool == nil {
		return
	}
	n, err := d.opts.Spool.Deliver(ctx, recorder)
	if err != nil || n > 0 {
		d.opts.Logger.Info("runs that were kept", "delivered", n, "error", err)
	}
}

func permanent(err error) bool {
	var p interface{ Permanent() bool }
	return errors.As(err, &p) && p.Permanent()
}
