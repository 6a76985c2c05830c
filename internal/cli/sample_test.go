package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"macrowatch/internal/sample/samplerecord"
)

func TestAClockBeforeTheEndOfTheRecordIsSaidAsSuch(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "said")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	s := sample{app: &app{Streams: Streams{Err: out}}}
	s.printSummary(samplerecord.Summary{Source: samplerecord.Simulated,
		From: time.Date(2026, time.August, 21, 0, 0, 0, 0, time.UTC), To: time.Date(2008, time.October, 27, 0, 0, 0, 0, time.UTC)}, time.Second)
	said, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Sample desk on simulated prices: its record goes up to 2026-08-21 already, beyond 2008-10-27.\n"; string(said) != want {
		t.Errorf("%q, want %q", said, want)
	}
}
