package anydesk_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/anydesk"
	"macrowatch/internal/sample/sampledesk"
)

// rulesOf are those of a desk in Tokyo with one class more than it has strategies for.
func rulesOf() desk.Rules {
	r := desk.BuiltInRules()
	r.Name, r.Zone, r.ClosingHour = "Tokyo", "Asia/Tokyo", 15
	r.Calendar = desk.Calendar{Weekend: []time.Weekday{0, 6}, Holidays: []string{"JP"}}
	r.AssetClasses, r.CrossAssetClass, r.ClassColours, r.ClassGroups = []string{"JGB", "Yen"}, "", nil, nil
	r.StrategyClasses = []desk.ClassRule{{Class: "JGB", Prefixes: []string{"JGB_"}}}
	r.InstrumentClasses = []desk.ClassRule{{Class: "JGB", Prefixes: []string{"JGB", "JB"}}, {Class: "Yen", Prefixes: []string{"JPY"}}}
	r.Steps = []desk.Step{
		{Name: "late", Title: "Late", Group: "signals", Cron: "0 7 * * *", StartGrace: time.Hour, EndGrace: 2 * time.Hour, WaitsFor: []string{"boj"}},
		{Name: "boj", Title: "BoJ", Group: desk.ConnectorGroup, Cron: "0 7 * * *", StartGrace: 10 * time.Minute, EndGrace: time.Hour},
		{Name: "tick", Title: "Tick", Group: "data", Cron: "*/10 9-11 * * 1-5", StartGrace: 2 * time.Minute, EndGrace: 8 * time.Minute},
		{Name: "whenever", Title: "Whenever", Group: "data"},
	}
	return r
}

func days(t *testing.T, from, to time.Time) []sampledesk.Day {
	t.Helper()
	book, err := anydesk.Desk{Seed: 1, Rules: rulesOf()}.Open(to)
	if err != nil {
		t.Fatal(err)
	}
	var all []sampledesk.Day
	for d := range book.Days(from, to) {
		all = append(all, d)
	}
	return all
}

func TestTheRecordOfAnyDeskFollowsItsRules(t *testing.T) {
	t.Parallel()
	rules := rulesOf()
	zone := rules.Location()
	from, to := time.Date(2026, 4, 20, 0, 0, 0, 0, time.UTC), time.Date(2026, 5, 10, 0, 0, 0, 0, time.UTC)
	ran, seen := map[string]int{}, map[string]bool{}
	for _, d := range days(t, from, to) {
		date := d.Date.Format(time.DateOnly)
		off := d.Date.Weekday() == time.Saturday || d.Date.Weekday() == time.Sunday || date >= "2026-05-04" && date <= "2026-05-06" || date == "2026-04-29" // Golden Week
		if off && (len(d.Runs) > 0 || len(d.States) > 0 || len(d.Signals) > 0) {
			t.Errorf("%s: %d runs, %d signals and %d positions on a day off", date, len(d.Runs), len(d.Signals), len(d.States))
		}
		end := map[string]time.Time{}
		for _, r := range d.Runs {
			if err := r.Validate(); err != nil {
				t.Errorf("%+v: %v", r, err)
			}
			if local := r.StartedAt.In(zone); local.Format(time.DateOnly) != date {
				t.Errorf("a run of %s starts at %v", date, local)
			}
			if seen[r.ID] {
				t.Errorf("the ID %s is there twice", r.ID)
			}
			seen[r.ID], end[r.Step] = true, r.FinishedAt
			ran[r.Step]++
			if r.Step == "late" && r.StartedAt.Before(end["boj"]) {
				t.Errorf("%s: late starts before boj has ended", date)
			}
		}
		for _, s := range d.Signals {
			if err := s.Validate(); err != nil || rules.StrategyClass(s.Strategy) != "JGB" {
				t.Errorf("%+v: %v", s, err)
			}
		}
		for _, s := range d.States {
			if err := s.Validate(); err != nil || rules.AssetClass(desk.Instrument{Name: s.Instrument}) != "JGB" {
				t.Errorf("%+v: %v", s, err)
			}
		}
	}
	if ran["boj"] < 11 || ran["late"] < 11 || ran["tick"] < 11*18 || ran["whenever"] < 11 {
		t.Errorf("runs: %v", ran)
	}
}

// A day is the same, whenever and from wherever it is computed.
func TestADayDoesNotDependOnWhereOneBegins(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	whole, later := days(t, anydesk.Epoch(), date), days(t, date, date.AddDate(0, 0, 40))
	if got, want := later[0], whole[len(whole)-1]; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\n%+v", got, want)
	}
}

func TestOnlyTheBuiltInPipelineIsTheBuiltInDesk(t *testing.T) {
	t.Parallel()
	builtIn := desk.BuiltInRules()
	named := desk.BuiltInRules()
	named.Name, named.StaleAfter = "Ours", time.Hour
	named.Steps[0].Owner = "Ann"
	if !anydesk.IsBuiltIn(named, builtIn) {
		t.Error("a desk with another name and an owner is another desk")
	}
	for n, change := range []func(*desk.Rules){
		func(r *desk.Rules) { r.Zone = "Europe/London" },
		func(r *desk.Rules) { r.Steps = r.Steps[1:] },
		func(r *desk.Rules) { r.Steps[0].Cron = "0 7 * * 1-5" },
		func(r *desk.Rules) { r.InstrumentClasses = nil },
	} {
		other := desk.BuiltInRules()
		change(&other)
		if anydesk.IsBuiltIn(other, builtIn) {
			t.Errorf("change %d makes no other desk", n)
		}
	}
}

// A desk of one class, of twenty, and of none with prefixes has a book.
func TestAnyNumberOfClassesHasABook(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 20} {
		rules := rulesOf()
		rules.AssetClasses, rules.StrategyClasses, rules.InstrumentClasses = []string{"Empty"}, nil, nil
		for i := range n {
			name := fmt.Sprintf("C%02d", i)
			rules.AssetClasses = append(rules.AssetClasses, name)
			rule := desk.ClassRule{Class: name, Prefixes: []string{name}}
			rules.StrategyClasses, rules.InstrumentClasses = append(rules.StrategyClasses, rule), append(rules.InstrumentClasses, rule)
		}
		to := anydesk.Epoch().AddDate(0, 4, 0)
		book, err := anydesk.Desk{Rules: rules}.Open(to)
		if err != nil {
			t.Fatal(err)
		}
		positions := 0
		for d := range book.Days(anydesk.Epoch(), to) {
			for _, s := range d.States {
				if s.Weight != 0 {
					positions++
				}
			}
		}
		if positions == 0 || len(book.Prices(anydesk.Epoch(), to)) == 0 {
			t.Errorf("%d classes: %d positions", n, positions)
		}
	}
}
