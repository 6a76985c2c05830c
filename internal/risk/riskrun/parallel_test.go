package riskrun_test

import (
	"errors"
	"testing"

	"macrowatch/internal/background"
	"macrowatch/internal/risk/riskrun"
)

// A panic in one of the goroutines that compute must not end the program, and serve with it.
func TestAPanicWhileComputingIsAnError(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	storeDesk(t, s, 120, 3, day(162))
	for name, panics := range map[string]func(){
		"a text":   func() { panic("a fault") },
		"an index": func() { var days []int; _ = days[len(days)] },
		"a nil":    func() { var o *riskrun.Options; _ = o.Workers },
	} {
		t.Run(name, func(t *testing.T) {
			opts := riskrun.Options{Workers: 2, Progress: func(int, int) { panics() }}
			_, err := riskrun.New(s, settings(), opts).Backfill(t.Context(), day(1), day(200))
			var fault *background.PanicError
			if !errors.As(err, &fault) || fault.Stack == "" {
				t.Error(err)
			}
		})
	}
}
