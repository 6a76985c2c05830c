package server

import (
	"context"
	"net/http"
	"time"
)

// pingTimeout is how long a health check waits for the database.
const pingTimeout = 2 * time.Second

type healthAnswer struct {
	Database string `json:"database"` // ok or failing
	Version  string `json:"version"`
}

// health answers as Grafana's call of this name does: 200 while the database answers, 503 while it does not.
func (s *Server) health(w http.ResponseWriter, r *http.Request) error {
	if err := s.ping(r.Context()); err != nil {
		s.cfg.Logger.Warn("database is failing", "error", err)
		writeJSON(w, http.StatusServiceUnavailable, healthAnswer{"failing", s.cfg.Version})
		return nil
	}
	writeJSON(w, http.StatusOK, healthAnswer{"ok", s.cfg.Version})
	return nil
}

// livez says that the process answers. It does not ask the database, so that a supervisor does not restart the program when
// the database fails.
func (s *Server) livez(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

// readyz says whether the server can answer: 503 while the database does not answer, and until the record is prepared.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err := s.ping(r.Context()); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("the database does not answer\n"))
		return
	}
	if p := s.preparing(); p != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(p.Text + "\n"))
		return
	}
	_, _ = w.Write([]byte("ok\n"))
	if s.cfg.Replica != nil {
		if note := s.cfg.Replica.Says(); note != "" {
			_, _ = w.Write([]byte(note + "\n"))
		}
	}
}

// ping returns nil if a database answers that pages can be read from.
func (s *Server) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	err := s.cfg.Ping(ctx)
	if s.cfg.Replica == nil {
		s.metrics.database(err == nil)
	}
	return err
}

// pingDatabase finds out for the metrics whether the database answers. With a replica, that is the primary.
func (s *Server) pingDatabase(ctx context.Context) error {
	if s.cfg.Replica == nil {
		return s.ping(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	err := s.cfg.Replica.PingPrimary(ctx)
	s.metrics.database(err == nil)
	return err
}
