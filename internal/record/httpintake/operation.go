package httpintake

import (
	"context"
	"net/http"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// Operation is one call of the intake.
type Operation struct {
	// Name stands in metrics, and names the operation in the API's description.
	Name string
	// Methods are the methods that are answered.
	Methods []string
	// Path is the path, as http.ServeMux reads it: /api/v1/ping/{step}.
	Path string
	// Kind is the kind of rows that a token must be for.
	Kind string
	// Named says that a token for every kind of rows does not suffice: it must name Kind.
	Named bool
	// ContentTypes are the types of body that are taken. nil takes every type.
	ContentTypes []string
	// Description is what the API's description says.
	Description Description
	// Answer does the work. It reads and writes with the request's store only, and does nothing that the end of the
	// transaction does not undo: it may be called again after a deadlock.
	Answer func(context.Context, *Request) (Answer, error)
}

// Request is a request whose token and body are good.
type Request struct {
	*http.Request
	Token store.Token
	Body  *Body
	// Store belongs to the transaction of this request.
	Store *store.Store
	// Now is when the request began.
	Now time.Time

	key string // the Idempotency-Key, or ""
}

// Answer is the answer to a request.
type Answer struct {
	Status int // 0 means 200
	Body   any // is sent as JSON
	Counts desk.Counts
	// Events are the numbers of events of OpenLineage, by type, for the metrics; nil if there are none.
	Events map[string]int64
}

// The content types of JSON.
const (
	typeJSON   = "application/json"
	typeNDJSON = "application/x-ndjson"
)

// jsonTypes are the content types of rows.
func jsonTypes() []string {
	return append(lineTypes(), typeJSON)
}

// lineTypes are the names under which objects are sent that stand on a line each.
func lineTypes() []string {
	return []string{typeNDJSON, "application/ndjson", "application/jsonl", "application/jsonlines", "application/x-jsonlines"}
}
