package server_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
)

// A monitor that asks only for the metrics learns whether the database answers now.
func TestMetricsTellHowTheDatabaseIsNow(t *testing.T) {
	t.Parallel()
	var away atomic.Bool
	cfg := config(t, small, nil)
	cfg.Ping = func(context.Context) error {
		if away.Load() {
			return errors.New("away")
		}
		return nil
	}
	ts := serve(t, cfg)
	for _, want := range []struct {
		when, line string
		away       bool
	}{
		{"right after the start", "macrowatch_database_up 1\n", false},
		{"while it is away", "macrowatch_database_up 0\n", true},
		{"when it is back", "macrowatch_database_up 1\n", false},
	} {
		t.Run(want.when, func(t *testing.T) {
			away.Store(want.away)
			if status, text := fetch(t, ts.URL+"/metrics"); status != 200 || !strings.Contains(text, "\n"+want.line) {
				t.Errorf("%s: %d, the metrics lack %q", want.when, status, want.line)
			}
		})
	}
}
