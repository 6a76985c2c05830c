package server

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"runtime/debug"

	"github.com/klauspost/compress/gzhttp"
)

// writeJSON answers with v. It sends the status before it encodes v, so v must be of a type that can't fail to encode.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // fails only if the client has gone away
}

// encodeJSON returns a value as a line of JSON.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// longestMessage bounds an error's message, which may quote a part of the request.
const longestMessage = 600

// writeError answers with a sentence for the reader.
func writeError(w http.ResponseWriter, status int, message string) {
	if runes := []rune(message); len(runes) > longestMessage {
		message = string(runes[:longestMessage]) + " …"
	}
	writeJSON(w, status, map[string]string{"message": message})
}

// contentSecurityPolicy allows the page its own files and its own API. It allows no inline script or style, and no other
// host.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; " +
	"img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'self'; " +
	"form-action 'none'; frame-ancestors 'self'"

func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store") // assets replace it
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000") // a year
		}
		next.ServeHTTP(w, r)
	})
}

// compressed compresses answers with gzip, at the level with the smallest tables. It does without Zstandard, which needs
// megabytes for each answer that is being sent.
func compressed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.EnableZstd(false), gzhttp.CompressionLevel(gzip.BestSpeed))
	if err != nil {
		panic(err) // the options are constants
	}
	return wrap(next)
}

// recovered turns a panic into an answer with status 500. The stack trace is in the log only.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			s.metrics.panics.Inc()
			s.cfg.Logger.Error("request panicked", "path", r.URL.Path, "panic", v, "stack", string(debug.Stack()))
			writeError(w, http.StatusInternalServerError, "internal error; the program's log says more")
		}()
		next.ServeHTTP(w, r)
	})
}
