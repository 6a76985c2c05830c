package background_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"macrowatch/internal/background"
)

func ExampleSupervisor_Every() {
	s := background.New(background.Options{Pause: func(int, bool) time.Duration { return 0 }})
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	rounds := 0
	s.Every(ctx, background.Task{Name: "delivery", Fault: "Kept runs are not delivered"}, 0, time.Nanosecond, func(context.Context) error {
		rounds++
		switch rounds {
		case 1:
			return errors.New("the database at postgres://desk:hunter2@db/book is away")
		case 2:
			state := s.States()[0]
			fmt.Printf("%s: %s\n", state.Fault, state.Reason)
		default:
			fmt.Printf("failures: %d, failing: %t\n", s.States()[0].Failures, !s.States()[0].Since.IsZero())
			stop()
		}
		return nil
	})
	// Output:
	// Kept runs are not delivered: the database at postgres://desk:***@db/book is away
	// failures: 1, failing: false
}

func ExampleRecovered() {
	err := background.Recovered(func() error { panic("no such index") })
	var fault *background.PanicError
	fmt.Println(errors.As(err, &fault), fault.Value)
	// Output: true no such index
}
