package httpintake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"macrowatch/internal/desk"
	"macrowatch/internal/redact"
)

// pingOperations returns the calls with which a line of a crontab records a run.
func pingOperations(newID func() string) []Operation {
	p := pinger{newID}
	methods := []string{http.MethodGet, http.MethodHead, http.MethodPost}
	described := func(summary string, statuses ...int) Description {
		return Description{Summary: summary, Result: runJSON{}, Statuses: statuses,
			Parameters: []Parameter{{Name: "rid", Type: "string", Meaning: "A UUID that the pings of one run share, for runs that overlap."}}}
	}
	return []Operation{
		{Name: "ping", Methods: methods, Path: BasePath + "ping/{step}", Kind: kindRuns, Answer: p.ping,
			Description: described("Records that a run of the step has succeeded.", http.StatusOK)},
		{Name: "ping-signal", Methods: methods, Path: BasePath + "ping/{step}/{signal}", Kind: kindRuns, Answer: p.ping,
			Description: described("Records the start of a run (start) or its end (fail, or an exit status from 0 to 255). The body is the error's text.", http.StatusOK, http.StatusCreated)},
	}
}

type pinger struct{ newID func() string }

// pingPrefix begins the ID of every run that a ping records. A ping never ends a run that something else records.
const pingPrefix = "ping-"

// signal is what a ping says.
type signal struct {
	start   bool
	status  desk.Status // how the run ended
	message string      // why it failed, if the body does not say it
}

// signalOf reads the last part of a ping's path.
func signalOf(text string) (signal, error) {
	switch text {
	case "":
		return signal{status: desk.Success}, nil
	case "start":
		return signal{start: true}, nil
	case "fail":
		return signal{status: desk.Failed, message: "reported as failed"}, nil
	}
	code, err := strconv.ParseUint(text, 10, 8)
	switch {
	case err != nil:
		return signal{}, refusef(http.StatusNotFound, "There is no ping %q; a ping ends with start, fail or an exit status from 0 to 255, or with the step for success.", text)
	case code == 0:
		return signal{status: desk.Success}, nil
	}
	return signal{status: desk.Failed, message: fmt.Sprintf("exit status %d", code)}, nil
}

// ping records the start or the end of a run.
func (p pinger) ping(ctx context.Context, r *Request) (Answer, error) {
	said, err := signalOf(r.PathValue("signal"))
	if err != nil {
		return Answer{}, err
	}
	rid, err := ridOf(r.Request)
	if err != nil {
		return Answer{}, err
	}
	step := r.PathValue("step")
	if err := refuseRun(desk.Run{ID: pingPrefix, Step: step, Status: desk.Running, StartedAt: r.Now}); err != nil {
		return Answer{}, err
	}
	run, running, err := p.begun(ctx, r, step, rid)
	if err != nil {
		return Answer{}, err
	}
	if said.start {
		return p.begin(ctx, r, step, rid, run, running)
	}
	if run.Status.Terminal() { // the ping came twice
		return answerRun(http.StatusOK, run), nil
	}
	now := r.Now
	if !running {
		run = desk.Run{ID: p.runID(step, rid), Step: step, Status: desk.Running, StartedAt: notBefore(now, run.StartedAt)}
	}
	run.Status, run.FinishedAt = said.status, notBefore(now, run.StartedAt)
	run.DurationSeconds = run.FinishedAt.Sub(run.StartedAt).Seconds()
	if said.status == desk.Failed {
		if run.ErrorMessage, err = tailOf(r.Body); err != nil {
			return Answer{}, err
		}
		if run.ErrorMessage == "" {
			run.ErrorMessage = said.message
		}
	}
	if err := refuseRun(run); err != nil {
		return Answer{}, err
	}
	return endRun(ctx, r, run)
}

// begin records the start of a run. If an earlier run of the step has no rid and never reported its end, nobody will
// report it any more.
func (p pinger) begin(ctx context.Context, r *Request, step, rid string, earlier desk.Run, running bool) (Answer, error) {
	if rid != "" && earlier.ID != "" { // the ping came twice
		return answerRun(http.StatusOK, earlier), nil
	}
	run := desk.Run{ID: p.runID(step, rid), Step: step, Status: desk.Running, StartedAt: notBefore(r.Now, earlier.StartedAt)}
	if err := refuseRun(run); err != nil {
		return Answer{}, err
	}
	runs := []desk.Run{run}
	if running {
		earlier.Status, earlier.FinishedAt = desk.Failed, run.StartedAt
		earlier.DurationSeconds = earlier.FinishedAt.Sub(earlier.StartedAt).Seconds()
		earlier.ErrorMessage = "interrupted: the next run began before this one reported its end"
		runs = append(runs, earlier)
	}
	if err := r.Store.RunUpsert(ctx, runs...); err != nil {
		return Answer{}, err
	}
	answer := answerRun(http.StatusCreated, run)
	answer.Counts.Inserted = 1
	return answer, nil
}

// begun returns the run that a ping is about, and whether it goes on. With a rid that is the run of the rid, otherwise
// the run of the step that began last and still goes on.
func (p pinger) begun(ctx context.Context, r *Request, step, rid string) (run desk.Run, running bool, err error) {
	if rid == "" {
		return r.Store.NewestRunning(ctx, step, pingPrefix+anonymous)
	}
	run, there, err := r.Store.RunLocked(ctx, p.runID(step, rid))
	return run, there && run.Status == desk.Running, err
}

// anonymous marks the runs of pings without a rid in their IDs.
const anonymous = "x-"

// runID makes the ID of a ping's run. Two steps may use the same rid.
func (p pinger) runID(step, rid string) string {
	if rid == "" {
		return pingPrefix + anonymous + p.newID()
	}
	sum := sha256.Sum256([]byte(step))
	return pingPrefix + rid + "-" + hex.EncodeToString(sum[:4])
}

// ridOf returns the rid of a ping in its one canonical form, or "".
func ridOf(r *http.Request) (string, error) {
	query := r.URL.Query()
	for name := range query {
		if name != "rid" {
			return "", badParameter(name, "is not a parameter of this call; there is rid")
		}
	}
	values := query["rid"]
	if len(values) == 0 {
		return "", nil
	}
	id, err := uuid.Parse(values[0])
	if err != nil || len(values) > 1 {
		return "", badParameter("rid", "must be given once, as a UUID such as uuidgen makes")
	}
	return id.String(), nil
}

// The lengths of what is kept of a ping's body. A secret may begin in the bytes before those that are kept.
const (
	messageBytes = 4 << 10
	contextBytes = 16 << 10
)

// tailOf returns the end of a ping's body, without secrets, as a text that the database takes.
func tailOf(b *Body) (string, error) {
	from, err := b.Open()
	if err != nil {
		return "", err
	}
	defer from.Close()
	var kept []byte
	piece := make([]byte, 8<<10)
	for {
		n, err := from.Read(piece)
		kept = append(kept, piece[:n]...)
		if over := len(kept) - messageBytes - contextBytes; over > 0 {
			kept = slices.Delete(kept, 0, over)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
	}
	cut := max(0, len(kept)-messageBytes)
	for cut < len(kept) && cut > 0 && !utf8.RuneStart(kept[cut]) {
		cut++
	}
	return strings.TrimSpace(redact.After(cleanText(string(kept[:cut])), cleanText(string(kept[cut:])))), nil
}

// cleanText makes a text valid: PostgreSQL takes neither a NUL character nor invalid UTF-8.
func cleanText(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}
