package server

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	// headerLimit is how long a client may take to send a request's first line and headers.
	headerLimit = 10 * time.Second
	// idleLimit is how long a connection stays open for the next request.
	idleLimit = 2 * time.Minute
	// answerLimit is how long an answer may take, from the request to its last byte. From the first panel on,
	// writeLimit replaces it: each panel sets the deadline anew.
	answerLimit = time.Minute
	// mostHeader is how many bytes a request's first line and headers may have.
	mostHeader = 32 << 10
	// drainTime is how long running requests may go on after the program has received the signal to end.
	drainTime = 5 * time.Second
)

// Serve answers the connections that l accepts until ctx ends, and then lets running requests finish. Time and memory are
// bounded for each connection and for all of them together.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	return s.serve(ctx, l, s)
}

// ServeMetrics answers /metrics, /livez and /readyz at an address of their own, without a login, until ctx ends.
func (s *Server) ServeMetrics(ctx context.Context, l net.Listener) error {
	probes := append(s.probes(false), route{"/", "unknown", s.api(func(http.ResponseWriter, *http.Request) error {
		return refuse(http.StatusNotFound, "only /metrics, /livez and /readyz are served here")
	})})
	return s.serve(ctx, l, s.guarded(s.mux(probes)))
}

func (s *Server) serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	srv := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerLimit,
		WriteTimeout:      answerLimit,
		IdleTimeout:       idleLimit,
		MaxHeaderBytes:    mostHeader,
		ConnContext:       s.connections.opened,
		ConnState:         s.connections.stateChanged,
		// Go would answer OPTIONS * itself, for any host.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(s.cfg.Logger.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := srv.Shutdown(drain); err != nil {
		_ = srv.Close()
	}
	<-served
	return nil
}
