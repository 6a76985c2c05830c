package store_test

import (
	"context"
	"errors"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/lineage"
	"macrowatch/internal/record/store"
)

// UUIDs, because another tool's table may have a column of that type.
const (
	contested = "11111111-1111-4111-8111-111111111111"
	ownRun    = "22222222-2222-4222-8222-222222222222"
)

// Two transactions, each for its own step, write a new run with the same ID at the same time. The second one has seen no
// such run, and waits for the first. It must be refused, and the first one's run must stay.
func TestARunThatAnotherStepWritesAtTheSameTimeIsNotReplaced(t *testing.T) {
	t.Parallel()
	ours := func(id string) desk.Run { return endedRun(id, "yahoo", desk.Failed) }
	unseen := func(ctx context.Context, s *store.Store) error {
		if _, there, err := s.RunLocked(ctx, contested); err != nil || there {
			return errors.Join(errors.New("the other transaction's run is there already"), err)
		}
		return nil
	}
	for name, write := range map[string]func(context.Context, *store.Store) error{
		"one run": func(ctx context.Context, s *store.Store) error {
			return errors.Join(unseen(ctx, s), s.RunUpsert(ctx, ours(contested)))
		},
		"one run among several": func(ctx context.Context, s *store.Store) error {
			return errors.Join(unseen(ctx, s), s.RunUpsert(ctx, ours("33333333-3333-4333-8333-333333333333"), ours(contested), ours(ownRun)))
		},
		"a run that only began": func(ctx context.Context, s *store.Store) error {
			return errors.Join(unseen(ctx, s), s.RunUpsert(ctx, desk.Run{ID: contested, Step: "yahoo", Status: desk.Running, StartedAt: at(6, 0, 0)}))
		},
		"a run that was interrupted": func(ctx context.Context, s *store.Store) error {
			return errors.Join(unseen(ctx, s), s.RunInterrupt(ctx, ours(contested)))
		},
		"a run that is made to fit": func(ctx context.Context, s *store.Store) error {
			return errors.Join(unseen(ctx, s), store.RunRecorder{Store: s}.RunUpsert(ctx, ours(contested)))
		},
		"an import": func(ctx context.Context, s *store.Store) error {
			_, err := s.RunImport(ctx, rowsOf(ours(contested)))
			return err
		},
		"an import that changes a stored run": func(ctx context.Context, s *store.Store) error { // and so goes through the stage
			_, err := s.RunImport(ctx, rowsOf(ours(ownRun), ours(contested)))
			return err
		},
		"an event of OpenLineage": func(ctx context.Context, s *store.Store) error {
			_, err := s.LineageRecord(ctx, []lineage.Event{{RunID: contested, Type: lineage.Complete, Time: at(6, 1, 0), Job: lineage.Job{Namespace: "desk", Name: "yahoo"}}}, lineage.Rules{})
			return err
		},
	} {
		for made, prepare := range map[string]func(*testing.T) *store.Store{"our table": func(t *testing.T) *store.Store { return newStore(t) }, "another tool's table": adopted} {
			t.Run(name+", "+made, func(t *testing.T) {
				t.Parallel()
				s := prepare(t)
				if err := s.RunUpsert(t.Context(), endedRun(ownRun, "yahoo", desk.Success)); err != nil {
					t.Fatal(err)
				}
				err := atTheSameTime(t, s, write)
				var outside *store.OutsideStepsError
				if !errors.As(err, &outside) || outside.Step != "fred" || outside.Run != contested {
					t.Errorf("the second transaction: %v", err)
				}
				got := texts(t, s, `SELECT run_id || ' ' || step_name || ' ' || status FROM pipeline_runs ORDER BY run_id`)
				if want := []string{contested + " fred SUCCESS", ownRun + " yahoo SUCCESS"}; len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
					t.Errorf("the runs are %q, want %q", got, want)
				}
			})
		}
	}
}

// atTheSameTime runs two transactions. The first writes the contested run of the step fred, and commits once the second, for
// the steps yahoo and b3, waits for it. It returns the error of the second.
func atTheSameTime(t *testing.T, s *store.Store, second func(context.Context, *store.Store) error) error {
	t.Helper()
	ended := make(chan error, 1)
	first := s.InTransaction(t.Context(), store.TransactionOptions{Steps: []string{"fred"}}, func(ctx context.Context, inner *store.Store) error {
		if err := inner.RunUpsert(ctx, endedRun(contested, "fred", desk.Success)); err != nil {
			return err
		}
		go func() {
			ended <- s.InTransaction(t.Context(), store.TransactionOptions{Steps: []string{"yahoo", "b3"}}, second)
		}()
		waitForSecond(t, s, ended)
		return nil
	})
	if first != nil {
		t.Fatal(first)
	}
	return <-ended
}

// waitForSecond returns once the second transaction waits for the first. The second must not end before.
func waitForSecond(t *testing.T, s *store.Store, ended <-chan error) {
	t.Helper()
	for texts(t, s, `SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)[0] == "0" {
		select {
		case err := <-ended:
			t.Fatalf("the second transaction did not wait for the first: %v", err)
		default:
		}
	}
}

// Writers of the same step may write the same new run at the same time, and a run may move among the steps of a token.
func TestARunThatTheSameStepWritesAtTheSameTimeIsReplaced(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(context.Context, *store.Store, desk.Run) error{
		"one run": func(ctx context.Context, s *store.Store, run desk.Run) error { return s.RunUpsert(ctx, run) },
		"an import": func(ctx context.Context, s *store.Store, run desk.Run) error {
			_, err := s.RunImport(ctx, rowsOf(run))
			return err
		},
	} {
		for _, steps := range [][]string{{"fred"}, {"b3", "fred"}, nil} {
			s, ended := newStore(t), make(chan error, 1)
			own := endedRun(contested, "fred", desk.Failed)
			if len(steps) != 1 {
				own.Step = "b3"
			}
			err := s.InTransaction(t.Context(), store.TransactionOptions{Steps: []string{"fred"}}, func(ctx context.Context, inner *store.Store) error {
				if err := inner.RunUpsert(ctx, endedRun(contested, "fred", desk.Success)); err != nil {
					return err
				}
				go func() {
					ended <- s.InTransaction(t.Context(), store.TransactionOptions{Steps: steps}, func(ctx context.Context, s *store.Store) error { return write(ctx, s, own) })
				}()
				waitForSecond(t, s, ended)
				return nil
			})
			if err = errors.Join(err, <-ended); err != nil {
				t.Fatalf("%s, %q: %v", name, steps, err)
			}
			if got := texts(t, s, `SELECT step_name || ' ' || status FROM pipeline_runs`); len(got) != 1 || got[0] != own.Step+" FAILED" {
				t.Errorf("%s, %q: the runs are %q", name, steps, got)
			}
		}
	}
}
