package httpintake

import (
	"context"
	"errors"
	"io"
	"net/http"

	"macrowatch/internal/record/lineage"
	"macrowatch/internal/redact"
)

// lineageOperations returns the calls that take events of OpenLineage. The first has the path to which its clients send
// unless they are told otherwise.
func lineageOperations(rules lineage.Rules) []Operation {
	var all []Operation
	for _, o := range []struct{ name, path, summary string }{
		{"lineage", "lineage", "Records what an event of OpenLineage says about a run."},
		{"lineage-batch", "lineage/batch", "Records what events of OpenLineage say about runs."},
	} {
		all = append(all, Operation{
			Name: o.name, Methods: []string{http.MethodPost}, Path: BasePath + o.path, Kind: kindRuns, ContentTypes: jsonTypes(),
			Description: Description{Summary: o.summary, Body: lineageEvent{}, Rows: true, Result: lineageTaken{}, Example: map[string]any{
				"eventType": "COMPLETE", "eventTime": "2026-03-02T06:00:00Z", "run": map[string]any{"runId": "0195557c-7a3b-7e20-9d0e-2f6f3a1c5b44"},
				"job": map[string]any{"namespace": "airflow", "name": "desk_daily.fred"}, "producer": "https://example.com/desk"}},
			Answer: func(ctx context.Context, r *Request) (Answer, error) { return takeEvents(ctx, r, rules) },
		})
	}
	return all
}

// lineageEvent describes an event. OpenLineage's own definition has many more fields, which are taken and not used.
type lineageEvent struct {
	_         struct{}      `additionalProperties:"true"`
	EventType string        `json:"eventType,omitempty" enum:"START,RUNNING,COMPLETE,FAIL,ABORT,OTHER" doc:"What happened to the run."`
	EventTime string        `json:"eventTime" doc:"When it happened. A time without a zone is in UTC."`
	Run       *lineageRun   `json:"run,omitempty" doc:"The run. An event about a job or a dataset has none; it is accepted and counted."`
	Job       *lineageName  `json:"job,omitempty" doc:"The job of the run."`
	Dataset   *lineageName  `json:"dataset,omitempty" doc:"The dataset of an event about a dataset."`
	Inputs    []lineageName `json:"inputs,omitempty" doc:"What the run reads."`
	Outputs   []lineageName `json:"outputs,omitempty" doc:"What the run writes."`
}

type lineageRun struct {
	_      struct{}       `additionalProperties:"true"`
	RunID  string         `json:"runId" format:"uuid" doc:"The run's ID, which all its events share."`
	Facets map[string]any `json:"facets,omitempty" doc:"parent, errorMessage and nominalTime are read."`
}

type lineageName struct {
	_         struct{}       `additionalProperties:"true"`
	Namespace string         `json:"namespace" minLength:"1"`
	Name      string         `json:"name" minLength:"1"`
	Facets    map[string]any `json:"facets,omitempty"`
}

// lineageTaken is the answer to a request with events.
type lineageTaken struct {
	Events     int64 `json:"events" doc:"Events in the request."`
	Runs       int64 `json:"runs" doc:"Runs that the events are about."`
	WithoutRun int64 `json:"without_run" doc:"Events about a job or a dataset. Nothing is stored of them."`
	Ignored    int64 `json:"ignored" doc:"Events that a rule of --lineage-rules ignores."`
	Inserted   int64 `json:"inserted" doc:"Runs that were new."`
	Updated    int64 `json:"updated" doc:"Runs that were there and have changed."`
	Unchanged  int64 `json:"unchanged" doc:"Runs that were there already, as the events say."`
	Renamed    int64 `json:"renamed" doc:"Runs that got another step, because two namespaces share the name of a job now."`
}

// takeEvents records the events of a request, all or none.
func takeEvents(ctx context.Context, r *Request, rules lineage.Rules) (Answer, error) {
	if blank, err := r.Body.blank(); err != nil {
		return Answer{}, err
	} else if blank {
		return Answer{}, refusef(http.StatusBadRequest, "Nothing was written: the body is empty; send an event of OpenLineage, an array of events, or an event on each line.")
	}
	from, err := r.Body.Open()
	if err != nil {
		return Answer{}, err
	}
	defer from.Close()
	read, err := readEvents(from, rules)
	if err != nil {
		return Answer{}, err
	}
	done, err := r.Store.LineageRecord(ctx, read.events, rules)
	if err != nil {
		return Answer{}, err
	}
	read.taken.Runs, read.taken.Renamed = done.Runs, done.Renamed
	read.taken.Inserted, read.taken.Updated, read.taken.Unchanged = done.Inserted, done.Updated, done.Unchanged
	return Answer{Body: read.taken, Counts: done.Counts, Events: read.types}, nil
}

// eventsRead are the events of a request.
type eventsRead struct {
	events []lineage.Event  // those that are recorded
	types  map[string]int64 // how many there are of each type, for the metrics
	taken  lineageTaken
}

// The types in the metrics of events that are not recorded. The others are START, COMPLETE and so on.
const (
	eventOfJob     = "job"
	eventOfDataset = "dataset"
	eventIgnored   = "ignored"
)

// readEvents reads the events of a body. Its error is a *Refusal, unless the body can't be read.
func readEvents(from io.Reader, rules lineage.Rules) (eventsRead, error) {
	read := eventsRead{types: map[string]int64{}}
	refused := &Refusal{Status: http.StatusBadRequest, Message: "Nothing was written, because of faults in the events."}
	err := lineage.Read(from, mostEvents, func(place int64, e lineage.Event, faults []lineage.Fault) {
		for _, f := range faults {
			if len(refused.Rows) == mostBadRows {
				refused.More++
				continue
			}
			refused.Rows = append(refused.Rows, BadRow{Index: place, Field: f.Field, Value: shortened(f.Value, 200), Problem: f.Problem})
		}
		read.add(e, rules)
	})
	switch {
	case errors.Is(err, lineage.ErrTooMuch):
		return read, refusef(http.StatusRequestEntityTooLarge, "Nothing was written: %s. Send the events in several requests.", err)
	case err != nil:
		return read, err
	case len(refused.Rows) > 0:
		return read, refused
	}
	return read, nil
}

// mostEvents is how many events a request may have.
const mostEvents = 5_000

// mostBadRows is how many faults an answer names.
const mostBadRows = 20

// add adds an event.
func (r *eventsRead) add(e lineage.Event, rules lineage.Rules) {
	r.taken.Events++
	kind := string(e.Type)
	switch {
	case e.About == lineage.AboutJob:
		kind = eventOfJob
		r.taken.WithoutRun++
	case e.About == lineage.AboutDataset:
		kind = eventOfDataset
		r.taken.WithoutRun++
	case rules.Name(e.Job, e.Parent, e.Root).Ignore:
		kind = eventIgnored
		r.taken.Ignored++
	default:
		e.Error = lineage.ShortError(redact.Secrets(e.Error)) // so that many long messages take little memory
		r.events = append(r.events, e)
	}
	r.types[kind]++
}
