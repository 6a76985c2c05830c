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
	// headerLimit is how long a client may take for a request's first line and its headers.
	headerLimit = 10 * time.Second
	// idleLimit is how long a connection is kept for a next request.
	idleLimit = 2 * time.Minute
	// answerLimit is how long a client may take for an answer, from its request on. Panels have a longer
	// time, see writeLimit.
	answerLimit = time.Minute
	// mostHeader is how long a request's first line and its headers may be, in bytes.
	mostHeader = 32 << 10
	// drainTime is how long running requests may go on once the program has been told to end.
	drainTime = 5 * time.Second
)

// Serve answers what comes in at l until ctx ends, then lets running requests finish. Each connection, and
// all of them together, have a bound in time and in memory.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	open := newConnections(s.metrics)
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerLimit,
		WriteTimeout:      answerLimit,
		IdleTimeout:       idleLimit,
		MaxHeaderBytes:    mostHeader,
		ConnContext:       open.opened,
		ConnState:         open.stateChanged,
		// Go would answer OPTIONS * itself, whatever host the request is for.
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
