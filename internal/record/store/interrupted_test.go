package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"macrowatch/internal/desk"
)

func TestAnInterruptionNeverReplacesAnEnd(t *testing.T) {
	t.Parallel()
	cut := func(id string) desk.Run {
		r := ended(id, desk.Failed)
		r.ErrorMessage, r.DurationSeconds = "interrupted", 41.5
		return r
	}
	s := newStore(t)
	before := []desk.Run{running("was running"), ended("succeeded", desk.Success), ended("failed", desk.Failed)}
	if err := s.RunUpsert(t.Context(), before...); err != nil {
		t.Fatal(err)
	}
	for range 2 { // again changes nothing
		if err := s.RunInterrupt(t.Context(), cut("was running"), cut("succeeded"), cut("failed"), cut("unknown")); err != nil {
			t.Fatal(err)
		}
	}
	byID := func() map[string]desk.Run {
		runs, err := s.RunsBetween(t.Context(), at(0, 0, 0), at(23, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]desk.Run{}
		for _, r := range runs {
			all[r.ID] = r
		}
		return all
	}
	want := map[string]desk.Run{
		"was running": cut("was running"), "unknown": cut("unknown"),
		"succeeded": ended("succeeded", desk.Success), "failed": ended("failed", desk.Failed),
	}
	if diff := cmp.Diff(want, byID()); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	// If the recorder writes the end after all, it replaces the guess.
	want["unknown"] = ended("unknown", desk.Success)
	if err := s.RunUpsert(t.Context(), want["unknown"]); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, byID()); diff != "" {
		t.Errorf("stored once its recorder spoke (-want +got):\n%s", diff)
	}
}
