package httpintake

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
	"macrowatch/internal/record/store"
)

// Refusal is an error that is the answer to a request.
type Refusal struct {
	Status  int
	Message string
	// Rows are the first bad rows, and More how many more faults there are.
	Rows []BadRow
	More int64
	// RetryAfter is when the same request may succeed; zero if it never will.
	RetryAfter time.Duration
	// Challenge is the header WWW-Authenticate, or "".
	Challenge string
}

// BadRow is one fault of a request.
type BadRow struct {
	Index   int64  `json:"index" doc:"The row's place in the request, counted from 0."`
	Field   string `json:"field" doc:"The field at fault; empty if the whole row is."`
	Value   string `json:"value" doc:"The value, as it was sent."`
	Problem string `json:"problem" doc:"What is wrong, and what is allowed."`
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }

func refusef(status int, format string, args ...any) *Refusal {
	return &Refusal{Status: status, Message: fmt.Sprintf(format, args...)}
}

// tooBusy refuses a request that may succeed in a moment.
func tooBusy(why string) *Refusal {
	return &Refusal{Status: http.StatusTooManyRequests, Message: "Nothing was taken: " + why + ". Send the request again.", RetryAfter: 2 * time.Second}
}

// refusedJSON is the body of a refusal.
type refusedJSON struct {
	Message string   `json:"message" doc:"What is wrong, in a sentence."`
	Faults  int64    `json:"faults,omitempty" doc:"How many faults the rows have in all."`
	Rows    []BadRow `json:"rows,omitempty" doc:"The first 20 faults."`
}

// longestMessage bounds a message, which may quote a part of the request.
const longestMessage = 1000

func (r *Refusal) write(w http.ResponseWriter) {
	if r.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(r.RetryAfter.Seconds())))
	}
	if r.Challenge != "" {
		w.Header().Set("WWW-Authenticate", r.Challenge)
	}
	out := refusedJSON{Message: shortened(r.Message, longestMessage), Rows: r.Rows}
	if len(r.Rows) > 0 {
		out.Faults = int64(len(r.Rows)) + r.More
	}
	text, _ := json.Marshal(out) // texts and numbers always can be written
	writeAnswer(w, r.Status, string(text))
}

func shortened(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// outcome names the refusal in the metrics.
func (r *Refusal) outcome() string {
	switch {
	case len(r.Rows) > 0:
		return "bad_rows"
	case r.Status == http.StatusTooManyRequests:
		return "busy"
	case r.Status == http.StatusServiceUnavailable:
		return "unavailable"
	case r.Status >= http.StatusInternalServerError:
		return "failed"
	}
	return "refused"
}

// writeAnswer sends a text in JSON.
func writeAnswer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // fails only if the client has gone away
}

// refusalOfStore turns an error of the import or of the database into an answer. known is false if the error says
// nothing that the sender should read.
func refusalOfStore(err error) (refused *Refusal, known bool) {
	var bad *desk.BadRowsError
	var outside *store.OutsideStepsError
	var database *store.Error
	switch {
	case errors.As(err, &bad):
		return badRows(bad), true
	case errors.As(err, &outside):
		return refusef(http.StatusForbidden, "Nothing was written: %s. The token is for the runs of certain steps only; macrowatch token create --step makes one for this step.", outside), true
	case errors.Is(err, intake.ErrRowTooLong), errors.Is(err, intake.ErrTooManyRows):
		return refusef(http.StatusRequestEntityTooLarge, "Nothing was written: %s. Send the rows in several requests.", inWordsOfHTTP(err.Error())), true
	case errors.Is(err, intake.ErrUsage):
		return refusef(http.StatusBadRequest, "Nothing was written: %s.", inWordsOfHTTP(err.Error())), true
	case errors.Is(err, store.ErrOtherRequest):
		return refusef(http.StatusUnprocessableEntity, "Nothing was written: another request had the same Idempotency-Key. A new request needs a new key."), true
	case errors.As(err, &database) && database.Kind == store.BadData:
		return refusef(http.StatusBadRequest, "Nothing was written: %s.", database), true
	case errors.As(err, &database):
		return unavailable(database), true
	}
	return &Refusal{Status: http.StatusInternalServerError, Message: "Nothing was written: internal error; the program's log says more."}, false
}

// unavailable refuses a request because of the database. The sender keeps the request and sends it again later.
func unavailable(err *store.Error) *Refusal {
	again := 5 * time.Second
	if err.Permanent() {
		again = time.Minute // somebody must change something first
	}
	return &Refusal{Status: http.StatusServiceUnavailable, RetryAfter: again,
		Message: fmt.Sprintf("Nothing was written: %s.", err)}
}

// badRows lists the faults of rows.
func badRows(bad *desk.BadRowsError) *Refusal {
	refused := &Refusal{Status: http.StatusBadRequest, Message: "Nothing was written, because of faults in the rows.", More: bad.More}
	for _, row := range bad.Rows {
		refused.Rows = append(refused.Rows, BadRow{Index: row.Line - 1, Field: fieldOf(row.Column), Value: shortened(row.Value, 200), Problem: inWordsOfHTTP(row.Problem)})
	}
	return refused
}

// fieldOf returns the field of a fault. The import calls a name that it does not know a "key".
func fieldOf(column string) string {
	if column == "key" {
		return ""
	}
	return column
}

var lineInText = regexp.MustCompile(`\bline (\d+)\b`)

// inWordsOfHTTP rewrites a sentence of the import, which speaks of a file, its lines and the flags of a command.
func inWordsOfHTTP(sentence string) string {
	sentence = lineInText.ReplaceAllStringFunc(sentence, func(found string) string {
		line, err := strconv.ParseInt(strings.TrimPrefix(found, "line "), 10, 64)
		if err != nil {
			return found
		}
		return fmt.Sprintf("the row with index %d", line-1)
	})
	return strings.NewReplacer(
		"--timezone", "the parameter timezone", "--kind price or --kind yield", "the parameter kind (price or yield)",
		"--snapshot-window", "the parameter snapshot-window", "--replace-snapshots", "the parameter replace-snapshots",
		"not a JSON object; expected is one object on each line", "not a JSON object",
		"something follows the object; expected is one object on each line", "something follows the object on its line",
		"not a column; allowed are", "not a field; allowed are",
		"in the file", "in the request", "the file", "the request",
	).Replace(sentence)
}
