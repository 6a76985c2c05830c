package server

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/panel/kinds"
	"macrowatch/internal/viewer/request"
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
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.AnswerTimeout)
	defer cancel()
	page, ok := s.pageRequest(ctx, w, r, d)
	if !ok {
		return
	}
	marks := func(ctx context.Context) annotation.Marks { return s.annotations(ctx, d, page.Request) }
	line, err := s.shared(ctx, page, d, p, marks)
	if err != nil {
		return // the reader went away
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	readerOf(ctx).addHeld(len(line))
	s.write(w, line)
}

// panels computes all panels of a dashboard at once and streams each as soon as it is ready.
func (s *Server) panels(w http.ResponseWriter, r *http.Request) {
	d, ok := s.lookup(w, r)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.AnswerTimeout)
	defer cancel()
	page, ok := s.pageRequest(ctx, w, r, d)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy that collects the answer would undo the streaming
	w.WriteHeader(http.StatusOK)

	ready := make(chan []byte)
	go s.renderAll(ctx, d, page, ready)
	flush := http.NewResponseController(w)
	for line := range ready {
		taken := s.write(w, line)
		if taken {
			_ = flush.Flush()
		} else {
			cancel() // the reader went away; the rest is not needed, and ready must be drained
		}
		readerOf(ctx).addHeld(-len(line))
	}
}

// pageRequest is a request for panels of one page.
type pageRequest struct {
	request.Request
	// key is the same for requests that may share one computation: they name the same range in the
	// same words, and nothing has been recorded between them.
	key string
}

// pageRequest reads what the panels are to be computed for, or answers with what is wrong.
func (s *Server) pageRequest(ctx context.Context, w http.ResponseWriter, r *http.Request, d *served) (pageRequest, bool) {
	q := r.URL.Query()
	req, err := s.panelRequest(d, q)
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return pageRequest{}, false
	}
	if !s.requireDatabase(w, r) {
		return pageRequest{}, false
	}
	req, ok := s.withVariables(ctx, w, d, req)
	if !ok {
		return pageRequest{}, false
	}
	return pageRequest{Request: req, key: fmt.Sprint(s.recorded.count.Load(), " ", q.Encode())}, true
}

// writeLimit is how long a reader may take for one panel. One that has stopped reading is cut off then,
// so that it does not keep the answer in memory.
const writeLimit = 20 * time.Second

// write sends a panel and reports whether the reader takes it.
func (s *Server) write(w http.ResponseWriter, line []byte) bool {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeLimit)) // a recorder in a test has none
	_, err := w.Write(line)
	return err == nil
}

// requireDatabase reports whether the database answers, and itself answers 503 where it does not. It comes
// before the first panel, so that a page keeps what it shows and does not draw one error in every panel.
func (s *Server) requireDatabase(w http.ResponseWriter, r *http.Request) bool {
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
func (s *Server) renderAll(ctx context.Context, d *served, page pageRequest, ready chan<- []byte) {
	defer close(ready)
	var once sync.Once // the panels share the annotations, in the time of the first that needs them
	var annotations annotation.Marks
	marks := func(ctx context.Context) annotation.Marks {
		once.Do(func() { annotations = s.annotations(ctx, d, page.Request) })
		return annotations
	}
	var all sync.WaitGroup
	for _, p := range d.parsed.Panels {
		if p.Type == "row" {
			continue
		}
		all.Go(func() {
			readerOf(ctx).group.waitForRoom(ctx) // where the time is over before that, the panel says so
			if line, err := s.shared(ctx, page, d, p, marks); err == nil {
				readerOf(ctx).addHeld(len(line))
				ready <- line
			}
		})
	}
	all.Wait()
}

// annotations fetches a dashboard's annotations in a third of the time that an answer may take, so
// that the panels that wait for them still have time for their own queries.
func (s *Server) annotations(ctx context.Context, d *served, req request.Request) annotation.Marks {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.AnswerTimeout/3)
	defer cancel()
	return annotation.Fetch(ctx, s.cfg.Querier, d.parsed, req)
}

// showsAnnotations reports whether a panel draws annotations. The others need not wait for them.
func showsAnnotations(p *model.Panel) bool {
	kind, _ := kinds.Find(p.Type) // a kind that is not drawn shows none
	return kind.ShowsAnnotations
}

// withPanelWidth is the page's request with the panel's own width in place of the page's.
func withPanelWidth(page request.Request, p *model.Panel) request.Request {
	if page.Width >= narrow && p.GridPos.W > 0 {
		page.Width = max(1, page.Width*p.GridPos.W/gridColumns)
	}
	return page
}

func panelIDs(d *model.Dashboard) string {
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
