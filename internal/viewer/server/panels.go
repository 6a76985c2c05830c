package server

import (
	"context"
	"net/http"
	"sync"
	"time"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/panel/kinds"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/variable"
)

const (
	gridColumns = 24
	// narrow is the width of a page below which each panel is as wide as the page.
	narrow = 900
)

// panel answers with one panel.
func (s *Server) panel(w http.ResponseWriter, r *http.Request, a asked) error {
	page, err := s.pageOf(r.Context(), a)
	if err != nil {
		return err
	}
	marks := func(ctx context.Context) annotation.Marks { return s.annotations(ctx, a.dashboard, page.Request) }
	line, err := s.shared(r.Context(), page, a.dashboard, a.panel, marks)
	if err != nil {
		return nil // the reader went away
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	readerOf(r.Context()).addHeld(len(line))
	s.write(w, line)
	return nil
}

// panels computes all panels of a dashboard at once and sends each as soon as it is ready.
func (s *Server) panels(w http.ResponseWriter, r *http.Request, a asked) error {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	page, err := s.pageOf(ctx, a)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy that collected the answer would undo the streaming
	w.WriteHeader(http.StatusOK)

	ready := make(chan []byte)
	go s.renderAll(ctx, a.dashboard, page, ready)
	flush := http.NewResponseController(w)
	for line := range ready {
		taken := s.write(w, line)
		if taken {
			_ = flush.Flush()
		} else {
			cancel() // the reader has gone away, so nobody needs the other panels; the channel ready must still be emptied
		}
		readerOf(ctx).addHeld(-len(line))
	}
	return nil
}

// page is what the panels of one page are computed for.
type page struct {
	request.Request        // with its variables resolved
	query           string // the request's query string, in a fixed order
	version         int64  // how many changes were known when the request came
}

// pageOf resolves the variables once for all panels of a page.
func (s *Server) pageOf(ctx context.Context, a asked) (page, error) {
	version := s.recorded.count.Load()
	_, resolved, err := variable.Resolve(ctx, s.cfg.Querier, a.dashboard.parsed, a.Request)
	if err != nil {
		return page{}, badRequest(err)
	}
	return page{resolved, a.query.Encode(), version}, nil
}

// writeLimit is how long a reader may take to receive one panel. A reader that has stopped reading is cut off then, so that
// its answer does not stay in memory.
const writeLimit = 20 * time.Second

// write sends a panel, and reports whether that succeeded.
func (s *Server) write(w http.ResponseWriter, line []byte) bool {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeLimit)) // fails only for the recorders of tests, which have no deadlines
	_, err := w.Write(line)
	return err == nil
}

// renderAll computes every panel of the dashboard except its rows, sends each to ready, and closes ready.
func (s *Server) renderAll(ctx context.Context, d *served, page page, ready chan<- []byte) {
	defer close(ready)
	var once sync.Once // the first panel that needs the annotations fetches them for all
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
			readerOf(ctx).group.waitForRoom(ctx) // if the time ends first, the panel shows that as its error
			if line, err := s.shared(ctx, page, d, p, marks); err == nil {
				readerOf(ctx).addHeld(len(line))
				ready <- line
			}
		})
	}
	all.Wait()
}

// annotations fetches a dashboard's annotations. It takes at most a third of the time for the answer, so that the panels that
// wait for them still have time for their own queries.
func (s *Server) annotations(ctx context.Context, d *served, req request.Request) annotation.Marks {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.AnswerTimeout/3)
	defer cancel()
	return annotation.Fetch(ctx, s.cfg.Querier, d.parsed, req)
}

// showsAnnotations reports whether a panel draws annotations, and so has to wait for them.
func showsAnnotations(p *model.Panel) bool {
	kind, _ := kinds.Find(p.Type) // a kind that is not drawn shows none
	return kind.ShowsAnnotations
}

// withPanelWidth returns the page's request with the width of a panel.
func withPanelWidth(page request.Request, p *model.Panel) request.Request {
	if page.Width >= narrow && p.GridPos.W > 0 {
		page.Width = max(1, page.Width*p.GridPos.W/gridColumns)
	}
	return page
}
