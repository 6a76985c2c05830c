package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

func endedRun(id, step string, status desk.Status) desk.Run {
	return desk.Run{ID: id, Step: step, Status: status, StartedAt: at(6, 0, 0), FinishedAt: at(6, 1, 0), DurationSeconds: 60}
}

var errBroken = errors.New("broken")

func TestATransactionLeavesAllOrNothing(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	request := store.Request{Token: "t", Key: "k", Digest: []byte("d")}
	write := func(fails error) error {
		return s.InTransaction(t.Context(), store.TransactionOptions{}, func(ctx context.Context, s *store.Store) error {
			if _, known, err := s.RequestBegin(ctx, request, at(9, 0, 0)); err != nil || known {
				return errors.Join(errors.New("known already"), err)
			}
			if _, err := s.RunImport(ctx, rowsOf(endedRun("1", "fred", desk.Success))); err != nil {
				return err
			}
			if err := s.RequestEnd(ctx, request, store.Answered{Status: 200, Body: "{}"}); err != nil {
				return err
			}
			return fails
		})
	}
	if err := write(errBroken); !errors.Is(err, errBroken) {
		t.Fatal(err)
	}
	if runs, requests := count(t, s, "pipeline_runs"), count(t, s, "macrowatch_requests"); runs+requests != 0 {
		t.Errorf("%d runs and %d requests are left", runs, requests)
	}
	if err := write(nil); err != nil {
		t.Fatal(err)
	}
	if runs, requests := count(t, s, "pipeline_runs"), count(t, s, "macrowatch_requests"); runs != 1 || requests != 1 {
		t.Errorf("%d runs and %d requests", runs, requests)
	}
}

func TestARequestIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	request := store.Request{Token: "t", Key: "k", Digest: []byte("d")}
	ask := func(r store.Request, now time.Time) (answer store.Answered, known bool, err error) {
		err = s.InTransaction(t.Context(), store.TransactionOptions{}, func(ctx context.Context, s *store.Store) error {
			if answer, known, err = s.RequestBegin(ctx, r, now); err != nil || known {
				return err
			}
			return s.RequestEnd(ctx, r, store.Answered{Status: 201, Body: "first"})
		})
		return answer, known, err
	}
	for _, c := range []struct {
		what    string
		request store.Request
		now     time.Time
		known   bool
		err     error
	}{
		{"the first time", request, at(9, 0, 0), false, nil},
		{"again", request, at(10, 0, 0), true, nil},
		{"with another body", store.Request{Token: "t", Key: "k", Digest: []byte("e")}, at(10, 0, 0), false, store.ErrOtherRequest},
		{"with another token", store.Request{Token: "u", Key: "k", Digest: []byte("e")}, at(10, 0, 0), false, nil},
		{"just before it is forgotten", request, at(9, 0, 0).Add(24 * time.Hour), true, nil},
		{"after it is forgotten", request, at(9, 0, 1).Add(24 * time.Hour), false, nil},
	} {
		answer, known, err := ask(c.request, c.now)
		if known != c.known || !errors.Is(err, c.err) || known && answer != (store.Answered{Status: 201, Body: "first"}) {
			t.Errorf("%s: %+v, known %v, %v", c.what, answer, known, err)
		}
	}
}

func TestRunsOfOtherStepsAreRefused(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	if err := s.RunUpsert(t.Context(), endedRun("theirs", "yahoo", desk.Success)); err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(context.Context, *store.Store) error{
		"a new run of another step": func(ctx context.Context, s *store.Store) error {
			_, err := s.RunImport(ctx, rowsOf(endedRun("1", "fred", desk.Success), endedRun("2", "yahoo", desk.Success)))
			return err
		},
		"another step's run under the allowed step": func(ctx context.Context, s *store.Store) error {
			_, err := s.RunImport(ctx, rowsOf(endedRun("1", "fred", desk.Success), endedRun("theirs", "fred", desk.Failed)))
			return err
		},
		"one run of another step": func(ctx context.Context, s *store.Store) error {
			return s.RunUpsert(ctx, endedRun("3", "yahoo", desk.Success))
		},
		"a look at another step's run": func(ctx context.Context, s *store.Store) error {
			_, _, err := s.RunLocked(ctx, "theirs")
			return err
		},
	} {
		err := s.InTransaction(t.Context(), store.TransactionOptions{Steps: []string{"fred"}}, write)
		var outside *store.OutsideStepsError
		if !errors.As(err, &outside) || outside.Step != "yahoo" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := count(t, s, "pipeline_runs"); n != 1 {
		t.Errorf("there are %d runs", n)
	}
	if stored := texts(t, s, `SELECT step_name || ' ' || status FROM pipeline_runs`); stored[0] != "yahoo SUCCESS" {
		t.Errorf("the other step's run is now %s", stored)
	}
}
