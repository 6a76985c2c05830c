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

// shared computes a panel, or joins a computation of the very same that is under way, and gives its
// answer as a line of JSON. It ends with an error only when ctx does. The computation belongs to all
// who wait for it, so that it goes on when the first of them goes away.
func (s *Server) shared(ctx context.Context, page page, d *served, p *model.Panel,
	marks func(context.Context) annotation.Marks) ([]byte, error) {
	key := fmt.Sprint(d.UID, " ", p.ID, " ", page.key)
	result := s.flights.DoChan(key, func() (any, error) {
		computing, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.AnswerTimeout)
		defer cancel()
		return s.computed(computing, d, p, withPanelWidth(page.Request, p), marks), nil
	})
	select {
	case r := <-result:
		return r.Val.([]byte), r.Err
	case <-ctx.Done():
		if ctx.Err() == context.Canceled {
			return nil, ctx.Err()
		}
		// Its time is over, and the computation's is about to be: it says so in the panel's words.
		r := <-result
		return r.Val.([]byte), r.Err
	}
}

// computed computes a panel and encodes it. A fault of the program in one panel is that panel's error.
func (s *Server) computed(ctx context.Context, d *served, p *model.Panel, req request.Request,
	marks func(context.Context) annotation.Marks) (line []byte) {
	defer func() {
		if v := recover(); v != nil {
			s.metrics.panics.Inc()
			s.cfg.Logger.Error("panel panicked", "dashboard", d.UID, "panel", p.ID, "panic", v, "stack", string(debug.Stack()))
			line = encoded(view.Panel{ID: p.ID, Type: p.Type, Title: p.Title,
				Error: "This panel met a fault of the program; the program's log says more."})
		}
	}()
	var annotations annotation.Marks
	if showsAnnotations(p) {
		annotations = marks(ctx)
	}
	return encoded(s.render(ctx, d, p, req, annotations))
}

// encoded is a panel as a line of JSON. Infinite numbers and the like, which JSON has no words for, are
// an error of the panel.
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

// render computes a panel when there is a free place, and counts it.
func (s *Server) render(ctx context.Context, d *served, p *model.Panel, req request.Request, marks annotation.Marks) view.Panel {
	// Without a place, since the time is up, the panel says that its query did not end.
	if leave, ok := s.places.take(ctx, d.UID); ok {
		defer leave()
	}
	start := time.Now()
	out := render.Panel(ctx, s.cfg.Querier, d.parsed, p.ID, req, marks)
	s.metrics.panel(d.UID, out.Error != "", time.Since(start))
	if out.Error != "" && ctx.Err() == nil {
		s.cfg.Logger.Warn("panel failed", "dashboard", d.UID, "panel", p.ID, "error", out.Error)
	}
	return out
}
