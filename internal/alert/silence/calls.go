package silence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/httpintake"
)

// TokenKind is what a token must be made for so that it may silence alerts. A token for every kind of rows may not.
const TokenKind = "silences"

// Asked is a silence that is asked for over HTTP, as JSON. It needs For or Until.
type Asked struct {
	Rule    string     `json:"rule,omitempty" maxLength:"200" doc:"The rule whose alerts are silent; without it, every rule."`
	Subject string     `json:"subject,omitempty" maxLength:"200" doc:"The subject whose alerts are silent, such as a step or a limit; a * stands for any text. Without it, every subject."`
	For     string     `json:"for,omitempty" doc:"How long the silence holds, such as 90m or 4h." example:"4h"`
	Until   *time.Time `json:"until,omitempty" doc:"When the silence ends."`
	Reason  string     `json:"reason" minLength:"1" maxLength:"500" doc:"Why. Others read it."`
}

// Answered is a silence that holds, as JSON.
type Answered struct {
	ID      string    `json:"id" doc:"The silence's ID."`
	Rule    string    `json:"rule" doc:"The rule; empty for every rule."`
	Subject string    `json:"subject" doc:"The subject; empty for every subject."`
	From    time.Time `json:"from" doc:"When the silence began."`
	Until   time.Time `json:"until" doc:"When it ends."`
	By      string    `json:"by" doc:"Who made it."`
	Reason  string    `json:"reason" doc:"Why."`
}

// held are the silences that hold.
type held struct {
	Silences []Answered `json:"silences" doc:"The silences that hold, the oldest first."`
}

// ended is the answer to the end of a silence.
type ended struct {
	Ended string `json:"ended" doc:"The ID of the silence that is over."`
}

func answered(q desk.AlertSilence) Answered {
	return Answered{q.ID, q.Rule, q.Subject, q.StartsAt.UTC(), q.EndsAt.UTC(), q.MadeBy, q.Reason}
}

// ReadAsked reads the JSON object of a silence that somebody asks for. Its error is a *Fault, or says why the text is no
// such object.
func ReadAsked(from io.Reader, by string) (Wish, error) {
	var a Asked
	d := json.NewDecoder(io.LimitReader(from, mostAsked))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		return Wish{}, noObject(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Wish{}, errors.New("something follows the JSON object")
	}
	w := Wish{Rule: a.Rule, Subject: a.Subject, Reason: a.Reason, NeedsReason: true, By: by}
	switch {
	case a.For != "" && a.Until != nil:
		return Wish{}, &Fault{Until, "for and until exclude each other"}
	case a.For != "":
		span, err := time.ParseDuration(a.For)
		if err != nil || span <= 0 {
			return Wish{}, &Fault{Until, "for is not a length of time, such as 90m or 4h"}
		}
		w.For = span
	case a.Until != nil:
		w.Until = *a.Until
	}
	return w, nil
}

// mostAsked bounds the JSON of a silence, in bytes.
const mostAsked = 16 << 10

// noObject says why a text is not the JSON object of a silence.
func noObject(err error) error {
	var wrong *json.UnmarshalTypeError
	var at *time.ParseError
	switch {
	case errors.As(err, &at):
		return errors.New("until is not a time with its zone, such as 2026-03-02T18:00:00Z")
	case errors.As(err, &wrong) && wrong.Field != "":
		return fmt.Errorf("%s is a %s; it must be a text", wrong.Field, wrong.Value)
	case errors.As(err, &wrong), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the body is not a whole JSON object")
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// Calls are the calls with which programs that have a token of TokenKind make and end silences.
func Calls() []httpintake.Operation {
	const path = httpintake.BasePath + "silences"
	types := []string{"application/json"}
	return []httpintake.Operation{
		{Name: "silences", Methods: []string{http.MethodGet}, Path: path, Kind: TokenKind, Named: true,
			Description: httpintake.Description{Summary: "Lists the silences that hold.", Result: held{}}, Answer: list},
		{Name: "silence", Methods: []string{http.MethodPost}, Path: path + "/start", Kind: TokenKind, Named: true, ContentTypes: types,
			Description: httpintake.Description{Summary: "Tells nobody of some alerts for a time.", Body: Asked{}, Result: Answered{}, Statuses: []int{http.StatusCreated},
				Example: map[string]any{"subject": "fred", "for": "2h", "reason": "the source moves"}}, Answer: begin},
		{Name: "unsilence", Methods: []string{http.MethodPost}, Path: path + "/{id}/end", Kind: TokenKind, Named: true,
			Description: httpintake.Description{Summary: "Ends a silence early.", Result: ended{}}, Answer: end},
	}
}

// holder says in a silence which token made it.
func holder(r *httpintake.Request) string { return "token " + r.Token.Name + " (" + r.Token.ID + ")" }

func list(ctx context.Context, r *httpintake.Request) (httpintake.Answer, error) {
	all, err := r.Store.Silences(ctx, r.Now)
	if err != nil {
		return httpintake.Answer{}, err
	}
	out := held{Silences: []Answered{}}
	for _, q := range all {
		out.Silences = append(out.Silences, answered(q))
	}
	return httpintake.Answer{Body: out}, nil
}

func begin(ctx context.Context, r *httpintake.Request) (httpintake.Answer, error) {
	body, err := r.Body.Open()
	if err != nil {
		return httpintake.Answer{}, err
	}
	defer body.Close()
	wish, err := ReadAsked(body, holder(r))
	if err != nil {
		return httpintake.Answer{}, refused(http.StatusBadRequest, err.Error())
	}
	q, err := Add(ctx, r.Store, wish, r.Now)
	var fault *Fault
	var tooMany *TooManyError
	switch {
	case errors.As(err, &fault):
		return httpintake.Answer{}, refused(http.StatusBadRequest, fault.Problem)
	case errors.As(err, &tooMany):
		return httpintake.Answer{}, refused(http.StatusConflict, tooMany.Error())
	case err != nil:
		return httpintake.Answer{}, err
	}
	return httpintake.Answer{Status: http.StatusCreated, Body: answered(q), Counts: desk.Counts{Inserted: 1}}, nil
}

func end(ctx context.Context, r *httpintake.Request) (httpintake.Answer, error) {
	id := r.PathValue("id")
	over, err := End(ctx, r.Store, id, holder(r), r.Now)
	switch {
	case err != nil:
		return httpintake.Answer{}, err
	case !over:
		return httpintake.Answer{}, refused(http.StatusNotFound, "no silence with this ID holds")
	}
	return httpintake.Answer{Body: ended{id}, Counts: desk.Counts{Updated: 1}}, nil
}

func refused(status int, problem string) *httpintake.Refusal {
	return &httpintake.Refusal{Status: status, Message: "Nothing was changed: " + problem + "."}
}
