package server

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"macrowatch/internal/viewer/access"
)

// logLine is a line of the access log. It has no query string, since that may hold a code or another secret.
type logLine struct {
	Time       string  `json:"time"`
	User       string  `json:"user"` // "" if nobody is signed in
	Role       string  `json:"role"`
	Address    string  `json:"address"`
	Method     string  `json:"method"`
	Path       string  `json:"path"`
	Status     int     `json:"status"`
	Bytes      int64   `json:"bytes"`
	DurationMS float64 `json:"duration_ms"`
	Did        string  `json:"did,omitempty"` // what the request changed
}

// noted is what the access log learns of a request while it is answered.
type noted struct {
	who access.Identity
	did string
}

// logged writes a line for each request when it has been answered.
func (s *Server) logged(next http.Handler) http.Handler {
	out := s.cfg.AccessLog
	if out == nil {
		return next
	}
	var proxies access.Proxies
	if s.cfg.Login != nil {
		proxies = s.cfg.Login.Proxies
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, started := s.cfg.Now(), time.Now()
		counted := &countingWriter{ResponseWriter: w, status: http.StatusOK}
		seen := &noted{}
		defer func() { // also if the handler panics, to close the connection
			line, err := json.Marshal(logLine{
				Time: began.UTC().Format(time.RFC3339Nano), User: seen.who.User, Role: string(seen.who.Role), Did: seen.did, Address: addressText(proxies, r), Method: shortened(r.Method),
				Path: shortened(r.URL.Path), Status: counted.status, Bytes: counted.bytes, DurationMS: float64(time.Since(started).Microseconds()) / 1000,
			})
			if err == nil {
				_, err = out.Write(append(line, '\n'))
			}
			if err != nil {
				s.cfg.Logger.Error("the access log can't be written", "error", err)
			}
		}()
		next.ServeHTTP(counted, r.WithContext(context.WithValue(r.Context(), notedKey{}, seen)))
	})
}

func addressText(proxies access.Proxies, r *http.Request) string {
	if ip := proxies.ClientOf(r); ip.IsValid() {
		return ip.String()
	}
	return ""
}

// longestLogged bounds what a request can make a line of the log hold.
const longestLogged = 512

func shortened(text string) string {
	if len(text) > longestLogged {
		return text[:longestLogged] + "…"
	}
	return text
}

// countingWriter notes an answer's status, and how many bytes are sent.
type countingWriter struct {
	http.ResponseWriter
	status  int
	bytes   int64
	started bool
}

func (w *countingWriter) WriteHeader(status int) {
	if !w.started && (status >= 200 || status == http.StatusSwitchingProtocols) {
		w.status, w.started = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *countingWriter) Write(b []byte) (int, error) {
	w.started = true
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// ReadFrom lets the system send files without copying them.
func (w *countingWriter) ReadFrom(from io.Reader) (int64, error) {
	w.started = true
	n, err := io.Copy(w.ResponseWriter, from)
	w.bytes += n
	return n, err
}

// Unwrap returns the wrapped writer, for http.ResponseController.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

type notedKey struct{}

// noteIdentity tells the access log who sent the request.
func noteIdentity(ctx context.Context, who access.Identity) {
	if seen, ok := ctx.Value(notedKey{}).(*noted); ok {
		seen.who = who
	}
}

// noteDeed tells the access log what a request changed.
func noteDeed(ctx context.Context, did string) {
	if seen, ok := ctx.Value(notedKey{}).(*noted); ok {
		seen.did = did
	}
}

type identityKey struct{}

func withIdentity(ctx context.Context, who access.Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, who)
}

// identityOf returns who sent the request. It is nobody if there is no login.
func identityOf(ctx context.Context) access.Identity {
	who, _ := ctx.Value(identityKey{}).(access.Identity)
	return who
}
