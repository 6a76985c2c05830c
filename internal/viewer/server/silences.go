package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"time"
)

// Silence says which alerts nobody is told of for a time.
type Silence struct {
	ID            string
	Rule, Subject string // "" for every rule or subject
	Until         time.Time
	By, Reason    string
}

// Silencing says how silences are made. Its functions write with the login that may write, never with the one that the
// dashboards' queries have.
type Silencing struct {
	// Held returns the silences that hold.
	Held func(context.Context) ([]Silence, error)
	// Refusal says why no silence can be made here, whoever asks; "" if one can.
	Refusal func(context.Context) string
	// Add makes the silence that a body asks for, as JSON. If the person is at fault, the error is a *BadSilenceError.
	Add func(ctx context.Context, body io.Reader, by string) (Silence, error)
	// End ends a silence, and reports whether there was one that had not ended.
	End func(ctx context.Context, id, by string) (bool, error)
	// Opening returns when the desk opens next; until then people often silence what they can't mend today.
	Opening func() time.Time
	// Rules are the names of the rules that can be silenced.
	Rules []string
	// LocalName names whoever sits at this machine, where nobody has to log in. If it is "", a proxy passes on the requests
	// of others, and nobody is known to sit here.
	LocalName string
}

// BadSilenceError says what is wrong with a silence that somebody asks for.
type BadSilenceError struct {
	Sentence string
	// Conflict says that the silence itself is right, and that it can't be made now.
	Conflict bool
}

func (e *BadSilenceError) Error() string { return e.Sentence }

const (
	// largestSilence bounds the body of a silence, in bytes.
	largestSilence = 8 << 10
	// An operator may make or end ten silences at once and then one every six seconds.
	silenceTries, silencePause = 10, 6 * time.Second
	// silenceLimit is how long the database may take.
	silenceLimit = 10 * time.Second
)

// pageSilence is a silence as pages get it.
type pageSilence struct {
	ID      string `json:"id"`
	Rule    string `json:"rule"`
	Subject string `json:"subject"`
	Until   int64  `json:"until"` // in milliseconds
	By      string `json:"by"`
	Reason  string `json:"reason"`
}

func pageSilenceOf(q Silence) *pageSilence {
	return &pageSilence{q.ID, q.Rule, q.Subject, q.Until.UnixMilli(), q.By, q.Reason}
}

// silencing is what a page needs to silence alerts.
type silencing struct {
	// May says that whoever looks may silence alerts. If not, Why says why.
	May     bool     `json:"may"`
	Why     string   `json:"why"`
	Opening int64    `json:"opening"` // in milliseconds; 0 if nobody may silence anything
	Rules   []string `json:"rules"`
}

// silencingFor says whether the sender of a request may silence alerts.
func (s *Server) silencingFor(ctx context.Context, r *http.Request) silencing {
	if _, err := s.silencer(ctx, r); err != nil {
		return silencing{Why: err.Error(), Rules: []string{}}
	}
	return silencing{May: true, Opening: s.cfg.Alerting.Silencing.Opening().UnixMilli(), Rules: s.cfg.Alerting.Silencing.Rules}
}

// silencer returns who may silence alerts with a request. The error refuses the request.
func (s *Server) silencer(ctx context.Context, r *http.Request) (string, error) {
	if s.cfg.Alerting == nil || s.cfg.Alerting.Silencing == nil {
		return "", refuse(http.StatusConflict, "this page shows a moment of the past, so nothing can be silenced here")
	}
	who, err := s.operator(r)
	if err != nil {
		return "", err
	}
	if why := s.cfg.Alerting.Silencing.Refusal(ctx); why != "" {
		return "", refuse(http.StatusServiceUnavailable, "%s", why)
	}
	return who, nil
}

// operator returns the name of the operator who sent a request. Where nobody has to log in, that is whoever sits at this
// machine.
func (s *Server) operator(r *http.Request) (string, error) {
	if s.entrance == nil {
		if s.cfg.Door != DoorLoopback || s.cfg.Alerting.Silencing.LocalName == "" || !atThisMachine(r) {
			return "", refuse(http.StatusForbidden, "nobody logs in here, so only somebody at the server's own machine may do this, at its loopback address")
		}
		return s.cfg.Alerting.Silencing.LocalName, nil
	}
	return operatorOf(r)
}

// atThisMachine reports whether a request comes from this machine and was sent to one of its loopback names, and no proxy
// passed it on.
func atThisMachine(r *http.Request) bool {
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if r.Header.Get(header) != "" {
			return false
		}
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !from.Addr().Unmap().IsLoopback() || !(hostPolicy{}).allows(r.Host, netip.Addr{}) {
		return false
	}
	origin := r.Header.Get("Origin")
	return origin == "" || isLoopbackOrigin(origin)
}

// addSilence makes a silence.
func (s *Server) addSilence(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), silenceLimit)
	defer cancel()
	who, err := s.maySilence(ctx, w, r)
	if err != nil {
		return err
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "the body must be JSON, with the content type application/json")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestSilence))
	if err != nil {
		return refuse(http.StatusRequestEntityTooLarge, "the body did not arrive whole, or is larger than %d KiB", largestSilence>>10)
	}
	q, err := s.cfg.Alerting.Silencing.Add(ctx, bytes.NewReader(body), who)
	var bad *BadSilenceError
	switch {
	case errors.As(err, &bad) && bad.Conflict:
		return refuse(http.StatusConflict, "%s", bad.Sentence)
	case errors.As(err, &bad):
		return refuse(http.StatusBadRequest, "%s", bad.Sentence)
	case err != nil:
		s.cfg.Logger.Error("a silence could not be made", "user", who, "error", err)
		return refuse(http.StatusServiceUnavailable, "the silence could not be kept; the program's log says why")
	}
	did := fmt.Sprintf("silenced rule %q, subject %q until %s: %s", q.Rule, q.Subject, q.Until.UTC().Format(time.RFC3339), q.Reason)
	noteDeed(r.Context(), did)
	s.cfg.Logger.Info("alerts are silenced", "user", who, "silence", q.ID, "rule", q.Rule, "subject", q.Subject, "until", q.Until.UTC(), "reason", q.Reason)
	writeJSON(w, http.StatusCreated, pageSilenceOf(q))
	return nil
}

// endSilence ends a silence early.
func (s *Server) endSilence(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), silenceLimit)
	defer cancel()
	who, err := s.maySilence(ctx, w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	over, err := s.cfg.Alerting.Silencing.End(ctx, id, who)
	switch {
	case err != nil:
		s.cfg.Logger.Error("a silence could not be ended", "user", who, "error", err)
		return refuse(http.StatusServiceUnavailable, "the silence could not be ended; the program's log says why")
	case !over:
		return refuse(http.StatusNotFound, "there is no silence with this ID that holds")
	}
	noteDeed(r.Context(), "ended the silence "+id)
	s.cfg.Logger.Info("a silence is ended", "user", who, "silence", id)
	writeJSON(w, http.StatusOK, map[string]string{"ended": id})
	return nil
}

// maySilence returns who may make or end a silence with a request, and counts that as a try.
func (s *Server) maySilence(ctx context.Context, w http.ResponseWriter, r *http.Request) (string, error) {
	who, err := s.silencer(ctx, r)
	if err != nil {
		return "", err
	}
	if wait := s.silenceTries.Try(who); wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		w.Header().Set("Retry-After", fmt.Sprint(seconds))
		return "", refuse(http.StatusTooManyRequests, "these were too many changes in a short time; try again in %d s", seconds)
	}
	return who, nil
}
