package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/google/uuid"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/spool"
)

// Recorder takes the record of runs. It is used by one goroutine at a time.
type Recorder interface {
	// RunUpsert writes runs and gives up when ctx ends. A terminal one replaces the same run
	// RUNNING, never the other way round, so that writing a row again does no harm. After an error
	// it is called again with the same row, unless the error has a method Permanent() bool that
	// gives true, or there is a later row by then.
	RunUpsert(ctx context.Context, runs ...desk.Run) error
	// RunInterrupt writes the ends of other runs, found in the spool, whose recorder died; a run that
	// is over stays as it is. It is called only where there is a spool.
	RunInterrupt(ctx context.Context, runs ...desk.Run) error
	// Close ends the use of the recorder. It is called once, whatever became of the rows.
	Close()
}

// Options of Run. Step, Command, Stderr, RelayArgs and Open are required.
type Options struct {
	Step    string   // step_name of the run
	Command []string // the program, looked up in PATH unless it holds a slash, and its arguments
	// Stdin and Stdout are handed to the command as they are, never copied; a nil one is /dev/null.
	// So is Stderr where it is a terminal; elsewhere it gets a byte-exact copy of what the command
	// writes. A warning about the record goes to Stderr too.
	Stdin, Stdout, Stderr *os.File
	// RelayArgs are the arguments with which this program calls Relay: the copy is made by a process that
	// outlives this one.
	RelayArgs []string
	// Open connects to where runs are recorded. It is called in the background, again after an
	// error that isn't Permanent (see Recorder), and must give up when ctx ends.
	Open func(ctx context.Context) (Recorder, error)
	// Spool keeps the run on this machine until the database has it, whatever becomes of this
	// process; other runs that wait there are delivered too. Without one a run is lost when the
	// database is away: WhyNoSpool says why there is none, for the warning.
	Spool      *spool.Spool
	WhyNoSpool error
	// NextDelivery says, for the warning, what delivers a run that the spool has and this process could not
	// deliver; default "the next macrowatch exec or serve delivers it".
	NextDelivery string
	// RecordTimeout is how long, after the command has ended, the record may still take; default
	// 5 s. Then it is given up with a warning.
	RecordTimeout time.Duration
	// KeptTimeout is RecordTimeout for a run that the spool has, and need not be waited for; default
	// 1.5 s.
	KeptTimeout time.Duration
	Now         func() time.Time // default time.Now
	NewID       func() string    // default a random UUID that sorts by time
	Logger      *slog.Logger     // told of attempts to record that failed; default none
}

const (
	defaultRecordTimeout = 5 * time.Second
	defaultKeptTimeout   = 1500 * time.Millisecond
)

func (o Options) withDefaults() Options {
	if o.RecordTimeout == 0 {
		o.RecordTimeout = defaultRecordTimeout
	}
	if o.KeptTimeout == 0 {
		o.KeptTimeout = defaultKeptTimeout
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewID == nil {
		o.NewID = NewRunID
	}
	if o.NextDelivery == "" {
		o.NextDelivery = "the next macrowatch exec or serve delivers it"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

func (o Options) validate() error {
	switch {
	case o.Step == "":
		return errors.New("the step has no name")
	case len(o.Command) == 0 || o.Command[0] == "":
		return errors.New("there is no command to run")
	case o.Stderr == nil:
		return errors.New("there is no standard error")
	case len(o.RelayArgs) == 0:
		return errors.New("there is no process to copy standard error")
	case o.Open == nil:
		return errors.New("there is nowhere to record the run")
	}
	return nil
}

// NewRunID makes the ID of a run: a random UUID that sorts by time.
func NewRunID() string { return uuid.Must(uuid.NewV7()).String() }

// Run runs the command, records the run, and returns the command's exit status: its own, 128 and
// the signal's number where a signal ended it, 127 where it wasn't found, 126 where it could not be
// started. The last two come with an error, and are recorded as FAILED; a failing command is no
// error, and neither is a record that could not be written: a sentence on Stderr warns of that. The
// command starts once the spool, if there is one, has the run.
// Misuse of the options is exit status 2 with an error, and nothing is run or recorded.
//
// The end of ctx ends neither the command nor its record: signals to this process are passed on to
// the command and end it, or don't, as it decides. While Run runs, none of them ends this process.
func Run(ctx context.Context, opts Options) (exitStatus int, err error) {
	if err := opts.validate(); err != nil {
		return statusUsage, err
	}
	opts = opts.withDefaults()
	signals := catchSignals()
	defer signals.stop()
	run := desk.Run{ID: opts.NewID(), Step: opts.Step, Status: desk.Running, StartedAt: opts.Now()}
	record := startDelivery(context.WithoutCancel(ctx), opts, run)

	var ended time.Time
	c, err := start(opts)
	if err == nil {
		record.send(run)
		signals.passTo(c.cmd.Process)
		exitStatus, run.ErrorMessage = c.wait()
		ended = opts.Now()
		if said := c.said(); said != "" {
			run.ErrorMessage = said
		}
	} else {
		exitStatus, run.ErrorMessage = startStatus(err), message(err.Error(), 0)
		ended = opts.Now()
	}
	end(&run, ended, exitStatus)
	record.send(run)
	if warning := record.finish(); warning != "" {
		fmt.Fprintf(opts.Stderr, "macrowatch: the run of step %s (%s) %s\n", run.Step, run.Status, warning)
	}
	return exitStatus, err
}

// end makes a run terminal. The duration is by the monotonic clock where now has one; the wall
// clock may have been set back meanwhile, and a run must not end before it began. Where the machine slept,
// which the monotonic clock leaves out, or its clock was put forward, the duration is by the wall clock.
func end(run *desk.Run, now time.Time, exitStatus int) {
	elapsed := max(now.Sub(run.StartedAt), 0)
	run.DurationSeconds = elapsed.Seconds()
	run.FinishedAt = now
	if now.Round(0).Before(run.StartedAt.Round(0)) { // Round(0) leaves the wall clock alone
		run.FinishedAt = run.StartedAt.Round(0).Add(elapsed)
	}
	run.Status = desk.Failed
	if exitStatus == 0 {
		run.Status, run.ErrorMessage = desk.Success, ""
	}
	run.DurationSeconds = onWallClock(*run).Agreeing().DurationSeconds
}

// onWallClock is a run without the readings of the monotonic clock.
func onWallClock(run desk.Run) desk.Run {
	run.StartedAt, run.FinishedAt = run.StartedAt.Round(0), run.FinishedAt.Round(0)
	return run
}
