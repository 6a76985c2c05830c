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
	// RunUpsert writes runs, and gives up when ctx ends. A row that says how a run ended replaces the row of the
	// same run that says RUNNING, and never the other way round. So it does no harm to write a row again.
	//
	// After an error, RunUpsert is called again with the same row, with two exceptions: the run has a later row
	// by then, or the error has a method Permanent() bool that returns true.
	RunUpsert(ctx context.Context, runs ...desk.Run) error
	// RunInterrupt writes the ends of other runs, found in the spool, whose recorder died. It does not change a
	// run that has ended already. It is called only if there is a spool.
	RunInterrupt(ctx context.Context, runs ...desk.Run) error
	// Close ends the use of the recorder. It is called once, whether or not the rows were written.
	Close()
}

// Options of Run. Step, Command, Stderr, RelayArgs and Open are required.
type Options struct {
	Step    string   // step_name of the run
	Command []string // the program and its arguments; a program without a slash is looked up in PATH
	// The command gets Stdin and Stdout themselves, not copies; nil means /dev/null. It gets Stderr itself if
	// that is a terminal. Otherwise every byte that the command writes is copied to Stderr. A warning about the
	// record goes to Stderr too.
	Stdin, Stdout, Stderr *os.File
	// RelayArgs are the arguments with which this program calls Relay.
	RelayArgs []string
	// Open connects to where runs are recorded. It is called in the background, and again after an error that
	// is not permanent (see Recorder). It must give up when ctx ends.
	Open func(ctx context.Context) (Recorder, error)
	// Spool keeps the run on this machine until the database has it, whatever becomes of this process. Other runs
	// that wait there are delivered too. Without a spool, a run is lost if the database is away; the warning
	// then gives WhyNoSpool as the reason why there was none.
	Spool      *spool.Spool
	WhyNoSpool error
	// NextDelivery is the part of the warning that says what delivers a run that stays in the spool; default "the
	// next macrowatch exec or serve delivers it".
	NextDelivery string
	// RecordTimeout is how long the record may still take after the command has ended; default 5 s. After that
	// Run gives the record up and warns.
	RecordTimeout time.Duration
	// KeptTimeout takes the place of RecordTimeout if the spool has the run, so that it is not lost; default 1.5 s.
	KeptTimeout time.Duration
	Now         func() time.Time // default time.Now
	NewID       func() string    // default a random UUID that sorts by time
	Logger      *slog.Logger     // logs failed attempts to record; default none
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

// NewRunID makes an ID for a run: a random UUID. IDs sort by the time at which they were made.
func NewRunID() string { return uuid.Must(uuid.NewV7()).String() }

// Run runs the command and records the run. The command starts when the spool, if there is one, has the run.
//
// Run returns the exit status that a shell would give:
//
//   - the command's own;
//   - 128 and the signal's number, if a signal ended the command;
//   - 127 and an error, if the command was not found;
//   - 126 and an error, if the command could not be started for another reason.
//
// A run that ends with 127 or 126 and an error is recorded as FAILED. A command that fails is not an error.
// Neither is a record that could not be written: Run warns of that on Stderr. If the options are wrong, Run
// returns 2 and an error, and it runs and records nothing.
//
// The end of ctx ends neither the command nor its record. Run passes signals to this process on to the command,
// which decides whether they end it. They never end this process while Run runs.
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
		if said := c.lastMessage(); said != "" {
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

// end records in a run that its command has ended.
//
// The duration is measured by the monotonic clock if now has a reading of it, because the wall clock may have
// been set back meanwhile, and a run must not end before it began. The duration is measured by the wall clock
// if that says more: the machine may have slept, which the monotonic clock leaves out, or its clock may have
// been put forward.
func end(run *desk.Run, now time.Time, exitStatus int) {
	elapsed := max(now.Sub(run.StartedAt), 0)
	run.DurationSeconds = elapsed.Seconds()
	run.FinishedAt = now
	if now.Round(0).Before(run.StartedAt.Round(0)) { // Round(0) drops the reading of the monotonic clock
		run.FinishedAt = run.StartedAt.Round(0).Add(elapsed)
	}
	run.Status = desk.Failed
	if exitStatus == 0 {
		run.Status, run.ErrorMessage = desk.Success, ""
	}
	run.DurationSeconds = onWallClock(*run).Agreeing().DurationSeconds
}

// onWallClock returns the run with times that have no reading of the monotonic clock.
func onWallClock(run desk.Run) desk.Run {
	run.StartedAt, run.FinishedAt = run.StartedAt.Round(0), run.FinishedAt.Round(0)
	return run
}
