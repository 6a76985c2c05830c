package httpintake

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"macrowatch/internal/record/lineage"
	"macrowatch/internal/record/store"
)

// BasePath is the path below which every operation lies.
const BasePath = "/api/v1/"

// Config is what an Intake needs. Store must be set.
type Config struct {
	// Store is where rows are written. Its login must be allowed to write.
	Store *store.Store
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// NewID makes the ID of a run that the sender has not named; nil makes a UUID.
	NewID func() string
	// Limits bound what is taken. Fields that are zero have their defaults.
	Limits Limits
	// BasePath is the prefix of all paths, as people reach them. The requests come without it.
	BasePath string
	// Operations are operations of other packages.
	Operations []Operation
	// LineageRules say which steps the jobs of OpenLineage's events are.
	LineageRules lineage.Rules
	// Logger logs what the sender need not know. It may be nil.
	Logger *slog.Logger
}

// Intake answers the requests below BasePath. Make one with New.
type Intake struct {
	cfg        Config
	operations []Operation
	mux        *http.ServeMux
	room       *room
	metrics    *metrics
}

// New makes an intake. Its error is a mistake in the description of an operation.
func New(cfg Config) (*Intake, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.NewID == nil {
		cfg.NewID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	cfg.Limits = cfg.Limits.withDefaults()
	in := &Intake{cfg: cfg, mux: http.NewServeMux(), room: newRoom(cfg.Limits)}
	in.metrics = newMetrics(in.room)
	in.operations = slices.Concat(rowOperations(cfg.Limits), runOperations(cfg.NewID), pingOperations(cfg.NewID), lineageOperations(cfg.LineageRules), cfg.Operations)
	for _, o := range in.operations {
		in.mux.Handle(o.Path, in.handler(o))
	}
	description, err := in.serveDescription()
	if err != nil {
		return nil, err
	}
	in.mux.Handle(DescriptionPath, description)
	return in, nil
}

// ServeHTTP answers one request.
func (in *Intake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := in.mux.Handler(r); pattern != "" {
		in.mux.ServeHTTP(w, r)
		return
	}
	var paths []string
	for _, o := range in.operations {
		paths = append(paths, o.Path)
	}
	refusef(http.StatusNotFound, "there is no call %s; there are %s", r.URL.Path, strings.Join(paths, ", ")).write(w)
}

// handler answers the requests for an operation.
func (in *Intake) handler(o Operation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		outcome := in.answer(w, r, o)
		in.metrics.requests.WithLabelValues(o.Name, outcome).Inc()
	})
}

// answer answers a request, and returns its outcome for the metrics.
func (in *Intake) answer(w http.ResponseWriter, r *http.Request, o Operation) (outcome string) {
	done, err := in.take(w, r, o)
	if err != nil {
		refused := in.refusalOf(o, err)
		refused.write(w)
		return refused.outcome()
	}
	if done.replayed {
		w.Header().Set("Idempotent-Replayed", "true")
		writeAnswer(w, done.status, done.body)
		return "replayed"
	}
	writeAnswer(w, done.status, done.body)
	in.metrics.count(o.Name, done.counts)
	in.metrics.countEvents(done.events)
	return "accepted"
}

// take does everything between the request and its answer.
func (in *Intake) take(w http.ResponseWriter, r *http.Request, o Operation) (performed, error) {
	if !slices.Contains(o.Methods, r.Method) {
		w.Header().Set("Allow", strings.Join(o.Methods, ", "))
		return performed{}, refusef(http.StatusMethodNotAllowed, "%s is not allowed here; allowed is %s", r.Method, strings.Join(o.Methods, ", "))
	}
	if !in.room.enter() {
		return performed{}, tooBusy("as many requests are being taken as can be")
	}
	defer in.room.leave()
	holder, err := in.authenticate(r)
	if err != nil {
		return performed{}, err
	}
	if !holder.MayWrite(o.Kind) || o.Named && holder.Kinds == nil {
		return performed{}, outsideScope(holder, o.Kind)
	}
	request := &Request{Request: r, Token: holder, Now: in.cfg.Now()}
	if request.key, err = idempotencyKey(r); err != nil {
		return performed{}, err
	}
	if request.Body, err = in.readBody(w, r, o); err != nil {
		return performed{}, err
	}
	defer request.Body.release()
	// The answer may take as long as the write, however long the body took.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(in.cfg.Limits.TurnTime + in.cfg.Limits.WriteTime + answerTime))
	leave, err := in.room.turn(r.Context())
	if err != nil {
		return performed{}, err
	}
	defer leave()
	ctx, cancel := context.WithTimeout(r.Context(), in.cfg.Limits.WriteTime)
	defer cancel()
	return in.perform(ctx, o, request)
}

// answerTime is how long sending an answer may take.
const answerTime = 30 * time.Second

// refusalOf turns an error of an operation into an answer.
func (in *Intake) refusalOf(o Operation, err error) *Refusal {
	var refused *Refusal
	if errors.As(err, &refused) {
		return refused
	}
	refused, known := refusalOfStore(err)
	if !known {
		in.cfg.Logger.Error("a request to the intake failed", "operation", o.Name, "error", err)
	}
	return refused
}
