package doctor_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/doctor"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// A summary that says something else than its rows is a problem of its table alone, until all are made anew.
func TestAFalsifiedSummaryIsFound(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	s, err := store.Open(t.Context(), address, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	exec(t, address, `INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity) VALUES ('2026-03-02 21:00Z', 'CASH', 'CASH', 0, 100)`)
	if err := s.SettleSummaries(t.Context()); err != nil {
		t.Fatal(err)
	}
	look := func() (runs, snapshots doctor.Finding) {
		found := examine(t, address, time.Now)
		return finding(t, found, "summaries of runs"), finding(t, found, "summaries of snapshots")
	}
	if runs, snapshots := look(); runs.Severity != doctor.OK || snapshots.Severity != doctor.OK {
		t.Errorf("%+v, %+v", runs, snapshots)
	}
	exec(t, address, "UPDATE nav_summaries SET highest_nav = 200 WHERE width_seconds = 3600")
	// The summary of the day agrees with its rows, but no longer with its hour.
	if runs, snapshots := look(); runs.Severity != doctor.OK || snapshots.Severity != doctor.Problem || !strings.Contains(snapshots.Text, "2 differ from the snapshots") {
		t.Errorf("%+v, %+v", runs, snapshots)
	}
	if _, _, err := s.RebuildSummaries(t.Context()); err != nil {
		t.Fatal(err)
	}
	if runs, snapshots := look(); runs.Severity != doctor.OK || snapshots.Severity != doctor.OK {
		t.Errorf("%+v, %+v", runs, snapshots)
	}
	exec(t, address, "INSERT INTO signal_flips VALUES ('FX_1', 'USDBRL', '2026-03-02 21:00Z')")
	if signals := finding(t, examine(t, address, time.Now), "summaries of signals"); signals.Severity != doctor.Problem || !strings.Contains(signals.Text, "1 differ from the signals") {
		t.Errorf("%+v", signals)
	}
	exec(t, address, "UPDATE allocation_summaries SET gross = '{1}' WHERE width_seconds = 0")
	// That of the snapshot differs from its rows, and those of the stretches differ from it.
	if allocations := finding(t, examine(t, address, time.Now), "summaries of allocations"); allocations.Severity != doctor.Problem || !strings.Contains(allocations.Text, "3 differ from the allocations") {
		t.Errorf("%+v", allocations)
	}
	exec(t, address, "ALTER TABLE portfolio_state DISABLE TRIGGER book_summaries_removed")
	if runs, snapshots := look(); runs.Severity != doctor.OK || snapshots.Severity != doctor.Warning {
		t.Errorf("%+v, %+v", runs, snapshots)
	}
}
