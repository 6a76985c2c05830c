package server

import (
	"context"
	"runtime/debug"
	"time"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/view"
)

// panelLine returns a panel as a line of JSON, from what is kept or by a computation. It returns an error only if ctx ends.
func (s *Server) panelLine(ctx context.Context, page page, d *served, p *model.Panel,
	marks func(context.Context) annotation.Marks) (*line, error) {
	answer, err := s.answered(ctx, page.about(d, p), func(ctx context.Context) (any, int, bool) {
		plain, failed := s.computed(ctx, d, p, page, marks)
		l := newLine(plain, &s.deflater)
		return l, l.bytes(), failed
	})
	if err != nil {
		return nil, err
	}
	return s.lineOf(page, answer), nil
}

// lineOf returns the line of an answer. If something has been recorded between the computation and the request, the page
// learns of the change once more, a little later.
func (s *Server) lineOf(page page, a keptAnswer) *line {
	if a.data.changes < page.data.changes {
		s.recorded.tellAgain(rushPace)
	}
	return a.value.(*line)
}

// computed computes a panel and encodes it. If the program panics, that is the error of this panel alone.
func (s *Server) computed(ctx context.Context, d *served, p *model.Panel, page page,
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
	out := s.render(ctx, d, p, page, annotations)
	return encoded(out), out.Error != ""
}

// encoded returns a panel as a line of JSON. If JSON can't express it, because of an infinite number for example, that is the
// panel's error.
func encoded(p view.Panel) []byte {
	line, err := encodeJSON(p)
	if err != nil {
		line, _ = encodeJSON(view.Panel{ID: p.ID, Type: p.Type, Title: p.Title, Error: "This panel can't be sent: " + err.Error() + "."})
	}
	return line
}

// render waits for a free place, computes a panel, and counts it in the metrics.
func (s *Server) render(ctx context.Context, d *served, p *model.Panel, page page, marks annotation.Marks) view.Panel {
	// If the time ends before there is a place, the panel says that its query did not end.
	if leave, ok := s.places.take(ctx, d.UID); ok {
		defer leave()
	}
	start := time.Now()
	out := render.Panel(ctx, knower{page.data.Querier, s.keeper, page.data}, d.parsed, p.ID, withPanelWidth(page.Request, p), marks)
	s.metrics.panel(d.UID, p.Type, out.Error != "", time.Since(start))
	if out.Error != "" && ctx.Err() == nil {
		s.cfg.Logger.Warn("panel failed", "dashboard", d.UID, "panel", p.ID, "error", out.Error)
	}
	return out
}
