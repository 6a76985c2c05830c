package httpintake

import (
	"context"
	"errors"
	"net/http"
	"time"

	"macrowatch/internal/desk"
)

// kindRuns is the kind of rows that the calls for one run write.
const kindRuns = "pipeline-runs"

// runOperations returns the calls that record the start and the end of a run.
func runOperations(newID func() string) []Operation {
	post := []string{http.MethodPost}
	return []Operation{
		{Name: "start", Methods: post, Path: BasePath + kindRuns + "/start", Kind: kindRuns, ContentTypes: []string{typeJSON},
			Description: Description{Summary: "Records that a run has begun.", Body: runStart{}, Result: runJSON{}, Statuses: []int{http.StatusCreated, http.StatusOK},
				Example: map[string]any{"step_name": "fred"}},
			Answer: func(ctx context.Context, r *Request) (Answer, error) { return startRun(ctx, r, newID) }},
		{Name: "finish", Methods: post, Path: BasePath + kindRuns + "/{id}/finish", Kind: kindRuns, ContentTypes: []string{typeJSON},
			Description: Description{Summary: "Records how a run has ended.", Body: runEnd{}, Result: runJSON{}, Example: map[string]any{"status": "SUCCESS"}},
			Answer:      finishRun},
	}
}

// runStart is the body of a request that starts a run.
type runStart struct {
	Step      string     `json:"step_name" minLength:"1" maxLength:"200" doc:"The step." example:"fred"`
	ID        string     `json:"run_id,omitempty" maxLength:"200" doc:"The run's ID; without it macrowatch makes one."`
	StartedAt *time.Time `json:"started_at,omitempty" doc:"When the run began; without it, now."`
}

// runEnd is the body of a request that ends a run.
type runEnd struct {
	Status     string     `json:"status" doc:"How the run ended: SUCCESS, FAILED, CANCELLED or SKIPPED, or a word of another tool for one of them." example:"SUCCESS"`
	Error      string     `json:"error_message,omitempty" doc:"Why the run failed. Secrets are masked."`
	FinishedAt *time.Time `json:"finished_at,omitempty" doc:"When the run ended; without it, now."`
	Duration   *float64   `json:"duration_seconds,omitempty" minimum:"0" doc:"How long the run took; without it, the time from start to end."`
}

// runJSON is a run, as the calls for one run answer it.
type runJSON struct {
	ID         string     `json:"run_id" doc:"The run's ID."`
	Step       string     `json:"step_name" doc:"The step."`
	Status     string     `json:"status" doc:"RUNNING while the run goes on."`
	StartedAt  time.Time  `json:"started_at" doc:"When the run began."`
	FinishedAt *time.Time `json:"finished_at,omitempty" doc:"When the run ended."`
	Duration   *float64   `json:"duration_seconds,omitempty" doc:"How long the run took."`
}

func answerRun(status int, r desk.Run) Answer {
	out := runJSON{ID: r.ID, Step: r.Step, Status: string(r.Status), StartedAt: r.StartedAt.UTC()}
	if r.Status.Terminal() {
		finished := r.FinishedAt.UTC()
		out.FinishedAt, out.Duration = &finished, &r.DurationSeconds
	}
	return Answer{Status: status, Body: out}
}

// badField refuses a request because of one field.
func badField(field, value, problem string) *Refusal {
	return &Refusal{Status: http.StatusBadRequest, Message: "Nothing was written: " + field + " " + problem + ".",
		Rows: []BadRow{{Field: field, Value: shortened(value, 200), Problem: problem}}}
}

// refuseRun turns a rule of the desk that a run breaks into a refusal.
func refuseRun(r desk.Run) error {
	err := r.Validate()
	var fault *desk.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &fault):
		return badField(fault.Column, "", fault.Problem)
	}
	return refusef(http.StatusBadRequest, "Nothing was written: %v.", err)
}

// startRun records that a run has begun. To start the same run again changes nothing.
func startRun(ctx context.Context, r *Request, newID func() string) (Answer, error) {
	var start runStart
	if err := readObject(r.Body, &start); err != nil {
		return Answer{}, err
	}
	run := desk.Run{ID: start.ID, Step: start.Step, Status: desk.Running, StartedAt: r.Now.UTC().Truncate(time.Microsecond)}
	if run.ID == "" {
		run.ID = newID()
	}
	if start.StartedAt != nil {
		run.StartedAt = start.StartedAt.UTC().Truncate(time.Microsecond)
	}
	if err := refuseRun(run); err != nil {
		return Answer{}, err
	}
	stored, there, err := r.Store.RunLocked(ctx, run.ID)
	switch {
	case err != nil:
		return Answer{}, err
	case there && (stored.Step != run.Step || start.StartedAt != nil && !stored.StartedAt.Equal(run.StartedAt)):
		return Answer{}, refusef(http.StatusConflict, "Nothing was written: there is a run %q of the step %q already, which began at %s.", run.ID, stored.Step, stored.StartedAt.Format(time.RFC3339Nano))
	case there:
		return answerRun(http.StatusOK, stored), nil
	}
	if err := r.Store.RunUpsert(ctx, run); err != nil {
		return Answer{}, err
	}
	answer := answerRun(http.StatusCreated, run)
	answer.Counts.Inserted = 1
	return answer, nil
}

// finishRun records the end of a run. To end it again in the same way changes nothing.
func finishRun(ctx context.Context, r *Request) (Answer, error) {
	var end runEnd
	if err := readObject(r.Body, &end); err != nil {
		return Answer{}, err
	}
	words, err := r.Store.Words(ctx)
	if err != nil {
		return Answer{}, err
	}
	meaning, known := words.Read(desk.StatusWord, end.Status)
	if !known || !desk.Status(meaning).Terminal() {
		return Answer{}, badField("status", end.Status, "is not SUCCESS, FAILED, CANCELLED or SKIPPED, and no word that is known for one of them")
	}
	id := r.PathValue("id")
	if err := refuseRun(desk.Run{ID: id, Step: kindRuns, Status: desk.Running, StartedAt: r.Now}); err != nil { // no run has such an ID
		return Answer{}, refusef(http.StatusNotFound, "Nothing was written: %q is not the ID of a run.", shortened(id, 200))
	}
	run, there, err := r.Store.RunLocked(ctx, id)
	switch {
	case err != nil:
		return Answer{}, err
	case !there:
		return Answer{}, refusef(http.StatusNotFound, "Nothing was written: there is no run %q; start it first, or send the whole run to %s.", id, BasePath+kindRuns)
	case run.Status.Terminal() && run.Status != desk.Status(meaning):
		return Answer{}, refusef(http.StatusConflict, "Nothing was written: the run %q has ended already, as %s.", id, run.Status)
	case run.Status.Terminal():
		return answerRun(http.StatusOK, run), nil
	}
	run.Status, run.ErrorMessage = desk.Status(meaning), cleanText(end.Error)
	run.FinishedAt = notBefore(r.Now, run.StartedAt)
	if end.FinishedAt != nil {
		run.FinishedAt = end.FinishedAt.UTC().Truncate(time.Microsecond)
	}
	run.DurationSeconds = run.FinishedAt.Sub(run.StartedAt).Seconds()
	if end.Duration != nil {
		run.DurationSeconds = *end.Duration
	}
	if err := refuseRun(run); err != nil {
		return Answer{}, err
	}
	return endRun(ctx, r, run)
}

// endRun stores a run that is over.
func endRun(ctx context.Context, r *Request, run desk.Run) (Answer, error) {
	if err := r.Store.RunUpsert(ctx, run); err != nil {
		return Answer{}, err
	}
	answer := answerRun(http.StatusOK, run)
	answer.Counts.Updated = 1
	return answer, nil
}

// notBefore returns the time, or the start if the clock was set back since then.
func notBefore(now, start time.Time) time.Time {
	now = now.UTC().Truncate(time.Microsecond)
	if now.Before(start) {
		return start
	}
	return now
}
