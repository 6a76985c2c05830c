package server

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
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
	marks := func(ctx context.Context) annotation.Marks { return s.annotations(ctx, a.dashboard, page) }
	one, err := s.panelLine(r.Context(), page, a.dashboard, a.panel, marks)
	if err != nil {
		return nil // the reader went away
	}
	if unchanged(w, r, tagOf(one)) {
		return nil
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	out := newLineWriter(w, r)
	out.announce(one)
	if s.send(r.Context(), w, out, one) {
		_ = out.end()
	}
	return nil
}

// panels sends the panels of a dashboard: first those that are kept, and then each of the others as soon as it is computed.
func (s *Server) panels(w http.ResponseWriter, r *http.Request, a asked) error {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	wanted, err := wantedPanels(r.URL.Query())
	if err != nil {
		return badRequest(err)
	}
	page, err := s.pageOf(ctx, a)
	if err != nil {
		return err
	}
	kept, missing := s.keptLines(page, a.dashboard, wanted)
	if len(missing) == 0 && unchanged(w, r, tagOf(kept...)) {
		return nil
	}
	w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy that collected the answer would undo the streaming
	out := newLineWriter(w, r)
	if len(missing) == 0 {
		out.announce(kept...)
	}
	w.WriteHeader(http.StatusOK)
	for _, one := range kept {
		if !s.send(ctx, w, out, one) {
			return nil
		}
	}
	flush := http.NewResponseController(w)
	if len(kept) > 0 && len(missing) > 0 {
		_ = flush.Flush()
	}
	ready := make(chan *line)
	go s.renderAll(ctx, a.dashboard, missing, page, ready)
	for one := range ready {
		if s.send(ctx, w, out, one) {
			_ = flush.Flush()
		} else {
			cancel() // the reader has gone away, so nobody needs the other panels; the channel ready must still be emptied
		}
	}
	_ = out.end()
	return nil
}

// keptLines returns the lines of the wanted panels that are kept, in the order of the panels, and the other wanted panels. Of the rows
// it returns only those whose titles may have variables: the page has the titles of the others already.
func (s *Server) keptLines(page page, d *served, wanted func(id int) bool) (kept []*line, missing []*model.Panel) {
	for _, p := range d.parsed.Panels {
		if p.Type == "row" && !strings.ContainsAny(p.Title, "$[") || !wanted(p.ID) {
			continue
		}
		if answer, found := s.find(page.about(d, p)); found {
			s.metrics.shared.Inc()
			kept = append(kept, s.lineOf(page, answer))
		} else {
			missing = append(missing, p)
		}
	}
	return kept, missing
}

// page is what the panels of one page are computed for.
type page struct {
	request.Request             // with its variables resolved
	question        string      // what the panels depend on, apart from the data and the time, in a fixed order
	data            dataVersion // when the request came
	moment          time.Time
}

// about returns the question that a panel of the page answers.
func (p page) about(d *served, panel *model.Panel) question {
	q := question{about: "panel " + strconv.Itoa(panel.ID) + " of " + d.UID + " " + d.version + " " + p.question, data: p.data, moment: p.moment}
	if p.WithoutFrames {
		q.about += " without frames"
	}
	if only := p.Only[panel.ID]; len(only) > 0 {
		q.about += fmt.Sprintf(" only %q", only)
	}
	if panel.TimeFrom != "" { // its own range may be shorter than the page's
		q.moment = p.Now.Truncate(time.Second)
	}
	return q
}

// pageOf resolves the variables once for all panels of a page.
func (s *Server) pageOf(ctx context.Context, a asked) (page, error) {
	out := page{Request: a.Request, question: a.about(), data: a.data, moment: momentOf(a.Request)}
	if len(a.dashboard.parsed.Variables) == 0 {
		return out, nil
	}
	answer, err := s.answered(ctx, a.question("values of variables"), func(ctx context.Context) (any, int, bool) { return resolvedVariables(ctx, a.data.Querier, a) })
	if err != nil {
		return page{}, err
	}
	switch v := answer.value.(type) {
	case *request.ResolvedVariables:
		out.Resolved = v
	case error:
		return page{}, badRequest(v)
	}
	return out, nil
}

// resolvedVariables computes the values of a dashboard's variables. The value is an error if a value in the request is
// refused. Values are not kept if the choices of a variable could not be computed.
func resolvedVariables(ctx context.Context, q request.Querier, a asked) (value any, bytes int, failed bool) {
	views, resolved, err := variable.Resolve(ctx, q, a.dashboard.parsed, a.Request)
	if err != nil {
		return err, 0, true
	}
	for _, v := range views.Variables {
		for _, option := range v.Options {
			bytes += len(option.Text) + len(option.Value)
		}
	}
	return resolved.Resolved, bytes, incomplete(views)
}

// writeLimit is how long a reader may take to receive one panel. A reader that has stopped reading is cut off then, so that
// its answer does not stay in memory.
const writeLimit = 20 * time.Second

// send sends a panel, and reports whether that succeeded.
func (s *Server) send(ctx context.Context, w http.ResponseWriter, out *lineWriter, one *line) bool {
	readerOf(ctx).addHeld(len(one.plain))
	defer readerOf(ctx).addHeld(-len(one.plain))
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeLimit)) // fails only for the recorders of tests, which have no deadlines
	return out.write(one) == nil
}

// renderAll computes panels of a dashboard, sends each to ready, and closes ready.
func (s *Server) renderAll(ctx context.Context, d *served, panels []*model.Panel, page page, ready chan<- *line) {
	defer close(ready)
	var once sync.Once // the first panel that needs the annotations fetches them for all
	var annotations annotation.Marks
	marks := func(ctx context.Context) annotation.Marks {
		once.Do(func() { annotations = s.annotations(ctx, d, page) })
		return annotations
	}
	var all sync.WaitGroup
	for _, p := range panels {
		all.Go(func() {
			readerOf(ctx).group.waitForRoom(ctx) // if the time ends first, the panel shows that as its error
			if one, err := s.panelLine(ctx, page, d, p, marks); err == nil {
				ready <- one
			}
		})
	}
	all.Wait()
}

// annotations fetches a dashboard's annotations. It takes at most a third of the time for the answer, so that the panels that
// wait for them still have time for their own queries.
func (s *Server) annotations(ctx context.Context, d *served, page page) annotation.Marks {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.AnswerTimeout/3)
	defer cancel()
	return annotation.Fetch(ctx, page.data.Querier, d.parsed, page.Request)
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
