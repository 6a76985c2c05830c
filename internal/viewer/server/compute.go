package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"time"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/view"
)

// shared computes a panel and returns it as a line of JSON. If the same panel is being computed for another reader, shared
// waits for that computation instead. A computation goes on when the reader who began it goes away, because others may wait
// for it. In a rush, shared may return a panel that was computed before. It returns an error only if ctx ends.
func (s *Server) shared(ctx context.Context, page page, d *served, p *model.Panel,
	marks func(context.Context) annotation.Marks) ([]byte, error) {
	key, inRush := fmt.Sprint(d.UID, " ", d.version, " ", p.ID, " ", page.query), s.rush.on()
	if inRush {
		if found, ok := s.rush.find(key); ok {
			return s.lineFor(page, found), nil
		}
	} else {
		key = fmt.Sprint(page.version, " ", key) // what was recorded before the request must be in the answer
	}
	result := s.flights.DoChan(key, func() (any, error) {
		computing, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.AnswerTimeout)
		defer cancel()
		out := sharedPanel{version: s.recorded.count.Load(), began: time.Now()}
		out.line, out.failed = s.computed(computing, d, p, withPanelWidth(page.Request, p), marks)
		if inRush {
			s.rush.keep(key, out)
		}
		return out, nil
	})
	select {
	case r := <-result:
		return s.lineFor(page, r.Val.(sharedPanel)), nil
	case <-ctx.Done():
		if ctx.Err() == context.Canceled {
			return nil, ctx.Err()
		}
		// The time for the answer is over. The time for the computation ends about now too, and its result
		// contains that error.
		r := <-result
		return s.lineFor(page, r.Val.(sharedPanel)), nil
	}
}

// lineFor returns the line of a panel. If something has been recorded between the panel's computation and the request, the page
// learns of the change once more, a little later.
func (s *Server) lineFor(page page, p sharedPanel) []byte {
	if p.version < page.version {
		s.recorded.tellAgain(rushPace)
	}
	return p.line
}

// computed computes a panel and encodes it. If the program panics, that is the error of this panel alone.
func (s *Server) computed(ctx context.Context, d *served, p *model.Panel, req request.Request,
	marks func(context.Context) annotation.Marks) (line []byte, failed bool) {
	defer func() {
		if v := recover(); v != nil {
			s.metrics.panics.Inc()
			s.cfg.Logger.Error("panel panicked", "dashboard", d.UID, "panel", p.ID, "panic", v, "stack", string(debug.Stack()))
			line, failed = encoded(view.Panel{ID: p.ID, Type: p.Type, Title: p.Title,
				Error: "This panel met a fault of the program; the program's log says more."}), true
		}
	}()
	var annotations annotation.Marks
	if showsAnnotations(p) {
		annotations = marks(ctx)
	}
	out := s.render(ctx, d, p, req, annotations)
	return encoded(out), out.Error != ""
}

// encoded returns a panel as a line of JSON. If JSON can't express it, because of an infinite number for example, that is the
// panel's error.
func encoded(p view.Panel) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(p); err != nil {
		b.Reset()
		_ = enc.Encode(view.Panel{ID: p.ID, Type: p.Type, Title: p.Title, Error: "This panel can't be sent: " + err.Error() + "."})
	}
	return b.Bytes()
}

// render waits for a free place, computes a panel, and counts it in the metrics.
func (s *Server) render(ctx context.Context, d *served, p *model.Panel, req request.Request, marks annotation.Marks) view.Panel {
	// If the time ends before there is a place, the panel says that its query did not end.
	if leave, ok := s.places.take(ctx, d.UID); ok {
		defer leave()
	}
	start := time.Now()
	out := render.Panel(ctx, s.cfg.Querier, d.parsed, p.ID, req, marks)
	s.metrics.panel(d.UID, p.Type, out.Error != "", time.Since(start))
	if out.Error != "" && ctx.Err() == nil {
		s.cfg.Logger.Warn("panel failed", "dashboard", d.UID, "panel", p.ID, "error", out.Error)
	}
	return out
}
