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

// refresh runs one of the sample desk's connectors every few minutes while markets trade, and its health check at
// other hours. Each is a real process under macrowatch exec, as a scheduler would run it.
func (s *sample) refresh(ctx context.Context, f databaseFlags) {
	// The first one runs soon after the start, so that a newcomer sees the page change. The others run at fixed times.
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
			// If a step took long or the machine slept, the steps that were due in that time are left out.
			n = max(n+1, sampledesk.Tick(s.app.Now()))
			wait = max(0, sampledesk.TickTime(n).Sub(s.app.Now()))
			tell(err)
		}
	})
}

// refreshOnce runs the n-th step. A step that fails is no error: some of the sample desk's steps fail on purpose.
func (s *sample) refreshOnce(ctx context.Context, f databaseFlags, n int) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program's own path: %w", err)
	}
	step := s.desk.LiveStep(n)
	c := exec.CommandContext(ctx, self, "exec", "--step", step.Step, "--"+runIDFlag, s.desk.RunID(step.Step, s.app.Now()), "--",
		self, "sample-step", strconv.Itoa(n))
	c.Env = s.db.env(f)
	// SIGTERM, since exec ignores an interrupt: a terminal sends interrupts to exec's command too.
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
	// firstRefresh is how long after its start a demo runs the first step.
	firstRefresh = 20 * time.Second
	// stepEndTime is how long a step may go on after the demo has received the signal to end.
	stepEndTime = 5 * time.Second
)

// sampleStepCommand returns the hidden command that refresh runs. It takes as long as the step takes at the sample desk,
// and then succeeds or fails as the step does there.
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
				return exitStatusError(exitFailed) // the step has printed the reason on standard error
			}
			return nil
		},
	}
}
