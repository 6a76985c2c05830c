package spool

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/redact"
)

// recordVersion is the version of the format below. A file with a later version is left for the program that
// wrote it.
const recordVersion = 1

// record is the content of a file. It is JSON, so that a person can read what waits.
type record struct {
	Version         int        `json:"version"`
	Target          string     `json:"target"`
	Database        string     `json:"database,omitempty"` // the identity; "" if the database was never reached
	RunID           string     `json:"run_id"`
	Step            string     `json:"step_name"`
	Status          string     `json:"status"`
	StartedAt       time.Time  `json:"started_at"`
	FinishedAt      *time.Time `json:"finished_at,omitempty"`
	DurationSeconds float64    `json:"duration_seconds,omitempty"`
	ErrorMessage    string     `json:"error_message,omitempty"`
	Why             string     `json:"why_kept,omitempty"` // why the database does not have it yet
}

// errLater says that a later version of this program wrote a file.
var errLater = errors.New("a later version of macrowatch wrote it")

func (d folder) encode(run desk.Run, why string) ([]byte, error) {
	r := record{
		Why: reason(why), Version: recordVersion, Target: d.target, Database: d.database, RunID: run.ID, Step: run.Step, Status: string(run.Status),
		StartedAt: run.StartedAt, DurationSeconds: run.DurationSeconds, ErrorMessage: redact.Secrets(run.ErrorMessage),
	}
	if !run.FinishedAt.IsZero() {
		r.FinishedAt = &run.FinishedAt
	}
	return r.encode()
}

// maxReasonBytes is how much of a reason is kept. An error of the database may repeat the whole record.
const maxReasonBytes = 1000

// reason shortens the text of an error and takes secrets out of it.
func reason(why string) string {
	why = redact.Secrets(why)
	if len(why) > maxReasonBytes {
		why = strings.ToValidUTF8(why[:maxReasonBytes], "") + "…"
	}
	return why
}

func (r record) encode() ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write the record: %w", err)
	}
	return append(text, '\n'), nil
}

// decode reads a record. It refuses a record that is meant for another database than the folder's.
func (d folder) decode(text []byte) (desk.Run, error) {
	r, err := parse(text)
	switch {
	case err != nil:
		return desk.Run{}, err
	case r.Database != d.database, d.database == "" && r.Target != d.target:
		return desk.Run{}, fmt.Errorf("it is meant for another database (%s)", r.Target)
	}
	return r.run()
}

// parse reads a record. It does not check for which database the record is meant. A file that was left between the end of a
// run and its delivery has two records, each on a line; see Entry.End. The second one counts, unless the machine stopped
// before the disk had all of it.
func parse(text []byte) (record, error) {
	begin, end, _ := bytes.Cut(text, []byte("\n"))
	r, err := record{}, errors.New("it is not a whole record")
	for _, whole := range [][]byte{text, end, begin} {
		r = record{}
		if json.Unmarshal(whole, &r) == nil {
			err = nil
			break
		}
	}
	if err != nil {
		return record{}, err
	}
	switch {
	case r.Version > recordVersion:
		return record{}, errLater
	case r.Version < 1:
		return record{}, errors.New("it is not a record")
	}
	return r, nil
}

// run returns the run of a record.
func (r record) run() (desk.Run, error) {
	run := desk.Run{
		ID: r.RunID, Step: r.Step, Status: desk.Status(r.Status),
		StartedAt: r.StartedAt, DurationSeconds: r.DurationSeconds, ErrorMessage: r.ErrorMessage,
	}
	if r.FinishedAt != nil {
		run.FinishedAt = *r.FinishedAt
	}
	run = run.Agreeing() // an earlier version kept a duration that may contradict the two times
	if err := run.Validate(); err != nil {
		return desk.Run{}, fmt.Errorf("it is not a run: %w", err)
	}
	return run, nil
}

// Interrupted is the error message of a run whose recorder died.
const Interrupted = "interrupted"

// interrupted returns the run as it is recorded if its recorder has died. The time `seen` is when the
// recorder was last seen alive.
func interrupted(run desk.Run, seen time.Time) desk.Run {
	if seen.Before(run.StartedAt) { // the clock was set back
		seen = run.StartedAt
	}
	run.Status, run.ErrorMessage = desk.Failed, Interrupted
	run.FinishedAt, run.DurationSeconds = seen, seen.Sub(run.StartedAt).Seconds()
	return run
}
