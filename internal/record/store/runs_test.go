package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

func running(id string) desk.Run {
	return desk.Run{ID: id, Step: "fred", Status: desk.Running, StartedAt: at(6, 0, 0)}
}

func ended(id string, status desk.Status) desk.Run {
	r := desk.Run{ID: id, Step: "fred", Status: status, StartedAt: at(6, 0, 0), FinishedAt: at(6, 0, 42), DurationSeconds: 42.5}
	if status == desk.Failed {
		r.ErrorMessage = "HTTP 503 from upstream"
	}
	return r
}

// orders returns all orders of a list.
func orders[T any](list []T) [][]T {
	if len(list) == 0 {
		return [][]T{nil}
	}
	var all [][]T
	for i := range list {
		rest := slices.Concat(list[:i], list[i+1:])
		for _, order := range orders(rest) {
			all = append(all, append([]T{list[i]}, order...))
		}
	}
	return all
}

func TestTheEndOfARunWinsInWhateverOrderItsRowsArrive(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	wayIn := map[string]func(rows []desk.Run) error{
		"one by one": func(rows []desk.Run) error {
			for _, r := range rows {
				if err := s.RunUpsert(t.Context(), r); err != nil {
					return err
				}
			}
			return nil
		},
		"together": func(rows []desk.Run) error { return s.RunUpsert(t.Context(), rows...) },
		"imported": func(rows []desk.Run) error { _, err := s.RunImport(t.Context(), rowsOf(rows...)); return err },
		"imported one by one": func(rows []desk.Run) error {
			for _, r := range rows {
				if _, err := s.RunImport(t.Context(), rowsOf(r)); err != nil {
					return err
				}
			}
			return nil
		},
	}
	n := 0
	for name, write := range wayIn {
		t.Run(name, func(t *testing.T) {
			for _, status := range []desk.Status{desk.Success, desk.Failed} {
				statuses := []desk.Status{desk.Running, desk.Running, status, status}
				for _, order := range orders(statuses) {
					n++
					id := fmt.Sprintf("run %d", n)
					rows := make([]desk.Run, len(order))
					for i, st := range order {
						if rows[i] = ended(id, st); st == desk.Running {
							rows[i] = running(id)
						}
					}
					if err := write(rows); err != nil {
						t.Fatalf("%s, %v: %v", name, order, err)
					}
					if got := stored(t, s, id); got != ended(id, status) {
						t.Fatalf("%s, %v: stored %+v", name, order, got)
					}
				}
			}
		})
	}
	if rows := count(t, s, "pipeline_runs"); rows != n {
		t.Errorf("%d rows of %d runs", rows, n)
	}
}

// latest returns the run of a step that started last, and whether there is one.
func latest(t *testing.T, s *store.Store, step string) (last desk.Run, found bool) {
	t.Helper()
	runs, err := s.RunsBetween(t.Context(), at(0, 0, 0), at(24, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		if r.Step == step {
			last, found = r, true
		}
	}
	return last, found
}

// stored returns one run as it is in the table.
func stored(t *testing.T, s *store.Store, id string) desk.Run {
	t.Helper()
	runs, err := s.RunsBetween(t.Context(), at(0, 0, 0), at(23, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(runs, func(r desk.Run) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("run %s is not there", id)
	}
	return runs[i]
}

func TestWritingRunsAgainTouchesNoRow(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	runs := []desk.Run{running("a"), ended("b", desk.Success), ended("c", desk.Failed)}
	version := func() (text string) {
		err := s.Pool().QueryRow(t.Context(), "SELECT string_agg(xmin::text || ctid::text, ' ' ORDER BY run_id) FROM pipeline_runs").Scan(&text)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if err := s.RunUpsert(t.Context(), runs...); err != nil {
		t.Fatal(err)
	}
	before := version()
	if err := s.RunUpsert(t.Context(), append(runs, running("b"))...); err != nil {
		t.Fatal(err)
	}
	counts, err := s.RunImport(t.Context(), rowsOf(runs...))
	if err != nil || counts != (desk.Counts{Unchanged: 3}) {
		t.Errorf("imported again: %+v, %v", counts, err)
	}
	if after := version(); after != before {
		t.Errorf("rows were written again: %s, before %s", after, before)
	}
}

func TestContradictoryRowsOfOneRunAreRefusedWithBothPlaces(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	other := ended("a", desk.Success)
	other.DurationSeconds = 1
	later := running("a")
	later.StartedAt = at(7, 0, 0)
	for name, rows := range map[string][]desk.Run{
		"two ends":   {ended("b", desk.Success), ended("a", desk.Success), running("a"), other},
		"two starts": {ended("b", desk.Success), running("a"), ended("a", desk.Success), later},
	} {
		t.Run(name, func(t *testing.T) {
			var bad *desk.BadRowsError
			if err := s.RunUpsert(t.Context(), rows...); !errors.As(err, &bad) || len(bad.Rows) != 1 ||
				bad.Rows[0].Line != 4 || bad.Rows[0].Value != "a" {
				t.Errorf("%s: %v", name, err)
			}
			_, err := s.RunImport(t.Context(), rowsOf(rows...))
			if !errors.As(err, &bad) || len(bad.Rows) != 1 || bad.Rows[0].Line != 40 || !strings.Contains(bad.Rows[0].Problem, "line 20") {
				t.Errorf("%s, imported: %v", name, err)
			}
		})
	}
	if n := count(t, s, "pipeline_runs"); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}

func TestManyRunsAreWrittenAllOrNone(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var runs []desk.Run
	for i := range 12_001 {
		runs = append(runs, ended(fmt.Sprint(i), desk.Success))
	}
	tooLong := ended("x", desk.Failed)
	tooLong.ErrorMessage = "a\x00b" // PostgreSQL takes no NUL
	if err := s.RunUpsert(t.Context(), append(runs, tooLong)...); err == nil {
		t.Error("a NUL was taken")
	}
	if n := count(t, s, "pipeline_runs"); n != 0 {
		t.Errorf("%d rows of a refused list", n)
	}
	if err := s.RunUpsert(t.Context(), runs...); err != nil {
		t.Error(err)
	}
	if n := count(t, s, "pipeline_runs"); n != len(runs) {
		t.Errorf("%d rows, want %d", n, len(runs))
	}
}

func TestRunsOfAStretchOfTimeComeInTheirOrder(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	early, late, other := ended("early", desk.Failed), running("late"), running("other")
	late.StartedAt, other.StartedAt, other.Step = at(7, 0, 0), at(8, 0, 0), "yahoo"
	if err := s.RunUpsert(t.Context(), late, early, other); err != nil {
		t.Fatal(err)
	}
	runs, err := s.RunsBetween(t.Context(), at(6, 0, 0), at(8, 0, 0))
	if err != nil || !slices.Equal(runs, []desk.Run{early, late}) {
		t.Errorf("from 6 to before 8: %+v, %v", runs, err)
	}
}

func TestTimesAreKeptToTheMicrosecond(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	r := ended("a", desk.Success)
	r.StartedAt = time.Date(2026, 3, 2, 3, 0, 0, 123456789, time.FixedZone("", -3*3600))
	if err := s.RunUpsert(t.Context(), r, r); err != nil {
		t.Fatal(err)
	}
	if got := stored(t, s, "a").StartedAt; !got.Equal(r.StartedAt.Truncate(time.Microsecond)) {
		t.Errorf("stored %v", got)
	}
}
