package lineage_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/lineage"
	"macrowatch/internal/testkit/testfiles"
)

// eventFiles returns the texts of all files with real events.
func eventFiles(t testing.TB) map[string]string {
	t.Helper()
	folder := testfiles.Path(t, "openlineage/events")
	names, err := os.ReadDir(folder)
	if err != nil || len(names) < 10 {
		t.Fatalf("%d files with events, %v", len(names), err)
	}
	texts := map[string]string{}
	for _, name := range names {
		unpacked := strings.TrimSuffix(name.Name(), ".gz")
		texts[unpacked] = string(testfiles.Read(t, filepath.Join("openlineage/events", unpacked)))
	}
	return texts
}

// read reads events that must have no fault.
func read(t testing.TB, text string) (events []lineage.Event) {
	t.Helper()
	err := lineage.Read(strings.NewReader(text), 0, func(place int64, e lineage.Event, faults []lineage.Fault) {
		if len(faults) > 0 {
			t.Errorf("event %d: %v", place, faults)
		}
		events = append(events, e)
	})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// saidEvent is an event as these tests read it, by other means than the package.
type saidEvent struct {
	EventType, EventTime string
	Run                  struct {
		RunID  string
		Facets struct {
			ErrorMessage *struct{ Message string }
			Parent       *struct{ Run struct{ RunID string } }
		}
	}
	Job struct{ Namespace, Name string }
}

// said returns what the events of a file say about each run, in the order in which they stand there: every file has its
// events in the order of their times.
func said(t testing.TB, text string) map[string]desk.Run {
	t.Helper()
	runs := map[string]desk.Run{}
	for line := range strings.Lines(text) {
		var e saidEvent
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339Nano, e.EventTime)
		if err != nil {
			t.Fatal(err)
		}
		run, known := runs[e.Run.RunID]
		if !known {
			run = desk.Run{ID: e.Run.RunID, StartedAt: at.UTC(), Status: desk.Running}
		}
		run.Step = e.Job.Name
		switch e.EventType {
		case "COMPLETE":
			run.Status = desk.Success
		case "FAIL":
			run.Status, run.ErrorMessage = desk.Failed, strings.TrimSpace(e.Run.Facets.ErrorMessage.Message)
		}
		if run.Status != desk.Running {
			run.FinishedAt = at.UTC()
			run.DurationSeconds = run.FinishedAt.Sub(run.StartedAt).Seconds()
		}
		runs[e.Run.RunID] = run
	}
	return runs
}

func TestRealEventsBecomeTheRunsThatTheyTellOf(t *testing.T) {
	t.Parallel()
	total := 0
	for name, text := range eventFiles(t) {
		p := lineage.NewPreview(lineage.Rules{}, nil)
		for _, e := range read(t, text) {
			p.Add(e)
		}
		want := said(t, text)
		got := p.Runs()
		if len(got) != len(want) {
			t.Errorf("%s: %d runs, want %d", name, len(got), len(want))
		}
		for _, run := range got {
			if run.Run != want[run.ID] {
				t.Errorf("%s:\n got %+v\nwant %+v", name, run.Run, want[run.ID])
			}
		}
		total += len(got)
	}
	if total != 126 {
		t.Errorf("%d runs in all files, want the 126 of their description", total)
	}
}

// permutations calls visit with every order of n things.
func permutations(n int, visit func([]int)) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	var swap func(int)
	swap = func(k int) {
		if k == n {
			visit(order)
			return
		}
		for i := k; i < n; i++ {
			order[k], order[i] = order[i], order[k]
			swap(k + 1)
			order[k], order[i] = order[i], order[k]
		}
	}
	swap(0)
}

func TestEveryOrderOfARunsEventsGivesTheSameFacts(t *testing.T) {
	t.Parallel()
	orders, runs := 0, 0
	for name, text := range eventFiles(t) {
		byRun := map[string][]lineage.Event{}
		for _, e := range read(t, text) {
			byRun[e.RunID] = append(byRun[e.RunID], e)
		}
		for _, events := range byRun {
			if len(events) < 3 {
				continue
			}
			runs++
			want := merged(events)
			permutations(len(events), func(order []int) {
				var again []lineage.Event
				for i, of := range order {
					again = append(again, events[of], events[order[i/2]]) // repeats one that came before
				}
				orders++
				if got := merged(again); !same(got, want) {
					t.Fatalf("%s, order %v:\n got %+v\nwant %+v", name, order, got, want)
				}
			})
		}
	}
	if runs < 4 || orders < 250 {
		t.Errorf("%d orders of %d runs were tried", orders, runs)
	}
}

func merged(events []lineage.Event) lineage.Facts {
	facts := lineage.FactsOf(events[0], nil)
	for _, e := range events[1:] {
		facts = lineage.Merge(facts, lineage.FactsOf(e, nil))
	}
	return facts
}

// same compares facts by what they say.
func same(a, b lineage.Facts) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// madeUp makes events of one run that contradict each other in every way, at few different times.
func madeUp(random *rand.Rand) lineage.Event {
	pick := func(n int) int { return random.IntN(n) }
	e := lineage.Event{About: lineage.AboutRun, RunID: "r", Type: lineage.Type(lineage.Types()[pick(6)]),
		Time: time.Date(2026, 3, 2, 6, pick(3), 0, 0, time.UTC),
		Job:  lineage.Job{Namespace: []string{"a", "b"}[pick(2)], Name: []string{"x", "y"}[pick(2)]}}
	if pick(2) == 0 {
		e.Error = []string{"one", "two"}[pick(2)]
	}
	if pick(2) == 0 {
		e.Parent = &lineage.Link{RunID: []string{"p", "q"}[pick(2)]}
		if pick(2) == 0 {
			e.Root = &lineage.Link{RunID: []string{"p", "q"}[pick(2)]}
		}
	}
	if pick(2) == 0 {
		rows := int64(pick(3))
		e.Rows = &rows
	}
	if pick(2) == 0 {
		e.NominalStart = time.Date(2026, 3, 1+pick(2), 0, 0, 0, 0, time.UTC)
	}
	return e
}

func TestContradictingEventsGiveTheSameFactsInEveryOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 12))
		var events []lineage.Event
		for range 2 + random.IntN(5) {
			events = append(events, madeUp(random))
		}
		want := merged(events)
		run, there := want.Run("step")
		if err := run.Validate(); there && err != nil {
			t.Fatalf("seed %d: %v: %+v", seed, err, run)
		}
		for range 20 {
			again := slices.Concat(events, events[:random.IntN(len(events))])
			random.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
			if got := merged(again); !same(got, want) {
				t.Fatalf("seed %d:\n got %+v\nwant %+v", seed, got, want)
			}
		}
	}
}
