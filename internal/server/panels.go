package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"macrowatch/internal/panel"
	"macrowatch/internal/view"
)

const (
	gridColumns = 24
	// narrow is the page width below which panels stand under each other, each as wide as the page.
	narrow = 900
)

// panel computes one panel.
func (s *Server) panel(w http.ResponseWriter, r *http.Request) {
	d, ok := s.lookup(w, r)
	if !ok {
		return
	}
	id, err := strconv.Atoi(r.PathValue("id"))
	p := d.parsed.Panel(id)
	if err != nil || p == nil {
		writeError(w, http.StatusNotFound,
			fmt.Sprintf("dashboard %s has no panel %q; it has: %s", d.UID, r.PathValue("id"), panelIDs(d.parsed)))
		return
	}
	req, err := s.panelRequest(d, r.URL.Query())
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	if !s.answers(w, r) {
		return
	}
	if req, ok = s.withVariables(w, r, d, req); !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.AnswerTimeout)
	defer cancel()
	writeJSON(w, http.StatusOK, s.render(ctx, d, p, ofPanel(req, p), s.annotations(ctx, d, req)))
}

// panels computes all panels of a dashboard at once and streams each as soon as it is ready.
func (s *Server) panels(w http.ResponseWriter, r *http.Request) {
	d, ok := s.lookup(w, r)
	if !ok {
		return
	}
	page, err := s.panelRequest(d, r.URL.Query())
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	if !s.answers(w, r) {
		return
	}
	if page, ok = s.withVariables(w, r, d, page); !ok {
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy that collects the answer would undo the streaming
	w.WriteHeader(http.StatusOK)

	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.AnswerTimeout)
	defer cancel()
	ready := make(chan view.Panel)
	go s.renderAll(ctx, d, page, ready)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	flush := http.NewResponseController(w)
	for p := range ready {
		if enc.Encode(p) != nil {
			continue // the reader went away; the context ends the rest, and ready must be drained
		}
		_ = flush.Flush()
	}
}

// answers makes sure that the database does, or says so with 503. Asked before the first panel, so
// that a page keeps what it shows instead of drawing the same error in every panel.
func (s *Server) answers(w http.ResponseWriter, r *http.Request) bool {
	if err := s.ping(r.Context()); err != nil {
		if r.Context().Err() == nil {
			s.cfg.Logger.Warn("database is failing", "error", err)
		}
		writeError(w, http.StatusServiceUnavailable, "the database does not answer")
		return false
	}
	return true
}

// renderAll sends every panel of the dashboard but its rows, and closes ready.
func (s *Server) renderAll(ctx context.Context, d *served, page panel.Request, ready chan<- view.Panel) {
	defer close(ready)
	marks := sync.OnceValue(func() panel.Annotations { return s.annotations(ctx, d, page) })
	var all sync.WaitGroup
	for _, p := range d.parsed.Panels {
		if p.Type == "row" {
			continue
		}
		all.Go(func() {
			var annotations panel.Annotations
			if charted(p) {
				annotations = marks()
			}
			ready <- s.render(ctx, d, p, ofPanel(page, p), annotations)
		})
	}
	all.Wait()
}

// annotations fetches a dashboard's annotations in a third of the time that an answer may take, so
// that the panels that wait for them still have time for their own queries.
func (s *Server) annotations(ctx context.Context, d *served, req panel.Request) panel.Annotations {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.AnswerTimeout/3)
	defer cancel()
	return panel.FetchAnnotations(ctx, s.cfg.Querier, d.parsed, req)
}

// render computes a panel when there is a free place, and counts it.
func (s *Server) render(ctx context.Context, d *served, p *panel.Panel, req panel.Request, marks panel.Annotations) view.Panel {
	// Without a place, since the time is up, the panel says that its query did not end.
	if leave, ok := s.places.take(ctx, d.UID); ok {
		defer leave()
	}
	start := time.Now()
	out := panel.Render(ctx, s.cfg.Querier, d.parsed, p.ID, req, marks)
	s.metrics.panel(d.UID, out.Error != "", time.Since(start))
	if out.Error != "" && ctx.Err() == nil {
		s.cfg.Logger.Warn("panel failed", "dashboard", d.UID, "panel", p.ID, "error", out.Error)
	}
	return out
}

// charted reports whether annotations stand on the panel: the others need not wait for them.
func charted(p *panel.Panel) bool { return p.Type == "timeseries" || p.Type == "state-timeline" }

// ofPanel is the page's request with the width that the panel has on it.
func ofPanel(page panel.Request, p *panel.Panel) panel.Request {
	if page.Width >= narrow && p.GridPos.W > 0 {
		page.Width = max(1, page.Width*p.GridPos.W/gridColumns)
	}
	return page
}

func panelIDs(d *panel.Dashboard) string {
	text := ""
	for _, p := range d.Panels {
		if p.Type == "row" {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += strconv.Itoa(p.ID)
	}
	return text
}
