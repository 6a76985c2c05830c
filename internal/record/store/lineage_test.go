package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/lineage"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/testenv"
	"macrowatch/internal/testkit/testfiles"
)

// record records events in one transaction.
func record(t *testing.T, s *store.Store, rules lineage.Rules, steps []string, events ...lineage.Event) (done store.LineageRecorded, err error) {
	t.Helper()
	err = s.InTransaction(t.Context(), store.TransactionOptions{Steps: steps}, func(ctx context.Context, s *store.Store) (err error) {
		done, err = s.LineageRecord(ctx, events, rules)
		return err
	})
	return done, err
}

func mustRecord(t *testing.T, s *store.Store, events ...lineage.Event) store.LineageRecorded {
	t.Helper()
	done, err := record(t, s, lineage.Rules{}, nil, events...)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// realEvents reads a file of testdata.
func realEvents(t *testing.T, name string) (events []lineage.Event) {
	t.Helper()
	err := lineage.Read(strings.NewReader(string(testfiles.Read(t, "openlineage/events/"+name))), 0, func(place int64, e lineage.Event, faults []lineage.Fault) {
		if len(faults) > 0 {
			t.Errorf("%s: event %d: %v", name, place, faults)
		}
		events = append(events, e)
	})
	if err != nil || len(events) == 0 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	return events
}

// rowTexts returns the rows of both tables as text, in order.
func rowTexts(t *testing.T, s *store.Store) []string {
	t.Helper()
	return append(texts(t, s, `SELECT r::text FROM pipeline_runs r ORDER BY run_id`), texts(t, s, `SELECT l::text FROM lineage_runs l ORDER BY run_id`)...)
}

// compareWith compares the stored runs with those that a preview has of the same events.
func compareWith(t *testing.T, s *store.Store, events []lineage.Event) {
	t.Helper()
	p := lineage.NewPreview(lineage.Rules{}, nil)
	for _, e := range events {
		p.Add(e)
	}
	want := p.Runs()
	got, err := s.RunsBetween(t.Context(), time.Unix(0, 0), time.Unix(1<<33, 0))
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d runs, want %d, %v", len(got), len(want), err)
	}
	byID := map[string]desk.Run{}
	for _, run := range got {
		byID[run.ID] = run
	}
	for _, run := range want {
		if byID[run.ID] != run.Run {
			t.Errorf("\n got %+v\nwant %+v", byID[run.ID], run.Run)
		}
	}
}

// The rows do not depend on the order of the events, nor on how they are spread over requests.
func TestTheRowsOfARealRunAreTheSameInEveryOrderOfItsEvents(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	runs := 0
	for _, name := range []string{"spark_dataproc_bigquery_shakespeare.jsonl", "datarentgen_spark.jsonl", "datarentgen_unknown.jsonl"} {
		byRun := map[string][]lineage.Event{}
		for _, e := range realEvents(t, name) {
			byRun[e.RunID] = append(byRun[e.RunID], e)
		}
		for id, events := range byRun {
			if len(events) < 3 {
				continue
			}
			runs++
			var want []string
			for seed := range uint64(testenv.Scaled(40, 400)) {
				run(t, s.Pool(), "DELETE FROM pipeline_runs; DELETE FROM lineage_runs; DELETE FROM lineage_jobs")
				random := rand.New(rand.NewPCG(seed, 3))
				again := slices.Concat(events, events[:random.IntN(len(events))])
				if seed > 0 {
					random.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
				}
				for len(again) > 0 {
					n := 1 + random.IntN(len(again))
					mustRecord(t, s, again[:n]...)
					again = again[n:]
				}
				if seed == 0 {
					want = rowTexts(t, s)
					compareWith(t, s, events)
				} else if got := rowTexts(t, s); !slices.Equal(got, want) {
					t.Fatalf("%s, run %s, seed %d:\n got %q\nwant %q", name, id, seed, got, want)
				}
			}
		}
	}
	if runs != 4 {
		t.Errorf("%d runs have three events or more, want 4", runs)
	}
}

// Many senders send the events of many runs at once, each event twice. Two namespaces have jobs of the same names.
func TestEventsThatArriveAtOnceGiveTheRunsThatTheyGiveOneByOne(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var events []lineage.Event
	for i := range 60 {
		start := lineage.Event{About: lineage.AboutRun, Type: lineage.Start, Time: at(6, i%10, 0), RunID: fmt.Sprintf("%036d", i),
			Job: lineage.Job{Namespace: fmt.Sprintf("ns%d", i%3), Name: fmt.Sprintf("job%d", i%7)}}
		end := start
		end.Type, end.Time = []lineage.Type{lineage.Complete, lineage.Fail, lineage.Abort, lineage.Running}[i%4], at(7, i%10, 0)
		events = append(events, start, end, start, end)
	}
	random := rand.New(rand.NewPCG(7, 7))
	random.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	var senders sync.WaitGroup
	for part := range slices.Chunk(events, 30) {
		senders.Go(func() {
			for some := range slices.Chunk(part, 3) {
				if _, err := record(t, s, lineage.Rules{}, nil, some...); err != nil {
					t.Error(err)
				}
			}
		})
	}
	senders.Wait()
	compareWith(t, s, events)
}

func lineageEvent(kind lineage.Type, id, namespace, job string, when time.Time) lineage.Event {
	return lineage.Event{About: lineage.AboutRun, Type: kind, Time: when, RunID: id, Job: lineage.Job{Namespace: namespace, Name: job}}
}

func stepsOf(t *testing.T, s *store.Store) string {
	t.Helper()
	return strings.Join(texts(t, s, `SELECT run_id || ' ' || step_name FROM pipeline_runs ORDER BY run_id`), ", ")
}

func TestASecondNamespaceRenamesTheRunsOfTheFirst(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	rules, err := lineage.ReadRules("rules.yaml", []byte("rules: [{namespace: prod, job: fred, step: fred}]"))
	if err != nil {
		t.Fatal(err)
	}
	take := func(want string, renamed int64, events ...lineage.Event) {
		t.Helper()
		done, err := record(t, s, rules, nil, events...)
		if err != nil {
			t.Fatal(err)
		}
		if got := stepsOf(t, s); got != want || done.Renamed != renamed {
			t.Errorf("%s, %d renamed; want %s, %d", got, done.Renamed, want, renamed)
		}
	}
	take("1 load, 2 load", 0, lineageEvent(lineage.Complete, "1", "a", "load", at(6, 0, 0)), lineageEvent(lineage.Start, "2", "a", "load", at(6, 0, 0)))
	take("1 a/load, 2 a/load, 3 b/load", 2, lineageEvent(lineage.Start, "3", "b", "load", at(6, 0, 0)))
	take("1 a/load, 2 a/load, 3 b/load, 4 c/load", 0, lineageEvent(lineage.Start, "4", "c", "load", at(6, 0, 0)))
	take("1 a/load, 2 a/load, 3 b/load, 4 c/load", 0, lineageEvent(lineage.Complete, "2", "a", "load", at(7, 0, 0)))
	if _, err := s.Pool().Exec(t.Context(), "TRUNCATE pipeline_runs"); err != nil {
		t.Fatal(err)
	}
	// A step that a rule has given is never changed, and does not count as sharing a name.
	take("5 fred", 0, lineageEvent(lineage.Complete, "5", "prod", "fred", at(6, 0, 0)))
	take("5 fred, 6 fred", 0, lineageEvent(lineage.Complete, "6", "dev", "fred", at(6, 0, 0)))
	take("5 fred, 6 dev/fred, 7 test/fred", 1, lineageEvent(lineage.Complete, "7", "test", "fred", at(6, 0, 0)))
}

func TestATokenForSomeStepsWritesAndRenamesNoOthers(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	mustRecord(t, s, lineageEvent(lineage.Start, "1", "a", "load", at(6, 0, 0)))
	before := rowTexts(t, s)
	for name, c := range map[string]struct {
		steps []string
		event lineage.Event
	}{
		"another step":              {[]string{"fred"}, lineageEvent(lineage.Start, "2", "a", "other", at(6, 0, 0))},
		"a run of another step":     {[]string{"fred"}, lineageEvent(lineage.Complete, "1", "a", "fred", at(7, 0, 0))},
		"a name that becomes taken": {[]string{"b/load"}, lineageEvent(lineage.Start, "3", "b", "load", at(6, 0, 0))},
	} {
		var outside *store.OutsideStepsError
		if _, err := record(t, s, lineage.Rules{}, c.steps, c.event); !errors.As(err, &outside) {
			t.Errorf("%s: %v, want an OutsideStepsError", name, err)
		}
		if got := rowTexts(t, s); !slices.Equal(got, before) {
			t.Errorf("%s has changed the rows to %q", name, got)
		}
	}
	if _, err := record(t, s, lineage.Rules{}, []string{"load"}, lineageEvent(lineage.Complete, "1", "a", "load", at(7, 0, 0))); err != nil {
		t.Error(err)
	}
}

func TestWhatOtherEventsSayIsKeptUntilTheRunBegins(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	early := lineageEvent(lineage.Other, "1", "a", "load", at(5, 0, 0))
	rows := int64(12)
	early.Rows, early.Error = &rows, "password=hunter2 was refused"
	early.Parent, early.Root = &lineage.Link{RunID: "p", Job: lineage.Job{Namespace: "a", Name: "dag"}}, &lineage.Link{RunID: "q", Job: lineage.Job{Namespace: "a", Name: "top"}}
	early.NominalStart = at(4, 0, 0)
	if done := mustRecord(t, s, early); done != (store.LineageRecorded{Runs: 1}) || count(t, s, "pipeline_runs") != 0 {
		t.Errorf("OTHER alone: %+v", done)
	}
	if done := mustRecord(t, s, lineageEvent(lineage.Fail, "1", "a", "load", at(6, 0, 0)), early); done.Inserted != 1 {
		t.Errorf("FAIL: %+v", done)
	}
	if done := mustRecord(t, s, early); done.Unchanged != 1 {
		t.Errorf("again: %+v", done)
	}
	const want = "(1,load,FAILED,\"2026-03-02 05:00:00+00\",\"2026-03-02 06:00:00+00\",3600,\"password=*** was refused\")"
	if got := rowTexts(t, s)[0]; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	kept := texts(t, s, `SELECT concat_ws(' ', rows_written, parent_run_id, parent_name, root_run_id, root_name, nominal_start_at, error_message) FROM lineage_runs`)
	if kept[0] != "12 p dag q top 2026-03-02 04:00:00+00 password=*** was refused" {
		t.Error(kept)
	}
}

// A table of another tool may have short columns, and a type of its own for the ID.
func TestRunsOfEventsFitIntoATableOfAnotherTool(t *testing.T) {
	t.Parallel()
	s := adopted(t)
	const id = "41fb5137-f0fd-4ee5-ba5c-56f8571d1bd7"
	end := lineageEvent(lineage.Fail, id, "namespace", "a job with a name that is long", at(7, 0, 0))
	end.Error = strings.Repeat("no space ", 100)
	mustRecord(t, s, lineageEvent(lineage.Start, id, "namespace", "a job with a name that is long", at(6, 0, 0)))
	mustRecord(t, s, end, lineageEvent(lineage.Complete, "51fb5137-f0fd-4ee5-ba5c-56f8571d1bd7", "n1", "load", at(6, 0, 0)))
	mustRecord(t, s, lineageEvent(lineage.Complete, "61fb5137-f0fd-4ee5-ba5c-56f8571d1bd7", "n2", "load", at(6, 0, 0)))
	got := texts(t, s, `SELECT concat_ws(' ', step_name, status, duration_seconds, length(error_message)) FROM pipeline_runs WHERE step_name LIKE 'a job%' OR step_name LIKE '%load' ORDER BY run_id`)
	if want := []string{"a job with a na[...] FAILED 3600.000 199", "n1/load SUCCESS 0.000", "n2/load SUCCESS 0.000"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
