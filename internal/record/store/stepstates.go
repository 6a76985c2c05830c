package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// stepStates returns, of each step with a schedule, the two expected runs that opened last by $1, the latest first. With
// each comes what is known of the runs that serve it, as they were at $1: the one that started last, and the statuses of
// the last 100, the latest first. Statuses are words as they are stored; the caller reads them.
//
// An expected run opens at most two hours before it is due, so the index of the key finds the last ones.
const stepStates = `
SELECT s.step_name, slot.due_at, slot.opens_at, slot.closes_at, slot.start_by, slot.end_by, coalesce(slot.skipped, ''),
    slot.due_at >= s.since OR run.started_at IS NOT NULL OR EXISTS (SELECT FROM pipeline_runs p WHERE p.step_name::text = s.step_name AND p.started_at < slot.opens_at),
    run.run_id, run.started_at, run.finished_at, run.error_message, newest.statuses
FROM macrowatch_steps s
CROSS JOIN LATERAL (
    SELECT * FROM expected_runs e
    WHERE e.step_name = s.step_name AND e.due_at <= $1::timestamptz + interval '2 hours' AND e.opens_at <= $1
    ORDER BY e.due_at DESC LIMIT 2
) slot
LEFT JOIN LATERAL (
    SELECT run_id::text AS run_id, started_at, CASE WHEN finished_at <= $1 THEN finished_at END AS finished_at, error_message::text AS error_message
    FROM pipeline_runs p
    WHERE p.step_name::text = s.step_name AND p.started_at <= $1 AND p.started_at >= slot.opens_at AND p.started_at < slot.closes_at
    ORDER BY p.started_at DESC, p.finished_at DESC NULLS FIRST LIMIT 1
) run ON true
CROSS JOIN LATERAL (
    SELECT array_agg(status) AS statuses
    FROM (
        SELECT CASE WHEN finished_at > $1 THEN 'RUNNING' ELSE coalesce(status::text, '') END AS status
        FROM pipeline_runs p
        WHERE p.step_name::text = s.step_name AND p.started_at <= $1 AND p.started_at >= slot.opens_at AND p.started_at < slot.closes_at
        ORDER BY p.started_at DESC, p.finished_at DESC NULLS FIRST LIMIT 100
    ) last_first
) newest
WHERE s.cron <> ''
ORDER BY s.step_name, slot.due_at DESC`

// stepStatesLatest returns the latest run of steps by $2.
const stepStatesLatest = `
SELECT s, run.* FROM unnest($1::text[]) s, LATERAL (
    SELECT run_id::text, started_at, CASE WHEN finished_at <= $2 THEN finished_at END,
        CASE WHEN finished_at > $2 THEN 'RUNNING' ELSE coalesce(status::text, '') END, coalesce(error_message::text, '')
    FROM pipeline_runs p WHERE p.step_name::text = s AND p.started_at <= $2
    ORDER BY p.started_at DESC, p.finished_at DESC NULLS FIRST LIMIT 1
) run`

// StepStates returns how each step of macrowatch_steps stands at an instant, in the steps' order. What was recorded later
// counts as far as it happened by then. A step without a schedule has the status of its latest run, or is STALE.
func (s *Store) StepStates(ctx context.Context, at time.Time) ([]desk.StepState, error) {
	wrong := func(err error) ([]desk.StepState, error) {
		return nil, fmt.Errorf("read how the steps stand: %w", translate(err))
	}
	words, err := s.Words(ctx)
	if err != nil {
		return wrong(err)
	}
	steps, err := storedSteps(ctx, s.db())
	if err != nil {
		return wrong(err)
	}
	found, err := s.slotsOf(ctx, at, words)
	if err != nil {
		return wrong(err)
	}
	states := make([]desk.StepState, len(steps))
	var undecided []string
	for n, step := range steps {
		states[n] = stateOf(step, found[step.Name], at)
		if states[n].State == "" {
			undecided = append(undecided, step.Name)
		}
	}
	latest, err := s.latestRuns(ctx, undecided, at, words)
	if err != nil {
		return wrong(err)
	}
	workdays, err := s.rules.Workdays()
	if err != nil {
		return wrong(err)
	}
	for n := range states {
		if states[n].State == "" {
			states[n] = workdays.WithStale(latest[states[n].Step.Name].as(states[n]), at)
		}
	}
	return states, nil
}

// slotRun is an expected run with the run that decides about it.
type slotRun struct {
	desk.SlotAttempts
	run decidingRun
}

// decidingRun is the run by which a step's state is decided.
type decidingRun struct {
	id, status, message string
	started, finished   time.Time
}

// as returns a state with what is known of the run. Without a run it is NO RUNS.
func (r decidingRun) as(s desk.StepState) desk.StepState {
	if s.State == "" {
		s.State = desk.NoRuns
		if r.status != "" {
			s.State, s.Attempts = desk.StepCondition(r.status), 1
		}
	}
	s.RunID, s.StartedAt, s.FinishedAt = r.id, r.started, r.finished
	if r.status == string(desk.Failed) {
		s.ErrorMessage = r.message
	}
	return s
}

// stateOf decides the state of a step by the expected runs that opened last, the latest first. The state is "" if they
// don't decide it.
func stateOf(step desk.Step, slots []slotRun, at time.Time) desk.StepState {
	state := desk.StepState{Step: step, WaitsFor: step.WaitsFor}
	if len(slots) == 0 {
		return state
	}
	var before *desk.SlotAttempts
	if len(slots) > 1 {
		before = &slots[1].SlotAttempts
	}
	decides, condition, ok := slots[0].State(before, at)
	if !ok {
		return state
	}
	run := slots[0].run
	if !decides.Slot.DueAt.Equal(slots[0].Slot.DueAt) {
		run = slots[1].run
	}
	state.State, state.Attempts = condition, decides.Attempts.Count
	state.DueAt, state.StartBy, state.EndBy, state.Skipped = decides.Slot.DueAt, decides.Slot.StartBy, decides.Slot.EndBy, decides.Slot.Skipped
	return run.as(state)
}

// slotsOf returns of each step with a schedule the two expected runs that opened last, the latest first.
func (s *Store) slotsOf(ctx context.Context, at time.Time, words desk.Words) (map[string][]slotRun, error) {
	rows, err := s.db().Query(ctx, stepStates, at)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string][]slotRun{}
	for rows.Next() {
		var one slotRun
		var started, finished *time.Time
		var id, message *string
		var statuses []string
		slot := &one.Slot
		err := rows.Scan(&slot.Step, &slot.DueAt, &slot.OpensAt, &slot.ClosesAt, &slot.StartBy, &slot.EndBy, &slot.Skipped, &one.Known,
			&id, &started, &finished, &message, &statuses)
		if err != nil {
			return nil, err
		}
		for _, at := range []*time.Time{&slot.DueAt, &slot.OpensAt, &slot.ClosesAt, &slot.StartBy, &slot.EndBy} {
			*at = at.UTC()
		}
		if len(statuses) > 0 {
			one.Attempts = attemptsOf(words, statuses)
			one.run = runOf(*id, one.Attempts.Last, orEmpty(message), *started, finished)
		}
		found[slot.Step] = append(found[slot.Step], one)
	}
	return found, rows.Err()
}

// attemptsOf returns what the statuses of an expected run's runs say, the latest first.
func attemptsOf(words desk.Words, statuses []string) desk.Attempts {
	a := desk.Attempts{Count: len(statuses)}
	for n, word := range statuses {
		status := read(words, word)
		switch n {
		case 0:
			a.Last = status
		case 1:
			a.Before = status
		}
		a.Succeeded = a.Succeeded || status == string(desk.Success)
	}
	return a
}

// latestRuns returns the latest run of each step by an instant.
func (s *Store) latestRuns(ctx context.Context, steps []string, at time.Time, words desk.Words) (map[string]decidingRun, error) {
	latest := map[string]decidingRun{}
	rows, err := s.db().Query(ctx, stepStatesLatest, nonNil(steps), at)
	if err != nil {
		return nil, err
	}
	var step, id, status, message string
	var started time.Time
	var finished *time.Time
	_, err = pgx.ForEachRow(rows, []any{&step, &id, &started, &finished, &status, &message}, func() error {
		latest[step] = runOf(id, read(words, status), message, started, finished)
		return nil
	})
	return latest, err
}

func runOf(id, status, message string, started time.Time, finished *time.Time) decidingRun {
	r := decidingRun{id: id, status: status, message: message, started: started.UTC()}
	if finished != nil {
		r.finished = finished.UTC()
	}
	return r
}

// read returns what a word for a status means: a status, or the word itself as panels show it.
func read(words desk.Words, word string) string {
	if meaning, known := words.Read(desk.StatusWord, word); known {
		return meaning
	}
	shown := []rune(strings.Trim(word, " \t\r\n"))
	if len(shown) == 0 {
		return "NO STATUS"
	}
	return `"` + string(shown[:min(len(shown), longestWord)]) + `"`
}

// longestWord is how much of a word that is not known is shown, as in dashboard/sql/shared_words.sql.
const longestWord = 60

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
