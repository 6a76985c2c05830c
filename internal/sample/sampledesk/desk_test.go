package sampledesk

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// local returns a moment on the desk's clock.
func local(y int, m time.Month, d, hour, minute int) time.Time {
	return time.Date(y, m, d, hour, minute, 0, 0, desk.BuiltInRules().Location())
}

// put writes runs into a table as the store does: a later row replaces an earlier one.
func put(table map[string]desk.Run, runs []desk.Run) {
	for _, r := range runs {
		table[r.ID] = r
	}
}

func TestTheSameSeedGivesTheSameRuns(t *testing.T) {
	t.Parallel()
	from, to := local(2025, 8, 1, 0, 0), local(2025, 10, 30, 15, 0)
	a, b := Desk{Seed: 7}.Runs(from, to), Desk{Seed: 7}.Runs(from.UTC(), to.UTC())
	if !slices.Equal(a, b) {
		t.Error("two calls gave different runs")
	}
	if slices.Equal(a, Desk{Seed: 8}.Runs(from, to)) {
		t.Error("another seed gave the same runs")
	}
}

func TestIDsDifferBetweenRunsAndBetweenDesks(t *testing.T) {
	t.Parallel()
	from, to := local(2025, 8, 1, 0, 0), local(2025, 10, 30, 0, 0)
	seen := map[string]bool{}
	for seed := range uint64(3) {
		for _, r := range (Desk{Seed: seed}).Runs(from, to) {
			if seen[r.ID] {
				t.Fatalf("run_id %s twice", r.ID)
			}
			seen[r.ID] = true
		}
	}
}

func TestHistoryWrittenInPiecesIsHistoryWrittenAtOnce(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	cutsWhileRunning := 0
	for seed := range uint64(60) {
		d := Desk{Seed: seed}
		from := local(2025, 9, 1, 0, 0).AddDate(0, 0, random.IntN(40)).Add(time.Duration(random.Int64N(int64(24 * time.Hour))))
		to := from.Add(time.Duration(random.Int64N(int64(20 * 24 * time.Hour))))
		whole, pieces := map[string]desk.Run{}, map[string]desk.Run{}
		put(whole, d.Runs(from, to))
		for at := from; at.Before(to); {
			next := at.Add(time.Duration(random.Int64N(int64(5 * 24 * time.Hour))))
			if random.IntN(2) == 0 { // cut in the middle of the pipeline
				date := civil(next)
				next = local(date.Year(), date.Month(), date.Day(), 6, 0).Add(time.Duration(random.Int64N(int64(12 * time.Minute))))
			}
			if !next.After(at) {
				next = at.Add(time.Minute)
			}
			next = earlier(next, to)
			piece := d.Runs(at, next)
			if slices.ContainsFunc(piece, func(r desk.Run) bool { return r.Status == desk.Running }) {
				cutsWhileRunning++
			}
			put(pieces, piece)
			at = next
		}
		if !maps.Equal(whole, pieces) {
			t.Fatalf("seed %d, %s to %s: %d runs at once, %d in pieces, or some differ", seed, from, to, len(whole), len(pieces))
		}
	}
	if cutsWhileRunning < 20 {
		t.Errorf("only %d cuts met a running step: the test shows little", cutsWhileRunning)
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func TestACutAtEveryEventKeepsTheHistory(t *testing.T) {
	t.Parallel()
	d := Desk{Seed: 3}
	from, to := local(2025, 10, 6, 0, 0), local(2025, 10, 8, 0, 0)
	whole := map[string]desk.Run{}
	all := d.Runs(from, to)
	put(whole, all)
	for _, r := range all {
		for _, cut := range []time.Time{r.StartedAt, r.StartedAt.Add(1), r.FinishedAt, r.FinishedAt.Add(1)} {
			pieces := map[string]desk.Run{}
			put(pieces, d.Runs(from, cut))
			put(pieces, d.Runs(cut, to))
			if !maps.Equal(whole, pieces) {
				t.Fatalf("cut at %s: the pieces are not the whole", cut)
			}
		}
	}
}

func TestARunInProgressIsRunningWithoutAnEnd(t *testing.T) {
	t.Parallel()
	for _, r := range (Desk{}).Runs(local(2025, 10, 8, 0, 0), local(2025, 10, 8, 6, 0).Add(time.Second)) {
		want := desk.Run{ID: r.ID, Step: r.Step, Status: desk.Running, StartedAt: local(2025, 10, 8, 6, 0).UTC()}
		if r != want {
			t.Errorf("one second after the start: %+v, want %+v", r, want)
		}
	}
}

func TestARunThatEndsAtTheCutIsStillRunning(t *testing.T) {
	t.Parallel()
	d, from := Desk{}, local(2025, 10, 8, 0, 0)
	for _, whole := range d.Runs(from, from.AddDate(0, 0, 1)) {
		at := func(to time.Time) desk.Run {
			table := map[string]desk.Run{}
			put(table, d.Runs(from, to))
			return table[whole.ID]
		}
		if got := at(whole.FinishedAt); got.Status != desk.Running {
			t.Errorf("%s is %s in the history until the moment of its end", whole.Step, got.Status)
		}
		if got := at(whole.FinishedAt.Add(1)); got != whole {
			t.Errorf("%s just after its end: %+v, want %+v", whole.Step, got, whole)
		}
	}
}

func TestAnEmptyOrReversedRangeHasNoRuns(t *testing.T) {
	t.Parallel()
	at := local(2025, 10, 8, 6, 0)
	if got := (Desk{}).Runs(at, at); len(got) > 0 {
		t.Errorf("an empty range has %d runs", len(got))
	}
	if got := (Desk{}).Runs(at.Add(time.Hour), at); len(got) > 0 {
		t.Errorf("a reversed range has %d runs", len(got))
	}
}

func TestAny24HoursHoldAStart(t *testing.T) {
	t.Parallel()
	// Both changes of summer time lie in these weeks of 2018; the days of 2025 are the ordinary case.
	for _, first := range []time.Time{
		local(2018, 2, 12, 0, 0), local(2018, 10, 29, 0, 0), local(2025, 11, 3, 0, 0), local(2025, 12, 22, 0, 0),
	} {
		for at := first; at.Before(first.AddDate(0, 0, 14)); at = at.Add(30 * time.Minute) {
			from := at.Add(-24 * time.Hour)
			runs := Desk{Seed: 5}.Runs(from, at)
			if !slices.ContainsFunc(runs, func(r desk.Run) bool { return !r.StartedAt.Before(from) }) {
				t.Errorf("nothing started in the 24 h before %s", at)
			}
		}
	}
}
