package runner_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/runner"
)

// printer is a Recorder that prints the rows.
type printer struct{}

func (printer) RunUpsert(_ context.Context, runs ...desk.Run) error {
	for _, run := range runs {
		fmt.Printf("%s %s %s %gs %q\n", run.ID, run.Step, run.Status, run.DurationSeconds, run.ErrorMessage)
	}
	return nil
}

func (printer) RunInterrupt(context.Context, ...desk.Run) error { return nil }
func (printer) Close()                                          {}

// A run has two rows. The second one has the end of what the command wrote to standard error, without secrets.
func ExampleRun() {
	stderr, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		panic(err)
	}
	defer stderr.Close()
	clock := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	exitStatus, err := runner.Run(context.Background(), runner.Options{
		Step:      "fred",
		Command:   []string{"sh", "-c", "echo HTTP 503 from https://me:hunter2@api.example.com >&2; exit 7"},
		Stderr:    stderr,
		RelayArgs: []string{relayArgument},
		Open:      func(context.Context) (runner.Recorder, error) { return printer{}, nil },
		Now:       func() time.Time { clock = clock.Add(2 * time.Second); return clock },
		NewID:     func() string { return "run-1" },
	})
	fmt.Println("exit status", exitStatus, err)
	// Output:
	// run-1 fred RUNNING 0s ""
	// run-1 fred FAILED 2s "HTTP 503 from https://me:***@api.example.com"
	// exit status 7 <nil>
}
