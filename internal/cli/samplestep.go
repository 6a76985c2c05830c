package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/background"
	"macrowatch/internal/sample/sampledesk"
)

// refresh runs the sample desk's connectors in turn while markets trade and its health check at other
// hours, each a real process under macrowatch exec, as a scheduler would run them.
func (s *sample) refresh(ctx context.Context, f databaseFlags) {
	// One soon after the start, so that a newcomer sees the page live; then at the regular times.
	n := sampledesk.Tick(s.app.Now())
	wait := firstRefresh
	task := background.Task{Name: "sample_refresh", Fault: "The sample desk runs no processes"}
	s.app.background.Run(ctx, task, func(ctx context.Context, tell func(error)) error {
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(wait):
			}
			err := s.refreshOnce(ctx, f, n)
			// After a long step, or a sleep of the machine, what was due meanwhile is left out.
			n = max(n+1, sampledesk.Tick(s.app.Now()))
			wait = max(0, sampledesk.TickTime(n).Sub(s.app.Now()))
			tell(err)
		}
	})
}

// refreshOnce runs the n-th step. That the step itself fails is part of the sample desk.
func (s *sample) refreshOnce(ctx context.Context, f databaseFlags, n int) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program's own path: %w", err)
	}
	step := s.desk.LiveStep(n)
	c := exec.CommandContext(ctx, self, "exec", "--step", step.Step, "--"+runIDFlag, s.desk.RunID(step.Step, s.app.Now()), "--",
		self, "sample-step", strconv.Itoa(n))
	c.Env = s.db.env(f)
	// Not an interrupt: in a terminal exec leaves those to the terminal.
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = stepEndTime
	err = c.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) && ended.ExitCode() == exitFailed {
		s.app.log.Info("a step of the sample desk failed", "step", step.Step)
		return nil
	}
	if err != nil {
		return fmt.Errorf("run the step %s: %w", step.Step, err)
	}
	return nil
}

const (
	// firstRefresh is when a demo's first refresh starts.
	firstRefresh = 20 * time.Second
	// stepEndTime is how long a step may go on once the demo has been told to end.
	stepEndTime = 5 * time.Second
)

// sampleStepCommand is the process that a refresh runs: it takes the step's time and then succeeds
// or fails as the sample desk has it.
func (a *app) sampleStepCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "sample-step N",
		Short:  "Do the N-th refresh of the sample desk",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			n, err := strconv.Atoi(args[0])
			if err != nil {
				return usagef("%q is not a whole number", args[0])
			}
			step := sampledesk.Desk{Seed: sampleSeed}.LiveStep(n)
			if err := sampledesk.Work(c.Context(), a.Out, a.Err, step); err != nil {
				if c.Context().Err() != nil {
					return err
				}
				return exitStatusError(exitFailed) // it has said why on standard error
			}
			return nil
		},
	}
}
