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

// planned are rules with two steps in London: fetch at 06:00 and publish, which has no schedule.
func planned() desk.Rules {
	rules := desk.BuiltInRules()
	rules.Zone, rules.Calendar = "Europe/London", desk.Calendar{Weekend: []time.Weekday{time.Saturday, time.Sunday}, Holidays: []string{"UK"}}
	rules.Steps = []desk.Step{
		{Name: "fetch", Title: "Fetch", Group: desk.ConnectorGroup, Cron: "0 6 * * *", StartGrace: 15 * time.Minute, EndGrace: time.Hour, Owner: "data", Runbook: "https://desk.example/fetch"},
		{Name: "publish", Title: "Publish", Group: "report", WaitsFor: []string{"fetch"}},
	}
	return rules
}

func instantOf(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// kept returns the expected runs between two instants of UTC, as texts.
func kept(t *testing.T, s *store.Store, from, to string) []string {
	t.Helper()
	return texts(t, s, fmt.Sprintf(`SELECT to_char(due_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI') || ' ' || to_char(closes_at AT TIME ZONE 'UTC', 'DD HH24:MI') || coalesce(' ' || skipped, '')
		FROM expected_runs WHERE due_at >= '%s Z' AND due_at < '%s Z' ORDER BY due_at`, from, to))
}

func TestThePlanIsKeptFromAYearBackToThirtyDaysAhead(t *testing.T) {
	t.Parallel()
	s, now := newStore(t), instantOf(t, "2026-03-27 12:00")
	change, err := s.ApplyPlan(t.Context(), planned(), now)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(change.StepsAdded) != "[fetch publish]" || change.RunsRemoved != 0 || change.Until.Format("01-02 15:04") != "04-24 05:00" {
		t.Errorf("%+v", change)
	}
	if got, want := strings.Join(kept(t, s, "2026-03-26 00:00", "2026-04-08 00:00"), ", "), "03-26 06:00 27 04:00, 03-27 06:00 30 03:00, 03-30 05:00 31 03:00, 03-31 05:00 01 03:00, "+
		"04-01 05:00 02 03:00, 04-02 05:00 03 03:00, 04-03 05:00 06 03:00 Good Friday, 04-06 05:00 07 03:00 Easter Monday, 04-07 05:00 08 03:00"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := texts(t, s, `SELECT to_char(min(due_at), 'YYYY-MM-DD') FROM expected_runs`); got[0] != "2025-03-27" {
		t.Errorf("the first is due on %v", got)
	}
	again, err := s.ApplyPlan(t.Context(), planned(), now)
	if err != nil || !again.None() {
		t.Errorf("again: %+v, %v", again, err)
	}
	// Three days later three more are added at the end, and two at the beginning go.
	next, err := s.ApplyPlan(t.Context(), planned(), now.AddDate(0, 0, 3))
	if err != nil || next.RunsAdded != 3 || next.RunsRemoved != 0 || next.RunsForgotten != 2 {
		t.Errorf("three days later: %+v, %v", next, err)
	}
	// After a long sleep nothing is missing in between.
	late, err := s.ApplyPlan(t.Context(), planned(), now.AddDate(0, 2, 0))
	if err != nil || late.RunsRemoved != 0 {
		t.Errorf("after a sleep: %+v, %v", late, err)
	}
	if got := kept(t, s, "2026-04-20 00:00", "2026-05-12 00:00"); len(got) != 16 || !slices.Contains(got, "05-04 05:00 05 03:00 Early May") {
		t.Errorf("after a sleep: %q", got)
	}
}

func TestWhatWasDueStaysAsItWasWhenAScheduleChanges(t *testing.T) {
	t.Parallel()
	s, now := newStore(t), instantOf(t, "2026-03-25 12:00")
	rules := planned()
	if _, err := s.ApplyPlan(t.Context(), rules, now); err != nil {
		t.Fatal(err)
	}
	before := kept(t, s, "2026-03-24 00:00", "2026-03-25 00:00")
	rules.Steps[0].Cron, rules.Steps[0].Title = "0 */4 * * *", "Fetch often"
	change, err := s.ApplyPlan(t.Context(), rules, now)
	if err != nil || fmt.Sprint(change.StepsChanged) != "[fetch]" || change.RunsRemoved == 0 {
		t.Fatalf("%+v, %v", change, err)
	}
	if got := kept(t, s, "2026-03-24 00:00", "2026-03-25 00:00"); !slices.Equal(got, before) {
		t.Errorf("the day before is %q, was %q", got, before)
	}
	// What was due last closes when the first by the new schedule opens.
	if got, want := strings.Join(kept(t, s, "2026-03-25 00:00", "2026-03-25 23:00"), ", "), "03-25 06:00 25 14:00, 03-25 16:00 25 18:00, 03-25 20:00 25 22:00"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	rules.Steps = rules.Steps[1:]
	rules.Steps[0].WaitsFor = nil
	if change, err = s.ApplyPlan(t.Context(), rules, now); err != nil || fmt.Sprint(change.StepsRemoved) != "[fetch]" {
		t.Fatalf("%+v, %v", change, err)
	}
	if got := kept(t, s, "2026-03-25 12:00", "2027-01-01 00:00"); len(got) != 0 {
		t.Errorf("a step that is gone is expected at %q", got)
	}
	if got := kept(t, s, "2026-03-24 00:00", "2026-03-25 00:00"); !slices.Equal(got, before) {
		t.Errorf("the day before is %q, was %q", got, before)
	}
}

func TestALoginThatMayNotWriteThePlanIsToldWhoMay(t *testing.T) {
	t.Parallel()
	_, _, as := logins(t, "plan", "owner", "reader")
	if err := store.Migrate(t.Context(), as["owner"]); err != nil {
		t.Fatal(err)
	}
	s, reading, now := store.New(as["owner"], nil), store.New(as["reader"], nil), instantOf(t, "2026-03-25 12:00")
	_, err := reading.ApplyPlan(t.Context(), planned(), now)
	var failed *store.Error
	if !errors.As(err, &failed) || failed.Kind != store.Forbidden || !strings.Contains(err.Error(), "macrowatch desk apply") {
		t.Errorf("%v", err)
	}
	if _, err := s.ApplyPlan(t.Context(), planned(), now); err != nil {
		t.Fatal(err)
	}
	if _, err := reading.ApplyPlan(t.Context(), planned(), now); err != nil {
		t.Errorf("nothing differs: %v", err)
	}
	run(t, s.Pool(), "GRANT SELECT ON pipeline_runs TO PUBLIC")
	if states, err := reading.StepStates(t.Context(), now); err != nil || len(states) != 2 {
		t.Errorf("whoever only reads sees %v, %v", states, err)
	}
}
