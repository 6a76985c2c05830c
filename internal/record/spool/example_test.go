package spool_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/spool"
)

// printer takes the place of a database and prints the runs.
type printer struct{}

func (printer) RunUpsert(_ context.Context, runs ...desk.Run) error {
	for _, run := range runs {
		fmt.Println("recorded:", run.Step, run.Status)
	}
	return nil
}

func (printer) RunInterrupt(_ context.Context, runs ...desk.Run) error {
	for _, run := range runs {
		fmt.Println("interrupted:", run.Step)
	}
	return nil
}

// A run is kept while its database is away, listed, and delivered when the database is back.
func Example() {
	dir, err := os.MkdirTemp("", "spool-example-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	s := spool.New(dir, "desk at db.example.com:5432 as macrowatch", spool.Options{})
	run := desk.Run{ID: "1", Step: "fred", Status: desk.Running, StartedAt: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	entry, err := s.Begin(run)
	if err != nil {
		panic(err)
	}
	list(dir)

	run.Status, run.FinishedAt, run.DurationSeconds = desk.Success, run.StartedAt.Add(time.Minute), 60
	if err := entry.End(run); err != nil {
		panic(err)
	}
	entry.Postpone(fmt.Errorf("connection refused"))
	list(dir)

	delivered, err := s.Deliver(context.Background(), printer{})
	fmt.Println("delivered:", delivered, err)
	list(dir)
	// Output:
	// kept: fred RUNNING, recording
	// kept: fred SUCCESS, waiting (connection refused)
	// recorded: fred SUCCESS
	// delivered: 1 <nil>
}

func list(dir string) {
	kept, _ := spool.List(dir, spool.Options{})
	for _, k := range kept {
		fmt.Printf("kept: %s %s, %s", k.Run.Step, k.Run.Status, k.State)
		if k.Why != "" {
			fmt.Printf(" (%s)", k.Why)
		}
		fmt.Println()
	}
}
